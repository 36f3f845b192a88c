/**
 * The books: every movement of money as a transaction of two or more entries that sum to zero in each currency.
 *
 * Debits are positive, credits negative. A transaction is named by what caused it, so writing it twice is impossible.
 */
import * as Schema from "effect/Schema"
import { Money } from "../kernel/Money.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

/** What the accounts of an order's money are called. A gateway's account holds what it collected for the shop. */
export const accounts = {
  gateway: (name: string) => `gateway:${name}`,
  sales: "sales"
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
