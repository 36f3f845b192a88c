/**
 * How much to order so that it lasts: what is expected until the next delivery and a safety stock, less what there is.
 */
import { type FittedMethod, paths, quantile } from "./ForecastMethod.ts"

/** In how many ways the future is played through. */
const played = 1_000

export interface Stock {
  readonly available: number
  readonly incoming: number
}

export interface Advice {
  readonly expected: number
  readonly enough: number
  readonly safetyStock: number
  readonly reorder: number
  readonly lastsDays: number | null
}

/** `serviceLevel` is the share of futures, from 0 to 1, in which the pieces last for `days`. */
export const advise = (method: FittedMethod, days: number, serviceLevel: number, { available, incoming }: Stock): Advice => {
  const daily = method.expected(days).map((value) => Math.max(0, value))
  const expected = daily.reduce((sum, value) => sum + value, 0)
  const sums = paths(method, days, played).map((path) => path.reduce((sum, value) => sum + Math.max(0, value), 0))
  const enough = Math.ceil(Math.max(expected, quantile(sums, serviceLevel)))
  let left = available
  const last = daily.findIndex((value) => (left -= value) <= 0)
  return {
    expected: Math.round(expected * 100) / 100,
    enough,
    safetyStock: Math.max(0, enough - Math.ceil(expected)),
    reorder: Math.max(0, enough - available - incoming),
    lastsDays: available <= 0 ? 0 : expected === 0 || last === -1 ? null : last + 1
  }
}
