/**
 * What staff see of the webhooks that gateways sent.
 */
import * as Schema from "effect/Schema"
import * as Page from "../kernel/Page.ts"
import { StoaError } from "../kernel/StoaError.ts"
import { text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

export const GatewayWebhookStatus = Schema.Literals([
  /** Waits to be worked off, or is being tried again. */
  "received",
  "handled",
  /** About nothing that the shop keeps: kept as it is. */
  "unrelated",
  /** About a payment that the shop does not know. */
  "orphan",
  /** Could not be worked off, however often it was tried. */
  "dead"
])
export type GatewayWebhookStatus = typeof GatewayWebhookStatus.Type

/** A webhook as it was taken in. */
export const GatewayWebhook = Schema.Struct({
  gateway: Schema.String,
  /** The same for every delivery of the same event. */
  key: Schema.String,
  type: Schema.String,
  gatewayReference: Schema.NullOr(Schema.String),
  paymentId: Schema.NullOr(Schema.String),
  /** The dispute that it is about, by the gateway's id. */
  disputeReference: Schema.NullOr(Schema.String),
  /** What was to be kept without paying that it is about, by the gateway's id. */
  setupReference: Schema.NullOr(Schema.String),
  /** The refund that it is about, by the gateway's id, where it says one. */
  refundReference: Schema.NullOr(Schema.String),
  status: GatewayWebhookStatus,
  /** How often working it off has failed. */
  failures: Schema.Int,
  /** What went wrong the last time. */
  failure: Schema.NullOr(Schema.String),
  receivedAt: Timestamp
}).annotate({ identifier: "GatewayWebhook" })
export interface GatewayWebhook extends Schema.Schema.Type<typeof GatewayWebhook> {}

export const ListGatewayWebhooks = Schema.Struct({
  ...Page.PageRequest,
  status: Schema.optionalKey(GatewayWebhookStatus),
  gateway: Schema.optionalKey(text(50))
}).annotate({ identifier: "ListGatewayWebhooks" })
export interface ListGatewayWebhooks extends Schema.Schema.Type<typeof ListGatewayWebhooks> {}

export const RedriveGatewayWebhook = Schema.Struct({ gateway: text(50), key: text(200) })
  .annotate({ identifier: "RedriveGatewayWebhook" })
export interface RedriveGatewayWebhook extends Schema.Schema.Type<typeof RedriveGatewayWebhook> {}

/** The shop has taken in no such webhook. */
export class GatewayWebhookNotFound extends StoaError<GatewayWebhookNotFound>()("GatewayWebhookNotFound", {
  code: "gateway_webhook_not_found",
  kind: "not_found"
}, { gateway: Schema.String, key: Schema.String }) {
  override get message(): string {
    return `There is no webhook ${this.key} of ${this.gateway}`
  }
}

/** Only what is dead or orphaned can be tried again by hand. */
export class GatewayWebhookNotRedrivable extends StoaError<GatewayWebhookNotRedrivable>()("GatewayWebhookNotRedrivable", {
  code: "gateway_webhook_not_redrivable",
  kind: "conflict"
}, { status: GatewayWebhookStatus }) {
  override get message(): string {
    return `The webhook is ${this.status}; only one that is dead or orphaned can be tried again`
  }
}
