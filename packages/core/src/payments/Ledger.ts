/**
 * What payments write into the books.
 */
import { type LedgerEntry, transaction } from "../books/LedgerEntry.ts"
import { type Money, negate } from "../kernel/Money.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { Payment, Refund } from "./Payment.ts"

/** What the accounts of an order's money are called. */
export const accounts = {
  /** What a gateway collected for the shop. */
  gateway: (name: string) => `gateway:${name}`,
  sales: "sales",
  /** What gateways keep for their work. */
  fees: "fees",
  /** What gateways have sent to the shop's bank. */
  bank: "bank",
  /** Money that gateways have taken back until a dispute is decided. */
  disputes: "disputes",
  /** Money that came otherwise than it was asked for, until a person has looked. */
  unallocated: "unallocated"
} as const

const movement = (
  { gateway, orderId, state }: Payment,
  name: string,
  amount: Money,
  at: Timestamp
): ReadonlyArray<LedgerEntry> =>
  transaction({ transaction: name, orderId, at }, [
    [accounts.gateway(gateway), amount],
    [state === "mismatched" ? accounts.unallocated : accounts.sales, negate(amount)]
  ])

/** The gateway took what `payment.captured` says. */
export const capture = (payment: Payment, at: Timestamp): ReadonlyArray<LedgerEntry> =>
  movement(payment, `capture:${payment.id}`, payment.captured, at)

/** The gateway gave a refund back. `before` is the payment as it was before. */
export const refund = (before: Payment, { amount, id }: Refund, at: Timestamp): ReadonlyArray<LedgerEntry> =>
  movement(before, `refund:${id}`, negate(amount), at)

/** A refund that the gateway gave back came back to the shop. `after` is the payment as it becomes. */
export const refundFailed = (after: Payment, { amount, id }: Refund, at: Timestamp): ReadonlyArray<LedgerEntry> =>
  movement(after, `refund-failed:${id}`, amount, at)

/** What a payment is of went onto what the shop owes through another gateway, such as store credit. */
export const credited = (before: Payment, refund: Refund, gateway: string, at: Timestamp): ReadonlyArray<LedgerEntry> =>
  movement({ ...before, gateway }, `refund:${refund.id}`, negate(refund.amount), at)

/** The gateway kept a fee for a payment, out of what it collected. */
export const fee = ({ gateway, id, orderId }: Payment, amount: Money, at: Timestamp): ReadonlyArray<LedgerEntry> =>
  transaction({ transaction: `fee:${id}`, orderId, at }, [
    [accounts.fees, amount],
    [accounts.gateway(gateway), negate(amount)]
  ])
