/**
 * What fulfilments tell. The subject of each event is the order, so that they are part of its timeline.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { FulfilmentLine, Tracking } from "./Fulfilment.ts"

const fulfilment = {
  fulfilmentId: Schema.String,
  orderId: Schema.String,
  /** Whose pieces it has, in a marketplace. */
  vendorId: Schema.optionalKey(Schema.String),
  kind: Schema.Literals(["ship", "pickup"]),
  lines: Schema.Array(FulfilmentLine)
} as const

export const FulfilmentCreated = DomainEvent.define("fulfilment.created", Schema.Struct(fulfilment))
/** It was picked, packed, waits at the counter, or is out for delivery. */
export const FulfilmentAdvanced = DomainEvent.define(
  "fulfilment.advanced",
  Schema.Struct({ ...fulfilment, from: Schema.String, to: Schema.String })
)
/** It came into a state that a plug-in has added, or back to the status that this one refines. */
export const FulfilmentStateChanged = DomainEvent.define(
  "fulfilment.state_changed",
  Schema.Struct({
    ...fulfilment,
    status: Schema.String,
    from: Schema.String,
    to: Schema.String,
    reason: Schema.String,
    /** Whether buyers are told; not where it came from. */
    forBuyers: Schema.Boolean
  })
)
export const FulfilmentShipped = DomainEvent.define(
  "fulfilment.shipped",
  Schema.Struct({ ...fulfilment, tracking: Schema.Array(Tracking) })
)
export const FulfilmentDelivered = DomainEvent.define("fulfilment.delivered", Schema.Struct(fulfilment))
export const FulfilmentCancelled = DomainEvent.define("fulfilment.cancelled", Schema.Struct(fulfilment))
/** It could not be handed over; it is tried again, or comes back. */
export const FulfilmentFailed = DomainEvent.define(
  "fulfilment.failed",
  Schema.Struct({ ...fulfilment, reason: Schema.String })
)
/** It came back to the shop without having reached the buyer. Its pieces can be sent again. */
export const FulfilmentReturned = DomainEvent.define(
  "fulfilment.returned",
  Schema.Struct({ ...fulfilment, reason: Schema.String })
)
/** Its parcels are followed by other numbers now. */
export const FulfilmentTrackingChanged = DomainEvent.define(
  "fulfilment.tracking_changed",
  Schema.Struct({ ...fulfilment, tracking: Schema.Array(Tracking) })
)
