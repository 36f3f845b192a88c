/**
 * Shares of whole amounts, exact and without a unit lost.
 *
 * **Details**
 *
 * A share is `amount * numerator / denominator`. It is kept as a whole number and a remainder over the denominator, so
 * nothing is rounded before everything is known. Products that leave the safe integers go through `bigint`; those of
 * everyday carts do not, which makes them twenty times as fast.
 *
 * Where one unit more must go to one of several equal remainders, the part that comes first gets it.
 */
import type { Rounding } from "../kernel/Money.ts"

/** `whole + remainder / denominator`; all of them zero or more. */
interface Share {
  readonly whole: number
  readonly remainder: number
}

const share = (amount: number, numerator: number, denominator: number): Share => {
  const product = amount * numerator
  if (product <= Number.MAX_SAFE_INTEGER) {
    // floor(product / denominator) would be one too high where the quotient rounds up to a whole number
    const remainder = product % denominator
    return { whole: (product - remainder) / denominator, remainder }
  }
  const exact = BigInt(amount) * BigInt(numerator)
  const divisor = BigInt(denominator)
  return { whole: Number(exact / divisor), remainder: Number(exact % divisor) }
}

const roundsUp = (whole: number, remainder: number, denominator: number, rounding: Rounding): boolean =>
  // not remainder * 2, which may leave the safe integers
  remainder > denominator - remainder
  || (remainder === denominator - remainder && (rounding === "half_up" || whole % 2 !== 0))

/** One share, rounded. No argument is negative and the denominator is above zero. */
export const rounded = (amount: number, numerator: number, denominator: number, rounding: Rounding): number => {
  const { remainder, whole } = share(amount, numerator, denominator)
  return roundsUp(whole, remainder, denominator, rounding) ? whole + 1 : whole
}

/**
 * The same share of several amounts, rounded once: the results add up to the rounded share of their sum, and each is
 * less than one unit away from its exact value. Those with the largest remainders are rounded up.
 */
export const roundedTogether = (
  amounts: ReadonlyArray<number>,
  numerator: number,
  denominator: number,
  rounding: Rounding
): ReadonlyArray<number> => {
  const shares = amounts.map((amount) => share(amount, numerator, denominator))
  let whole = 0
  let remainder = 0
  for (const part of shares) {
    whole += part.whole
    remainder += part.remainder
    if (remainder >= denominator) {
      remainder -= denominator
      whole += 1
    }
  }
  return distribute(shares, roundsUp(whole, remainder, denominator, rounding) ? whole + 1 : whole)
}

/**
 * Splits an amount in proportion to weights, so that the parts add up to it. Nothing is negative; if all weights are
 * zero, the split is even. There is at least one weight.
 */
export const split = (amount: number, weights: ReadonlyArray<number>): ReadonlyArray<number> => {
  let sum = 0
  for (const weight of weights) sum += weight
  return distribute(
    sum === 0
      ? weights.map(() => share(amount, 1, weights.length))
      : weights.map((weight) => share(amount, weight, sum)),
    amount
  )
}

/** The whole parts, with what is missing to `total` given in single units to the largest remainders. */
const distribute = (shares: ReadonlyArray<Share>, total: number): ReadonlyArray<number> => {
  const parts = shares.map(({ whole }) => whole)
  let missing = total
  for (const part of parts) missing -= part
  if (missing === 0) return parts
  // the sort is stable, so among equal remainders the first stays first
  const largestFirst = shares.map((_, index) => index).sort((a, b) => remainderAt(shares, b) - remainderAt(shares, a))
  for (let i = 0; i < missing; i++) {
    const index = largestFirst[i] as number
    parts[index] = (parts[index] as number) + 1
  }
  return parts
}

const remainderAt = (shares: ReadonlyArray<Share>, index: number): number => (shares[index] as Share).remainder
