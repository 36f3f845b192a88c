/**
 * How far forecasts are off what came.
 */

/** What each of the next steps is if everything comes again as it was one round before: what a method must be better than. */
export const seasonalNaive = (values: ReadonlyArray<number>, seasonLength: number, steps: number): ReadonlyArray<number> => {
  const length = values.length >= seasonLength ? seasonLength : 1
  const round = values.slice(-length)
  return Array.from({ length: steps }, (_, step) => round[step % length] ?? 0)
}

const meanOf = (values: ReadonlyArray<number>): number => values.reduce((sum, value) => sum + value, 0) / Math.max(values.length, 1)

/**
 * The mean absolute error as a multiple of what the seasonal naive forecast of one round is off within the history: below 1
 * is better than that. Hyndman and Koehler (2006). `null` where the history repeats itself exactly or is too short.
 */
export const mase = (
  history: ReadonlyArray<number>,
  forecast: ReadonlyArray<number>,
  actual: ReadonlyArray<number>,
  seasonLength: number
): number | null => {
  const length = history.length > seasonLength ? seasonLength : 1
  const scale = meanOf(history.slice(length).map((value, at) => Math.abs(value - (history[at] ?? 0))))
  return scale === 0 || Number.isNaN(scale)
    ? null
    : meanOf(actual.map((value, at) => Math.abs(value - (forecast[at] ?? 0)))) / scale
}

/** The symmetric mean absolute percentage error, from 0 to 200. A step where both are zero is not off. */
export const smape = (forecast: ReadonlyArray<number>, actual: ReadonlyArray<number>): number =>
  meanOf(actual.map((value, at) => {
    const both = Math.abs(value) + Math.abs(forecast[at] ?? 0)
    return both === 0 ? 0 : 200 * Math.abs(value - (forecast[at] ?? 0)) / both
  }))
