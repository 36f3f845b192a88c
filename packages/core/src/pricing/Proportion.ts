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
  const product = amount * numerator
  if (product <= Number.MAX_SAFE_INTEGER) {
    const remainder = product % denominator
    const whole = (product - remainder) / denominator
    return roundsUp(whole, remainder, denominator, rounding) ? whole + 1 : whole
  }
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
 * the first. Only the smallest remainder that gets one is looked for, which is far less than sorting them.
 */
const distribute = ({ remainders, wholes }: Shares, total: number): ReadonlyArray<number> => {
  const count = wholes.length
  let missing = total
  for (let i = 0; i < count; i++) missing -= wholes[i] as number
  if (missing === 0) return wholes
  const smallest = largest(remainders, missing)
  let equal = missing
  for (let i = 0; i < count; i++) if ((remainders[i] as number) > smallest) equal -= 1
  for (let i = 0; i < count; i++) {
    const remainder = remainders[i] as number
    if (remainder < smallest || (remainder === smallest && equal === 0)) continue
    if (remainder === smallest) equal -= 1
    wholes[i] = (wholes[i] as number) + 1
  }
  return wholes
}

/** Where numbers are looked for; nothing is kept in it. */
let scratch = new Float64Array(256)

/** The largest number but so many: Hoare's selection, with the middle one of three as what others are compared with. */
const largest = (numbers: Float64Array, place: number): number => {
  if (scratch.length < numbers.length) scratch = new Float64Array(numbers.length)
  const all = scratch
  all.set(numbers)
  const wanted = numbers.length - place
  let low = 0
  let high = numbers.length - 1
  while (low < high) {
    const [a, b, c] = [all[low] as number, all[(low + high) >> 1] as number, all[high] as number]
    const pivot = a < b ? (b < c ? b : a < c ? c : a) : a < c ? a : b < c ? c : b
    let left = low
    let right = high
    while (left <= right) {
      while ((all[left] as number) < pivot) left++
      while ((all[right] as number) > pivot) right--
      if (left > right) break
      const other = all[left] as number
      all[left++] = all[right] as number
      all[right--] = other
    }
    if (wanted <= right) high = right
    else if (wanted >= left) low = left
    else return pivot
  }
  return all[wanted] as number
}
