import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"
import { DraftAddressField, DraftOrderStatus } from "./DraftOrder.ts"

/** There is no such draft. */
export class DraftOrderNotFound extends StoaError<DraftOrderNotFound>()("DraftOrderNotFound", {
  code: "draft_order_not_found",
  kind: "not_found"
}, { draftOrderId: Schema.String }) {
  override get message(): string {
    return `There is no draft order ${this.draftOrderId}`
  }
}

/** A link that is none, or not good any more. */
export class DraftLinkInvalid extends StoaError<DraftLinkInvalid>()("DraftLinkInvalid", {
  code: "draft_link_invalid",
  kind: "not_found"
}, {}) {
  override get message(): string {
    return "This link is not good, or not any more"
  }
}

/** Nobody can be written to: the shop has no mailer, or the store no `storefrontUrl` that a link could lead to. */
export class DraftOrderNotSent extends StoaError<DraftOrderNotSent>()("DraftOrderNotSent", {
  code: "draft_order_not_sent",
  kind: "conflict"
}, { draftOrderId: Schema.String, reason: Schema.Literals(["no_mailer", "no_storefront"]) }) {
  override get message(): string {
    return this.reason === "no_mailer"
      ? "The shop has nothing to send mails with"
      : "The store says no storefrontUrl that a link could lead to"
  }
}

/** The shop has said where the order goes: its buyer asks the shop to change that. */
export class DraftAddressGiven extends StoaError<DraftAddressGiven>()("DraftAddressGiven", {
  code: "draft_address_given",
  kind: "conflict"
}, { draftOrderId: Schema.String, field: DraftAddressField }) {
  override get message(): string {
    return `The shop has said the ${this.field === "shippingAddress" ? "shipping" : "billing"} address of the draft order ${this.draftOrderId}`
  }
}

/** The draft has become an order, which is named, or its time is over. */
export class DraftOrderClosed extends StoaError<DraftOrderClosed>()("DraftOrderClosed", {
  code: "draft_order_closed",
  kind: "conflict"
}, { draftOrderId: Schema.String, status: DraftOrderStatus, orderId: Schema.NullOr(Schema.String) }) {
  override get message(): string {
    return this.orderId === null
      ? `The time of the draft order ${this.draftOrderId} is over`
      : `The draft order ${this.draftOrderId} has become the order ${this.orderId}`
  }
}
