/**
 * What labels tell. The subject of each event is the label.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"

const label = {
  labelId: Schema.String,
  orderId: Schema.String,
  fulfilmentId: Schema.String,
  carrier: Schema.String
} as const

export const ShippingLabelBought = DomainEvent.define("shipping-label.bought", Schema.Struct(label))
/** The carrier will not sell it, or has not answered for three days; or for thirty, asked to take it back. */
export const ShippingLabelFailed = DomainEvent.define(
  "shipping-label.failed",
  Schema.Struct({ ...label, failure: Schema.String })
)
export const ShippingLabelVoided = DomainEvent.define("shipping-label.voided", Schema.Struct(label))
