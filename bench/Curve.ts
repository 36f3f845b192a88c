/**
 * Shops of a thousand things, a hundred thousand and a million, asked the same questions in turns, so that whatever else the machine does hits
 * all of them: of engines in this process, and of servers over HTTP.
 */
import { createStoa } from "@stoa/core"
import type { Answer, Asked } from "./Asked.ts"
import * as Bulk from "./Bulk.ts"
import * as Client from "./Client.ts"
import type { Databases } from "./Databases.ts"
import * as Fixture from "./Fixture.ts"
import type { Sizes } from "./Options.ts"
import type { Processes } from "./Processes.ts"
import type { Row, Table } from "./Report.ts"
import { storage, type Target } from "./server/Target.ts"
import * as Spread from "./Spread.ts"

/** What is asked under a name: something else each time where a question has room for it, and several things at once where a page needs them. */
export type Questions = Readonly<Record<string, () => Asked | ReadonlyArray<Asked>>>

/** By the names of questions, what is done to have an answer. */
export type Calls = Readonly<Record<string, () => Promise<Answer>>>

/** Microseconds of one call: until the answer, and of this process's processors, where SQLite works too. */
export interface Point {
  readonly p50: number
  readonly p95: number
  readonly cpu: number
}

type Curve = ReadonlyMap<number, Readonly<Record<string, Point>>>

/** A thousand, and then a hundred times and a thousand times as many, up to a limit. */
const steps = (growTo: number): ReadonlyArray<number> =>
  Array.from(new Set([1_000, 100_000, growTo].filter((size) => size <= growTo)))

export const name = (size: number): string => size.toLocaleString("en-US")

/** Somewhere below a number, anywhere; the same in every run. */
export const scattered = (() => {
  let state = 12_345
  return (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    // its low bits repeat soon
    return Math.floor(state / 2 ** 32 * below)
  }
})()

/** A question that takes long is asked less often, so that the curve ends today: for so long, or so often if that takes longer. */
const millisOfOne = 5_000
const fewest = 5

/** Each question of each shop, one shop after the other, many times. */
const askedInTurns = async (shops: ReadonlyMap<number, Calls>, samples: number): Promise<Curve> => {
  const curve = new Map<number, Record<string, Point>>(Array.from(shops.keys(), (size) => [size, {}]))
  const [smallest] = shops.values()
  for (const question of Object.keys(smallest ?? {})) {
    const taken = new Map(Array.from(shops.keys(), (size) => [size, { micros: Array<number>(), cpu: Array<number>() }]))
    const ask = async (size: number, calls: Calls) => {
      const used = process.cpuUsage()
      const at = performance.now()
      const answer = await calls[question]?.()
      const micros = (performance.now() - at) * 1_000
      const { system, user } = process.cpuUsage(used)
      if (answer?.items?.length === 0) throw new Error(`${question} found nothing`)
      taken.get(size)?.micros.push(micros)
      taken.get(size)?.cpu.push(user + system)
    }
    const warm = 3
    const began = performance.now()
    for (let turn = 0; turn < samples + warm && (turn < warm + fewest || performance.now() - began < millisOfOne); turn++) {
      for (const [size, calls] of shops) await ask(size, calls)
    }
    for (const [size, { cpu, micros }] of taken) {
      const point = { p50: Spread.median(micros.slice(warm)), p95: Spread.p95(micros.slice(warm)), cpu: Spread.median(cpu.slice(warm)) }
      Object.assign(curve.get(size) ?? {}, { [question]: point })
    }
  }
  return curve
}

const table = (title: string, curve: Curve, compared: ReadonlyArray<keyof Point>): Table => {
  const [smallest] = curve.keys()
  const largest = Array.from(curve.keys()).at(-1)
  const before = curve.get(smallest ?? 0) ?? {}
  const after = curve.get(largest ?? 0) ?? {}
  const rows = Object.keys(before).map((question): Row => {
    const figures: Record<string, number> = {}
    for (const [size, points] of curve) {
      figures[`p50 us ${name(size)}`] = points[question]?.p50 ?? Number.NaN
      figures[`p95 us ${name(size)}`] = points[question]?.p95 ?? Number.NaN
    }
    const ratio = (of: keyof Point) => (after[question]?.[of] ?? Number.NaN) / (before[question]?.[of] ?? Number.NaN)
    return { name: question, figures: { ...figures, ...Object.fromEntries(compared.map((of) => [`${of} ratio`, ratio(of)])) } }
  })
  return { title, rows }
}

/** What every shop has and does within its first hour: people search, what was sold is summed up, and what very many products pass is kept in the orders of lists. */
const anHourLater = async (target: Target): Promise<void> => {
  const shop = await createStoa({ storage: storage(target), workers: false })
  try {
    for (const search of Bulk.commonWords) await shop.search.products({ search })
    // what was searched for is written down
    await shop.jobs.drain()
    await shop.jobs.runCron("analytics.fold")
    await shop.jobs.runCron("catalog.lists")
    await shop.jobs.drain()
  } finally {
    await shop.close()
  }
  await Bulk.settle(target)
}

/** Shops by how many things they have, the smallest first. */
export type Shops = ReadonlyMap<number, Target>

/** Fills a shop for each size and adds how long it took. */
export const filled = async (
  databases: Databases,
  sizes: Sizes,
  add: (table: Table) => void,
  { fill, suite, title }: {
    /** What the databases are called, and the tables. */
    readonly suite: string
    readonly title: string
    readonly fill: (bulk: Bulk.Bulk, size: number) => Promise<void>
  }
): Promise<Shops> => {
  const shops = new Map<number, Target>()
  for (const size of steps(sizes.growTo)) {
    const target = await databases.create(`${suite}-${size}`, "NORMAL")
    // a shop as a merchant makes it, with its location
    await Fixture.create(target, { ...sizes, products: 1, orders: 0 })
    const began = performance.now()
    await Bulk.run(target, (bulk) => fill(bulk, size))
    const seconds = (performance.now() - began) / 1_000
    await anHourLater(target)
    const hour = (performance.now() - began) / 1_000 - seconds
    const megabytes = await databases.bytes(target) / 1e6
    add({ title: `${title} on ${target.backend}: a shop of ${name(size)}`, rows: [{ name: "filled", figures: { seconds, "seconds of the first hour": hour, "MB of the database": megabytes } }] })
    shops.set(size, target)
  }
  return shops
}

/** Questions as calls, in one way of asking all that goes with one. */
const callsOf = (questions: Questions, ask: (all: ReadonlyArray<Asked>) => Promise<ReadonlyArray<Answer>>): Calls =>
  Object.fromEntries(Object.entries(questions).map(([question, of]) => [question, async () => {
    const all = [of()].flat()
    const [first] = await ask(all)
    return all[0]?.maybeNothing === true ? {} : first ?? {}
  }]))

/** Asks shops in turns, in this process and then servers over HTTP, and adds the tables. */
export const measure = async (
  processes: Processes,
  targets: Shops,
  sizes: Sizes,
  add: (table: Table) => void,
  title: string,
  questionsOf: (size: number) => Questions
): Promise<void> => {
  const backend = Array.from(targets.values())[0]?.backend ?? ""
  {
    await using stack = new AsyncDisposableStack()
    const shops = new Map<number, Calls>()
    for (const [size, target] of targets) {
      const shop = stack.adopt(await createStoa({ storage: storage(target), workers: false }), (opened) => opened.close())
      shops.set(size, callsOf(questionsOf(size), (all) => Promise.all(all.map(({ call }) => call(shop)))))
    }
    add(table(`${title} on ${backend}`, await askedInTurns(shops, sizes.samples), ["p50", "p95", "cpu"]))
    add({ title: `${title} on ${backend}: this process`, rows: [{ name: "resident", figures: { MB: process.memoryUsage.rss() / 1e6 } }] })
  }
  await using stack = new AsyncDisposableStack()
  const shops = new Map<number, Calls>()
  for (const [size, target] of targets) {
    const questions = questionsOf(size)
    const who = new Set(Object.values(questions).flatMap((of) => [of()].flat()).map((asked) => asked.who))
    const client = stack.use(await Client.open(processes, target, who))
    shops.set(size, callsOf(questions, async (all) => {
      const answers: Array<Answer> = []
      for (const asked of all) answers.push(await client.ask(asked))
      return answers
    }))
  }
  await warmed(shops, sizes.warm)
  add(table(`${title} on ${backend}, over HTTP`, await askedInTurns(shops, sizes.samples), ["p50", "p95"]))
}

/** What a server does for any request is compiled before the first question counts. */
const warmed = async (shops: ReadonlyMap<number, Calls>, seconds: number): Promise<void> => {
  const began = performance.now()
  while (performance.now() - began < seconds * 1_000) {
    for (const calls of shops.values()) await Object.values(calls)[0]?.()
  }
}

/** Calls of one shop. */
export const ask = async (calls: Calls, samples: number): Promise<Readonly<Record<string, Point>>> =>
  (await askedInTurns(new Map([[0, calls]]), samples)).get(0) ?? {}
