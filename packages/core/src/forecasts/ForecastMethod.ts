/**
 * What every method of forecasting answers: what it expects, and how the future might turn out instead.
 */

export interface FittedMethod {
  /** What the method is called in the literature, such as `"ETS(A,Ad,A)"`. */
  readonly name: string
  /** What is expected of each of the next steps. */
  readonly expected: (steps: number) => ReadonlyArray<number>
  /** One way in which the next steps may turn out. `chance` answers numbers from 0 up to, and without, 1. */
  readonly path: (steps: number, chance: () => number) => ReadonlyArray<number>
}

/** Marsaglia's xorshift of 32 bits from a fixed seed: the same history always has the same forecast. */
export const fixedChance = (): () => number => {
  let state = 2_463_534_242
  return () => {
    state ^= state << 13
    state ^= state >>> 17
    state ^= state << 5
    return (state >>> 0) / 4_294_967_296
  }
}

/** Several ways in which the next steps may turn out. */
export const paths = (method: FittedMethod, steps: number, count: number): ReadonlyArray<ReadonlyArray<number>> => {
  const chance = fixedChance()
  return Array.from({ length: count }, () => method.path(steps, chance))
}

/** The value below which such a share of some values lies, between two of them in proportion. */
export const quantile = (values: ReadonlyArray<number>, share: number): number => {
  const sorted = values.toSorted((a, b) => a - b)
  const place = (sorted.length - 1) * share
  const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0]
  return below + (above - below) * (place - Math.floor(place))
}
