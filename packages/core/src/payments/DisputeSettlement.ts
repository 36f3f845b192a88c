/**
 * What a gateway's word makes of a dispute, and what that moves in the books: a pure function, so that every case can be
 * tried.
 *
 * A dispute only moves forward. What was lost may still be won, by an appeal; nothing follows on what was won.
 */
import { type LedgerEntry, transaction } from "../books/LedgerEntry.ts"
import { type Money, negate } from "../kernel/Money.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { Dispute } from "./Dispute.ts"
import { accounts } from "./Ledger.ts"
import type { Payment } from "./Payment.ts"

/** What is new of a dispute. */
export type DisputeNews = Pick<Dispute, "state" | "withdrawn" | "fee" | "respondBy">

export interface DisputeMove {
  /** The dispute as it becomes; `undefined` if nothing is new. */
  readonly dispute: Dispute | undefined
  readonly entries: ReadonlyArray<LedgerEntry>
  /** How much more of the payment is disputed or gone: negative if it is the shop's again. */
  readonly disputed: number
}

const isDecided = ({ state }: Pick<Dispute, "state">): boolean => state === "won" || state === "lost"

/** Where the money of a payment was credited to. */
const contra = (payment: Payment): string => payment.state === "mismatched" ? accounts.unallocated : accounts.sales

/** The gateway takes the money from the shop, and a fee for its work. */
const withdrawal = (dispute: Dispute, at: Timestamp): ReadonlyArray<LedgerEntry> => {
  const { amount, fee, gateway, id, orderId } = dispute
  const taken: Money = fee === null ? amount : { ...amount, amount: amount.amount + fee.amount }
  return transaction({ transaction: `dispute:${id}`, orderId, at }, [
    [accounts.disputes, amount],
    ...(fee === null ? [] : [[accounts.fees, fee] as const]),
    [accounts.gateway(gateway), negate(taken)]
  ])
}

/** The first that is heard of a dispute. */
export const open = (dispute: Dispute, payment: Payment): DisputeMove => {
  const first: Dispute = { ...dispute, state: "needs_response", withdrawn: false }
  const { disputed, dispute: after, entries } = settle(first, dispute, payment, dispute.updatedAt)
  return {
    dispute: { ...(after ?? dispute), version: dispute.version },
    entries,
    disputed: dispute.amount.amount + disputed
  }
}

/** What the dispute becomes. `at` is the time of the change. */
export const settle = (before: Dispute, news: DisputeNews, payment: Payment, at: Timestamp): DisputeMove => {
  const nothing: DisputeMove = { dispute: undefined, entries: [], disputed: 0 }
  if (before.state === "won" || (before.state === "lost" && news.state !== "won")) return nothing
  const withdrawn = before.withdrawn || news.withdrawn || news.state === "lost"
  const after: Dispute = {
    ...before,
    state: news.state,
    withdrawn: withdrawn && news.state !== "won",
    // what is booked is booked
    fee: before.withdrawn ? before.fee : before.fee ?? news.fee,
    respondBy: isDecided(news) ? before.respondBy : news.respondBy,
    version: before.version + 1,
    updatedAt: at
  }
  const isSame = after.state === before.state && after.withdrawn === before.withdrawn
    && after.respondBy === before.respondBy && after.fee?.amount === before.fee?.amount
  if (isSame) return nothing
  const { gateway, id, orderId } = before
  const entries: Array<LedgerEntry> = []
  if (withdrawn && !before.withdrawn) entries.push(...withdrawal(after, at))
  if (news.state === "lost") {
    entries.push(...transaction({ transaction: `dispute-lost:${id}`, orderId, at }, [
      [contra(payment), before.amount],
      [accounts.disputes, negate(before.amount)]
    ]))
  }
  if (news.state === "won" && withdrawn) {
    entries.push(...transaction({ transaction: `dispute-won:${id}`, orderId, at }, [
      [accounts.gateway(gateway), before.amount],
      [before.state === "lost" ? contra(payment) : accounts.disputes, negate(before.amount)]
    ]))
  }
  return { dispute: after, entries, disputed: news.state === "won" ? -before.amount.amount : 0 }
}
