/**
 * Measures two ways of doing the same in one run: taking turns, so that whatever else the machine does hits both.
 */

/** One side: does the thing once. */
export type Side = () => unknown

export interface Comparison {
  readonly name: string
  readonly engineMicros: number
  readonly rawMicros: number
  readonly ratio: number
}

const rounds = 9

/** Runs a side for a while and answers with microseconds for one. */
const once = async (side: Side, millis: number): Promise<number> => {
  const began = performance.now()
  let count = 0
  let elapsed = 0
  do {
    for (let index = 0; index < 5; index++) await side()
    count += 5
    elapsed = performance.now() - began
  } while (elapsed < millis)
  return (elapsed * 1000) / count
}

const median = (values: ReadonlyArray<number>): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN

/** Medians over rounds in which both sides take turns; the ratio is that of the medians. */
export const compare = async (name: string, engine: Side, raw: Side, millis = 150): Promise<Comparison> => {
  await once(engine, millis)
  await once(raw, millis)
  const engineTimes: Array<number> = []
  const rawTimes: Array<number> = []
  for (let round = 0; round < rounds; round++) {
    engineTimes.push(await once(engine, millis))
    rawTimes.push(await once(raw, millis))
  }
  const engineMicros = median(engineTimes)
  const rawMicros = median(rawTimes)
  return { name, engineMicros, rawMicros, ratio: engineMicros / rawMicros }
}

export const table = (title: string, rows: ReadonlyArray<Comparison>): string =>
  [
    title,
    "",
    `${"".padEnd(34)}${"engine us".padStart(12)}${"raw us".padStart(12)}${"ratio".padStart(9)}`,
    ...rows.map((row) =>
      `${row.name.padEnd(34)}${row.engineMicros.toFixed(1).padStart(12)}${row.rawMicros.toFixed(1).padStart(12)}${
        row.ratio.toFixed(2).padStart(9)
      }`
    ),
    ""
  ].join("\n")
