/**
 * The books: every movement of money as a transaction of two or more entries that sum to zero in each currency.
 *
 * Debits are positive, credits negative. A transaction is named by what caused it, so writing it twice is impossible.
 */
import * as Schema from "effect/Schema"
import { Money, negate } from "../kernel/Money.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import type { Payment, Refund } from "./Payment.ts"

/** What the accounts of an order's money are called. */
export const accounts = {
  /** What a gateway collected for the shop. */
  gateway: (name: string) => `gateway:${name}`,
  sales: "sales",
  /** What gateways keep for their work. */
  fees: "fees",
  /** Money that came otherwise than it was asked for, until a person has looked. */
  unallocated: "unallocated"
} as const

export const LedgerEntry = Schema.Struct({
  /** What the transaction is of: `"capture:pay_..."`, `"refund:ref_..."`. Unique with the account. */
  transaction: Schema.String,
  account: Schema.String,
  amount: Money,
  orderId: Schema.NullOr(Schema.String),
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

const movement = (
  { gateway, orderId, state }: Payment,
  transaction: string,
  amount: Money,
  at: Timestamp
): ReadonlyArray<LedgerEntry> => {
  if (amount.amount === 0) return []
  const contra = state === "mismatched" ? accounts.unallocated : accounts.sales
  return balanced([
    { transaction, account: accounts.gateway(gateway), amount, orderId, at },
    { transaction, account: contra, amount: negate(amount), orderId, at }
  ])
}

/** The gateway took what `payment.captured` says. */
export const capture = (payment: Payment, at: Timestamp): ReadonlyArray<LedgerEntry> =>
  movement(payment, `capture:${payment.id}`, payment.captured, at)

/** The gateway gave a refund back. `before` is the payment as it was before. */
export const refund = (before: Payment, { amount, id }: Refund, at: Timestamp): ReadonlyArray<LedgerEntry> =>
  movement(before, `refund:${id}`, negate(amount), at)

/** The gateway kept a fee for a payment, out of what it collected. */
export const fee = ({ gateway, id, orderId }: Payment, amount: Money, at: Timestamp): ReadonlyArray<LedgerEntry> => {
  if (amount.amount === 0) return []
  const transaction = `fee:${id}`
  return balanced([
    { transaction, account: accounts.fees, amount, orderId, at },
    { transaction, account: accounts.gateway(gateway), amount: negate(amount), orderId, at }
  ])
}
