/**
 * Reading columns back: the few conversions between what a column holds and what the engine uses. Storage is trusted,
 * so nothing is validated again.
 */
import type { Currency } from "@stoa/core/kernel/Currency"
import type { Money } from "@stoa/core/kernel/Money"

/** The one row of an answer, if there is one. */
export const first = <A, B>(rows: ReadonlyArray<A>, read: (row: A) => B): B | undefined =>
  rows[0] === undefined ? undefined : read(rows[0])

/** A JSON column. */
export const json = <A>(text: string): A => JSON.parse(text) as A

/** A JSON column that may be empty. */
export const jsonOrNull = <A>(text: string | null): A | null => (text === null ? null : (JSON.parse(text) as A))

/** So many texts of a column are remembered: as many stores, or changes on their way. */
const rememberedTexts = 64

const frozen = <A>(value: A): A => {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    Object.values(value).forEach(frozen)
    Object.freeze(value)
  }
  return value
}

/**
 * A reader for a JSON column that holds the same text in row after row, such as the settings of a store in each of its
 * carts: what is read of a text is remembered, shared, and cannot be changed. Make it once for each column.
 */
export const sharedJson = <A, B = A>(read: (value: A) => B = (value) => value as unknown as B): (text: string) => B => {
  const known: Array<{ readonly text: string; readonly value: B }> = []
  return (text) => {
    const found = known.find((one) => one.text === text)
    if (found !== undefined) return found.value
    const value = frozen(read(json<A>(text)))
    known.unshift({ text, value })
    known.length = Math.min(known.length, rememberedTexts)
    return value
  }
}

export const money = (amount: number, currency: string): Money => ({ amount, currency: currency as Currency })

export const moneyOrNull = (amount: number | null, currency: string): Money | null =>
  amount === null ? null : money(amount, currency)

/** A JSON value for a column, `null` for nothing. */
export const toJson = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))
