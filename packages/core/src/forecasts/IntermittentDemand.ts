/**
 * Demand that mostly is none: how likely a step has any is smoothed apart from how much it is.
 *
 * The method TSB of Teunter, Syntetos and Babai, Intermittent demand: Linking forecasting to inventory obsolescence,
 * European Journal of Operational Research 214 (2011). Other than Croston's, it forgets what is no longer asked for.
 */
import type { FittedMethod } from "./ForecastMethod.ts"

/**
 * Whether demand comes so seldom that it is forecast as intermittent: on average less than once in 1.32 steps, after
 * Syntetos, Boylan and Croston (2005).
 */
export const isIntermittent = (values: ReadonlyArray<number>): boolean =>
  values.length / Math.max(values.filter((value) => value > 0).length, 1) > 1.32

/** By how much of what is new the two are changed. */
const weights = [0.02, 0.05, 0.1, 0.2, 0.3]

interface Run {
  readonly probability: number
  readonly size: number
  readonly squares: number
}

const run = (values: ReadonlyArray<number>, ofSize: number, ofProbability: number): Run => {
  const positive = values.filter((value) => value > 0)
  let size = positive[0] ?? 0
  let probability = positive.length / values.length
  let squares = 0
  for (const value of values) {
    squares += (value - probability * size) ** 2
    if (value > 0) size += ofSize * (value - size)
    probability += ofProbability * ((value > 0 ? 1 : 0) - probability)
  }
  return { probability, size, squares }
}

/** Fits the weights by the squares of the errors of one step. Values that are all zero are expected to stay so. */
export const fit = (values: ReadonlyArray<number>): FittedMethod => {
  const { probability, size } = weights
    .flatMap((ofSize) => weights.map((ofProbability) => run(values, ofSize, ofProbability)))
    .reduce((best, one) => one.squares < best.squares ? one : best)
  const sizes = values.filter((value) => value > 0)
  const usual = sizes.reduce((sum, value) => sum + value, 0) / Math.max(sizes.length, 1)
  return {
    name: "TSB",
    expected: (steps) => Array.from({ length: steps }, () => probability * size),
    path: (steps, chance) =>
      Array.from({ length: steps }, () =>
        sizes.length > 0 && chance() < probability
          ? (sizes[Math.floor(chance() * sizes.length)] ?? 0) * size / usual
          : 0)
  }
}
