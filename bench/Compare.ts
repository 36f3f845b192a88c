/**
 * Measures two ways of doing the same in one run: taking turns, so that whatever else the machine does hits both.
 */
import * as Spread from "./Spread.ts"

/** One side: does the thing once. */
export type Side = () => unknown

export interface Comparison {
  readonly name: string
  readonly engineMicros: number
  readonly rawMicros: number
  readonly ratio: number
  /** The ratio of what both take of this process's processor time, which waiting and a busy machine do not change. */
  readonly cpuRatio: number
}

export interface Turns {
  readonly rounds: number
  /** Milliseconds of each turn. */
  readonly millis: number
  /** How many do it at the same time; one if not given. */
  readonly buyers?: number
}

/** What once took, in microseconds. */
interface Cost {
  readonly wall: number
  readonly cpu: number
}

/** Measures work, which answers how many times it did a thing. */
const measured = async (work: () => Promise<number>): Promise<Cost> => {
  const cpu = process.cpuUsage()
  const began = performance.now()
  const count = await work()
  const wall = (performance.now() - began) * 1000
  const { system, user } = process.cpuUsage(cpu)
  return { wall: wall / count, cpu: (system + user) / count }
}

/** Runs a side for a while. */
const turn = (side: Side, { buyers = 1, millis }: Turns): Promise<Cost> =>
  measured(async () => {
    const began = performance.now()
    let count = 0
    const buyer = async () => {
      do {
        await side()
        count += 1
      } while (performance.now() - began < millis)
    }
    await Promise.all(Array.from({ length: buyers }, buyer))
    return count
  })

/** Medians over rounds in which both sides take turns, after one that does not count; ratios are those of the medians. */
const inTurns = async (
  name: string,
  engine: () => Promise<Cost>,
  raw: () => Promise<Cost>,
  rounds: number
): Promise<Comparison> => {
  await engine()
  await raw()
  const costs: { readonly engine: Array<Cost>; readonly raw: Array<Cost> } = { engine: [], raw: [] }
  for (let round = 0; round < rounds; round++) {
    costs.engine.push(await engine())
    costs.raw.push(await raw())
  }
  const middle = (side: keyof typeof costs, what: keyof Cost) => Spread.median(costs[side].map((cost) => cost[what]))
  const engineMicros = middle("engine", "wall")
  const rawMicros = middle("raw", "wall")
  return {
    name,
    engineMicros,
    rawMicros,
    ratio: engineMicros / rawMicros,
    cpuRatio: middle("engine", "cpu") / middle("raw", "cpu")
  }
}

/** Two ways of doing the same. */
export const compare = (name: string, engine: Side, raw: Side, turns: Turns): Promise<Comparison> =>
  inTurns(name, () => turn(engine, turns), () => turn(raw, turns), turns.rounds)

/** A side that uses something up: `prepare` is not measured. */
export interface Prepared<A> {
  readonly prepare: () => A | Promise<A>
  readonly use: (prepared: A) => unknown
}

/** The same for sides that use something up, `count` of it in each turn. */
export const comparePrepared = <A, B>(
  name: string,
  engine: Prepared<A>,
  raw: Prepared<B>,
  turns: Turns,
  count: number
): Promise<Comparison> => {
  const run = async <C>({ prepare, use }: Prepared<C>): Promise<Cost> => {
    const things: Array<C> = []
    for (let index = 0; index < count; index++) things.push(await prepare())
    return measured(async () => {
      const buyer = async () => {
        for (let thing = things.pop(); thing !== undefined; thing = things.pop()) await use(thing)
      }
      await Promise.all(Array.from({ length: turns.buyers ?? 1 }, buyer))
      return count
    })
  }
  return inTurns(name, () => run(engine), () => run(raw), turns.rounds)
}
