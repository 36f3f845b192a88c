/**
 * The books: every movement of money as a transaction of two or more entries that sum to zero in each currency.
 *
 * Debits are positive, credits negative. A transaction is named by what caused it, so writing it twice is impossible.
 */
import * as Schema from "effect/Schema"
import { Money } from "../kernel/Money.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

export const LedgerEntry = Schema.Struct({
  /** What the transaction is of: `"capture:pay_..."`, `"refund:ref_..."`. Unique with the account. */
  transaction: Schema.String,
  account: Schema.String,
  amount: Money,
  orderId: Schema.NullOr(Schema.String),
  /** When it counts: when it happened, or the first moment that was open when it was written. */
  at: Timestamp
}).annotate({ identifier: "LedgerEntry" })
export interface LedgerEntry extends Schema.Schema.Type<typeof LedgerEntry> {}

/** What an account holds, in one currency. */
export const AccountBalance = Schema.Struct({ account: Schema.String, balance: Money })
  .annotate({ identifier: "AccountBalance" })
export interface AccountBalance extends Schema.Schema.Type<typeof AccountBalance> {}

/** Entries that do not sum to zero. Always a bug. */
export class UnbalancedEntries extends Error {
  override readonly name = "UnbalancedEntries"
}

/** The entries themselves, after making sure that they sum to zero in each currency; throws otherwise. */
export const balanced = (entries: ReadonlyArray<LedgerEntry>): ReadonlyArray<LedgerEntry> => {
  const sums = new Map<string, number>()
  for (const { amount: { amount, currency } } of entries) sums.set(currency, (sums.get(currency) ?? 0) + amount)
  for (const [currency, sum] of sums) {
    if (sum !== 0) throw new UnbalancedEntries(`${entries[0]?.transaction} is off by ${sum} ${currency}`)
  }
  return entries
}

/**
 * One transaction: what each account gains (debit, positive) or gives (credit, negative). Amounts of zero are left out.
 * Throws if the rest does not sum to zero.
 *
 * ```ts
 * transaction({ transaction: `gift-card:${id}`, orderId: null, at }, [
 *   ["gateway:stripe", price],
 *   ["gift-cards", negate(price)]
 * ])
 * ```
 */
export const transaction = (
  about: Pick<LedgerEntry, "transaction" | "orderId" | "at">,
  lines: ReadonlyArray<readonly [account: string, amount: Money]>
): ReadonlyArray<LedgerEntry> =>
  balanced(lines.flatMap(([account, amount]) => amount.amount === 0 ? [] : [{ ...about, account, amount }]))
