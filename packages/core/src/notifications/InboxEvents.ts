import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"

/** Something arrived in an inbox: a person's, whose id it names, or that of the shop (`"shop"`). */
export const InboxMessageArrived = DomainEvent.define(
  "notification.arrived",
  Schema.Struct({ notificationId: Schema.String, inbox: Schema.String, template: Schema.String })
)
