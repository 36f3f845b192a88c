/**
 * What fulfilments tell. The subject of each event is the order, so that they are part of its timeline.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { FulfilmentLine, Tracking } from "./Fulfilment.ts"

const fulfilment = {
  fulfilmentId: Schema.String,
  orderId: Schema.String,
  kind: Schema.Literals(["ship", "pickup"]),
  lines: Schema.Array(FulfilmentLine)
} as const

export const FulfilmentCreated = DomainEvent.define("fulfilment.created", Schema.Struct(fulfilment))
/** It was picked, packed, or waits at the counter. */
export const FulfilmentAdvanced = DomainEvent.define(
  "fulfilment.advanced",
  Schema.Struct({ ...fulfilment, from: Schema.String, to: Schema.String })
)
export const FulfilmentShipped = DomainEvent.define(
  "fulfilment.shipped",
  Schema.Struct({ ...fulfilment, tracking: Schema.Array(Tracking) })
)
export const FulfilmentDelivered = DomainEvent.define("fulfilment.delivered", Schema.Struct(fulfilment))
export const FulfilmentCancelled = DomainEvent.define("fulfilment.cancelled", Schema.Struct(fulfilment))
