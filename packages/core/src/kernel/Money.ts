/**
 * Amounts of money as integers in the minor unit of their currency, and the arithmetic on them.
 *
 * Everything here is exact: products go through `bigint` and every rounding is named. Mixing currencies or leaving
 * the range of safe integers is a bug in the caller, so it throws instead of failing.
 */
import * as Schema from "effect/Schema"
import * as Currency from "./Currency.ts"

/** An integer amount in minor units, within the safe integers. May be negative. */
export const Amount = Schema.Number.check(
  Schema.isInt({ message: "Expected a whole number of minor units, such as 1450 for 14.50 USD" })
).annotate({ description: "Integer amount in the minor unit of the currency" })

/** `{ amount: 1999, currency: "USD" }` is 19.99 US dollars. */
export const Money = Schema.Struct({ amount: Amount, currency: Currency.Currency }).annotate({ identifier: "Money" })
export interface Money extends Schema.Schema.Type<typeof Money> {}

/** Money that is zero or more: what prices and charges are. */
export const NonNegative = Schema.Struct({
  amount: Amount.check(Schema.isGreaterThanOrEqualTo(0)),
  currency: Currency.Currency
}).annotate({ identifier: "NonNegativeMoney" })

/** How an exact half is rounded: away from zero, or to the even neighbour. */
export const Rounding = Schema.Literals(["half_up", "half_even"])
export type Rounding = typeof Rounding.Type

/** A calculation with money that has no meaning, or no safe result. Always a bug, never bad input. */
export class MoneyDefect extends Error {
  override readonly name = "MoneyDefect"
}

const safe = (amount: number): number => {
  if (!Number.isSafeInteger(amount)) {
    throw new MoneyDefect(`amount ${amount} is not a safe integer`)
  }
  // -0 would survive JSON as 0 and compare unequal before it
  return amount === 0 ? 0 : amount
}

const sameCurrency = (a: Money, b: Money): void => {
  if (a.currency !== b.currency) throw new MoneyDefect(`cannot mix ${a.currency} and ${b.currency}`)
}

/** Money from an integer in minor units. */
export const make = (amount: number, currency: Currency.Currency): Money => ({ amount: safe(amount), currency })

/** Nothing, in a currency. */
export const zero = (currency: Currency.Currency): Money => ({ amount: 0, currency })

export const add = (a: Money, b: Money): Money => {
  sameCurrency(a, b)
  return make(a.amount + b.amount, a.currency)
}

export const subtract = (a: Money, b: Money): Money => {
  sameCurrency(a, b)
  return make(a.amount - b.amount, a.currency)
}

export const negate = (a: Money): Money => make(-a.amount, a.currency)

/** A whole number of times `a`. */
export const times = (a: Money, quantity: number): Money => make(a.amount * safe(quantity), a.currency)

/** The sum, which is zero in `currency` for no parts. */
export const sum = (parts: Iterable<Money>, currency: Currency.Currency): Money => {
  let total = zero(currency)
  for (const part of parts) total = add(total, part)
  return total
}

export const compare = (a: Money, b: Money): -1 | 0 | 1 => {
  sameCurrency(a, b)
  return a.amount < b.amount ? -1 : a.amount > b.amount ? 1 : 0
}

export const equals = (a: Money, b: Money): boolean => a.currency === b.currency && a.amount === b.amount

/** `numerator / denominator` rounded to an integer. The denominator must be above zero. */
export const divideRounded = (numerator: bigint, denominator: bigint, rounding: Rounding): bigint => {
  if (denominator <= 0n) throw new MoneyDefect("the denominator must be above zero")
  const negative = numerator < 0n
  const absolute = negative ? -numerator : numerator
  const quotient = absolute / denominator
  const twice = (absolute % denominator) * 2n
  const up = twice > denominator || (twice === denominator && (rounding === "half_up" || quotient % 2n === 1n))
  const rounded = up ? quotient + 1n : quotient
  return negative ? -rounded : rounded
}

/** `amount * numerator / denominator` in minor units, computed exactly and rounded once. */
export const scale = (amount: number, numerator: number, denominator: number, rounding: Rounding): number =>
  safe(Number(divideRounded(BigInt(safe(amount)) * BigInt(safe(numerator)), BigInt(safe(denominator)), rounding)))

/**
 * Splits an amount in proportion to weights so that the parts add up to it exactly (largest remainder; among equal
 * remainders the earlier part gets the unit). Weights are whole and not negative; if all are zero the split is even.
 */
export const allocate = (amount: number, weights: ReadonlyArray<number>): ReadonlyArray<number> => {
  if (weights.length === 0) {
    if (amount !== 0) throw new MoneyDefect("cannot allocate an amount to no parts")
    return []
  }
  const effective = weights.every((weight) => weight === 0) ? weights.map(() => 1) : weights
  const whole = effective.map((weight) => {
    if (weight < 0) throw new MoneyDefect("a weight is negative")
    return BigInt(safe(weight))
  })
  const total = whole.reduce((sum, weight) => sum + weight, 0n)
  const negative = amount < 0
  const absolute = BigInt(safe(Math.abs(amount)))
  const parts = whole.map((weight) => (absolute * weight) / total)
  const remainders = whole.map((weight, index) => ({ index, remainder: (absolute * weight) % total }))
  let missing = Number(absolute - parts.reduce((sum, part) => sum + part, 0n))
  remainders.sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1))
  for (const { index } of remainders) {
    if (missing === 0) break
    parts[index] = (parts[index] ?? 0n) + 1n
    missing -= 1
  }
  return parts.map((part) => safe(negative ? -Number(part) : Number(part)))
}

/**
 * Reads a plain decimal such as `"19.99"` or `"500"` exactly, without floating point. `undefined` for anything else,
 * for more decimals than the currency has (trailing zeros aside), and beyond the safe integers.
 */
export const fromDecimal = (text: string, currency: Currency.Currency): Money | undefined => {
  const match = /^(-?)(\d{1,16})(?:\.(\d{1,16}))?$/.exec(text.trim())
  if (match === null) return undefined
  const places = Currency.exponent(currency)
  const fraction = (match[3] ?? "").replace(/0+$/, "")
  if (fraction.length > places) return undefined
  const amount = Number(`${match[1]}${match[2]}${fraction.padEnd(places, "0")}`)
  return Number.isSafeInteger(amount) ? make(amount, currency) : undefined
}

/** The amount as a plain decimal in major units: `"19.99"`, `"500"` for JPY. */
export const toDecimal = (money: Money): string => {
  const places = Currency.exponent(money.currency)
  const digits = String(Math.abs(money.amount)).padStart(places + 1, "0")
  const sign = money.amount < 0 ? "-" : ""
  return places === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -places)}.${digits.slice(-places)}`
}

/** The amount for people, in the manner of a locale: `"$19.99"`. */
export const format = (money: Money, locale = "en"): string =>
  // a decimal string keeps the exact digits; Intl accepts it where its types only know number
  new Intl.NumberFormat(locale, { style: "currency", currency: money.currency }).format(
    toDecimal(money) as `${number}`
  )
