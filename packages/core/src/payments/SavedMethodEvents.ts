import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"

const method = { methodId: Schema.String, customerId: Schema.String, gateway: Schema.String } as const

/** A gateway keeps a means of payment for a customer. */
export const SavedMethodAdded = DomainEvent.define(
  "payment_method.saved",
  Schema.Struct({ ...method, brand: Schema.NullOr(Schema.String), last4: Schema.NullOr(Schema.String) })
)
/** A customer pays with another one unless they say otherwise. */
export const SavedMethodDefaulted = DomainEvent.define("payment_method.default_changed", Schema.Struct(method))
/** It cannot be paid with any more, and the gateway is told to forget it. */
export const SavedMethodRemoved = DomainEvent.define("payment_method.removed", Schema.Struct(method))
