/** What lies in the middle of many measurements, and at their end. */

/** The value below which a share of them lies: 0.5 for the median. */
export const quantile = (values: ReadonlyArray<number>, share: number): number =>
  values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * share))] ?? Number.NaN

export const median = (values: ReadonlyArray<number>): number => quantile(values, 0.5)

export const p95 = (values: ReadonlyArray<number>): number => quantile(values, 0.95)
