/**
 * What return labels tell. The subject of each event is the label.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"

const label = {
  labelId: Schema.String,
  orderId: Schema.String,
  returnId: Schema.String,
  carrier: Schema.String
} as const

export const ReturnLabelBought = DomainEvent.define("return-label.bought", Schema.Struct(label))
/** The carrier will not sell it, or has not answered for three days; or for thirty, asked to take it back. */
export const ReturnLabelFailed = DomainEvent.define(
  "return-label.failed",
  Schema.Struct({ ...label, failure: Schema.String })
)
export const ReturnLabelVoided = DomainEvent.define("return-label.voided", Schema.Struct(label))
