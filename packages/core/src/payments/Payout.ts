/**
 * Payouts: what gateways send to the shop's bank, what each is made of, and what of it the shop's books know otherwise.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import { Money } from "../kernel/Money.ts"
import * as Page from "../kernel/Page.ts"
import { StoaError } from "../kernel/StoaError.ts"
import { text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"

export const PayoutId = Id.define("pyo", "PayoutId")
export type PayoutId = typeof PayoutId.Type

export const PayoutState = Schema.Literals([
  /** On its way. */
  "pending",
  /** At the bank. */
  "paid",
  /** The bank did not take it: the gateway has the money again. */
  "failed"
])
export type PayoutState = typeof PayoutState.Type

export const PayoutEntryKind = Schema.Literals([
  "charge",
  "refund",
  "dispute",
  /** A fee that is of no single payment. */
  "fee",
  /** What the gateway does not tell apart, or that is none of these. */
  "other"
])
export type PayoutEntryKind = typeof PayoutEntryKind.Type

export const PayoutDifferenceKind = Schema.Literals([
  /** It is about a payment that the shop does not know, or has not taken. */
  "missing_here",
  /** Another amount was taken. */
  "amount",
  /** The payment was taken in another currency than the payout's. */
  "currency",
  /** More went back than the shop knows of. */
  "refund",
  /** Another fee is in the books. */
  "fee",
  /** What it is made of does not come to what was paid out. */
  "sum"
])
export type PayoutDifferenceKind = typeof PayoutDifferenceKind.Type

/** Something of a payout that the shop knows otherwise. */
export const PayoutDifference = Schema.Struct({
  kind: PayoutDifferenceKind,
  /** The gateway's name of the entry; of the payout for `sum`. */
  reference: Schema.String,
  paymentId: Schema.NullOr(Schema.String),
  here: Schema.NullOr(Money),
  there: Money
}).annotate({ identifier: "PayoutDifference" })
export interface PayoutDifference extends Schema.Schema.Type<typeof PayoutDifference> {}

/** What a payout comes from, each as it adds to it or takes from it. Their sum is what its entries come to. */
export const PayoutSums = Schema.Struct({ charges: Money, refunds: Money, disputes: Money, fees: Money, other: Money })
  .annotate({ identifier: "PayoutSums" })
export interface PayoutSums extends Schema.Schema.Type<typeof PayoutSums> {}

export const Payout = Schema.Struct({
  id: PayoutId,
  gateway: Schema.String,
  /** The gateway's own id. */
  gatewayReference: Schema.String,
  state: PayoutState,
  /** Negative where the gateway took money from the bank. */
  amount: Money,
  sums: PayoutSums,
  /** How many entries it has. */
  entries: Schema.Int,
  /** Whether the gateway says what it is made of. */
  itemised: Schema.Boolean,
  /** Whether all of it is taken into the books: what is on its way is not yet. */
  complete: Schema.Boolean,
  /** The first hundred things that the shop knows otherwise. */
  differences: Schema.Array(PayoutDifference),
  /** How many there are. */
  differing: Schema.Int,
  arrivesAt: Schema.NullOr(Timestamp),
  /** When the gateway made it. */
  createdAt: Timestamp,
  updatedAt: Timestamp,
  version: Version
}).annotate({ identifier: "Payout" })
export interface Payout extends Schema.Schema.Type<typeof Payout> {}

/** One thing that a payout is made of. */
export const PayoutEntry = Schema.Struct({
  /** Its name at the gateway. */
  reference: Schema.String,
  kind: PayoutEntryKind,
  /** The payment that it is about, by the gateway's id and by ours, where they are known. */
  paymentReference: Schema.NullOr(Schema.String),
  paymentId: Schema.NullOr(Schema.String),
  /** What it adds to the payout, or takes from it, before the fee. */
  amount: Money,
  fee: Money
}).annotate({ identifier: "PayoutEntry" })
export interface PayoutEntry extends Schema.Schema.Type<typeof PayoutEntry> {}

export const ListPayouts = Schema.Struct({
  ...Page.PageRequest,
  gateway: Schema.optionalKey(text(50)),
  state: Schema.optionalKey(PayoutState),
  /** Only those that the shop knows otherwise (`true`), or the others. */
  differing: Schema.optionalKey(Schema.Literals(["true", "false"])),
  /** Made at the gateway from here on, and before then. */
  since: Schema.optionalKey(Timestamp),
  until: Schema.optionalKey(Timestamp)
}).annotate({ identifier: "ListPayouts" })
export interface ListPayouts extends Schema.Schema.Type<typeof ListPayouts> {}

export const ListPayoutEntries = Schema.Struct({ ...Page.PageRequest, kind: Schema.optionalKey(PayoutEntryKind) })
  .annotate({ identifier: "ListPayoutEntries" })
export interface ListPayoutEntries extends Schema.Schema.Type<typeof ListPayoutEntries> {}

/** Which payouts to take in: those made from `since` until `until`. The last fourteen days if left out. */
export const CollectPayouts = Schema.Struct({
  since: Schema.optionalKey(Timestamp),
  until: Schema.optionalKey(Timestamp),
  /** One gateway instead of all that tell of their payouts. */
  gateway: Schema.optionalKey(text(50))
}).annotate({ identifier: "CollectPayouts" })
export interface CollectPayouts extends Schema.Schema.Type<typeof CollectPayouts> {}

/** What came of taking in the payouts of one gateway. */
export const CollectedPayouts = Schema.Struct({
  gateway: Schema.String,
  /** Payouts that the gateway told of. */
  seen: Schema.Int,
  /** Of those, what was new or has changed. */
  taken: Schema.Int,
  /** Of those that were looked at, how many the shop knows otherwise. */
  differing: Schema.Int,
  /** `false` if the gateway did not answer until the end: run it again. */
  complete: Schema.Boolean
}).annotate({ identifier: "CollectedPayouts" })
export interface CollectedPayouts extends Schema.Schema.Type<typeof CollectedPayouts> {}

export class PayoutNotFound extends StoaError<PayoutNotFound>()("PayoutNotFound", {
  code: "payout_not_found",
  kind: "not_found"
}, { payout: Schema.String }) {
  override get message(): string {
    return `There is no payout ${this.payout}`
  }
}
