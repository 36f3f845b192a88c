/**
 * Disputes (chargebacks): a buyer asks the bank for the money back, and the gateway takes it from the shop until it is
 * decided.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import { Money, NonNegative } from "../kernel/Money.ts"
import * as Page from "../kernel/Page.ts"
import { StoaError } from "../kernel/StoaError.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { OrderId } from "../orders/Order.ts"
import { PaymentId } from "./Payment.ts"

export const DisputeId = Id.define("dsp", "DisputeId")
export type DisputeId = typeof DisputeId.Type

export const DisputeState = Schema.Literals([
  /** The shop has to say why the money is its own, until `respondBy`. */
  "needs_response",
  /** The bank decides. */
  "under_review",
  /** The money stays with the shop. */
  "won",
  /** The money is the buyer's. */
  "lost"
])
export type DisputeState = typeof DisputeState.Type

/** What the shop says for itself. Files are named by references: where they lie, or what the gateway calls them. */
export const DisputeEvidence = Schema.Struct({
  text: name(20_000),
  files: Schema.optionalKey(Schema.Array(name(500)).check(Schema.isMaxLength(10)))
}).annotate({ identifier: "DisputeEvidence" })
export interface DisputeEvidence extends Schema.Schema.Type<typeof DisputeEvidence> {}

export const Dispute = Schema.Struct({
  id: DisputeId,
  paymentId: PaymentId,
  orderId: OrderId,
  gateway: Schema.String,
  /** The gateway's own id; `null` for one that staff have written down. */
  gatewayReference: Schema.NullOr(Schema.String),
  state: DisputeState,
  /** What the buyer wants back. */
  amount: Money,
  /** What the gateway keeps for its work, once it is known. */
  fee: Schema.NullOr(Money),
  /** Whether the gateway has taken the money from the shop. */
  withdrawn: Schema.Boolean,
  /** The bank's reason, in the gateway's words. */
  reason: Schema.String,
  respondBy: Schema.NullOr(Timestamp),
  /** What the shop has said for itself the last time. */
  evidence: Schema.NullOr(DisputeEvidence),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Dispute" })
export interface Dispute extends Schema.Schema.Type<typeof Dispute> {}

/** A dispute of a gateway that does not tell of it. */
export const OpenDispute = Schema.Struct({
  paymentId: PaymentId,
  /** All that the payment took if it is left out. */
  amount: Schema.optionalKey(NonNegative),
  fee: Schema.optionalKey(NonNegative),
  /** Whether the gateway has taken the money already; `true` if it is left out. */
  withdrawn: Schema.optionalKey(Schema.Boolean),
  reason: text(500),
  respondBy: Schema.optionalKey(Timestamp)
}).annotate({ identifier: "OpenDispute" })
export interface OpenDispute extends Schema.Schema.Type<typeof OpenDispute> {}

/** How a dispute ended, of a gateway that does not tell it. */
export const CloseDispute = Schema.Struct({ outcome: Schema.Literals(["won", "lost"]) })
  .annotate({ identifier: "CloseDispute" })
export interface CloseDispute extends Schema.Schema.Type<typeof CloseDispute> {}

export const ListDisputes = Schema.Struct({
  ...Page.PageRequest,
  state: Schema.optionalKey(DisputeState),
  gateway: Schema.optionalKey(text(50)),
  orderId: Schema.optionalKey(text(100))
}).annotate({ identifier: "ListDisputes" })
export interface ListDisputes extends Schema.Schema.Type<typeof ListDisputes> {}

export class DisputeNotFound extends StoaError<DisputeNotFound>()("DisputeNotFound", {
  code: "dispute_not_found",
  kind: "not_found"
}, { dispute: Schema.String }) {
  override get message(): string {
    return `There is no dispute ${this.dispute}`
  }
}

/** The dispute is decided. */
export class DisputeDecided extends StoaError<DisputeDecided>()("DisputeDecided", {
  code: "dispute_decided",
  kind: "conflict"
}, { dispute: Schema.String, state: DisputeState }) {
  override get message(): string {
    return `The dispute ${this.dispute} is ${this.state} already`
  }
}

/** What staff write down does not fit the payment, or is the gateway's to say. */
export class InvalidDispute extends StoaError<InvalidDispute>()("InvalidDispute", {
  code: "invalid_dispute",
  kind: "conflict"
}, { reason: Schema.Literals(["amount", "currency", "gateway_tells"]) }) {
  override get message(): string {
    switch (this.reason) {
      case "amount":
        return "A dispute is of more than zero, and of at most what the payment took and is not disputed"
      case "currency":
        return "A dispute and its fee are in the payment's currency"
      case "gateway_tells":
        return "The gateway tells of its disputes and how they end by itself"
    }
  }
}
