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

/** Shares of several amounts in two columns: `wholes[i] + remainders[i] / denominator`. */
interface Shares {
  readonly wholes: Array<number>
  readonly remainders: Float64Array
}

/** Room for the shares of so many amounts. */
const room = (count: number): Shares => ({ wholes: [], remainders: new Float64Array(count) })

/** Appends the share of one amount. */
const append = ({ remainders, wholes }: Shares, amount: number, numerator: number, denominator: number): void => {
  const product = amount * numerator
  if (product <= Number.MAX_SAFE_INTEGER) {
    const remainder = product % denominator
    remainders[wholes.length] = remainder
    wholes.push((product - remainder) / denominator)
  } else {
    const exact = share(amount, numerator, denominator)
    remainders[wholes.length] = exact.remainder
    wholes.push(exact.whole)
  }
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
  const shares = room(amounts.length)
  let whole = 0
  let remainder = 0
  for (let i = 0; i < amounts.length; i++) {
    append(shares, amounts[i] as number, numerator, denominator)
    whole += shares.wholes[i] as number
    remainder += shares.remainders[i] as number
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
  const shares = room(weights.length)
  for (const weight of weights) append(shares, amount, sum === 0 ? 1 : weight, sum === 0 ? weights.length : sum)
  return distribute(shares, amount)
}

/**
 * The whole parts, with what is missing to `total` given in single units to the largest remainders, and among equal ones to
 * the first. The smallest remainder that gets one is found by sorting the numbers alone, which costs a fraction of sorting
 * the parts.
 */
const distribute = ({ remainders, wholes }: Shares, total: number): ReadonlyArray<number> => {
  let missing = total
  for (const part of wholes) missing -= part
  if (missing === 0) return wholes
  const ascending = remainders.slice().sort()
  const smallest = ascending[ascending.length - missing] as number
  let equal = missing
  for (let i = ascending.length - 1; i >= 0 && (ascending[i] as number) > smallest; i--) equal -= 1
  for (let i = 0; i < wholes.length; i++) {
    const remainder = remainders[i] as number
    if (remainder < smallest || (remainder === smallest && equal === 0)) continue
    if (remainder === smallest) equal -= 1
    wholes[i] = (wholes[i] as number) + 1
  }
  return wholes
}
