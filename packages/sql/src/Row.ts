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

export const money = (amount: number, currency: string): Money => ({ amount, currency: currency as Currency })

export const moneyOrNull = (amount: number | null, currency: string): Money | null =>
  amount === null ? null : money(amount, currency)

/** A JSON value for a column, `null` for nothing. */
export const toJson = (value: unknown): string | null => (value === null ? null : JSON.stringify(value))
