/**
 * What happens to draft orders.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { Money } from "../kernel/Money.ts"

const draft = Schema.Struct({ draftOrderId: Schema.String, customerId: Schema.NullOr(Schema.String), total: Money })

export const DraftOrderCreated = DomainEvent.define("draft_order.created", draft)

export const DraftOrderUpdated = DomainEvent.define("draft_order.updated", draft)

/** Its buyer is written to, with a link to pay it. */
export const DraftOrderSent = DomainEvent.define("draft_order.sent", draft)

/** It has become an order. */
export const DraftOrderOrdered = DomainEvent.define(
  "draft_order.ordered",
  Schema.Struct({ ...draft.fields, orderId: Schema.String, number: Schema.Int })
)

/** Its time was over before it became an order. */
export const DraftOrderExpired = DomainEvent.define("draft_order.expired", draft)

export const DraftOrderDeleted = DomainEvent.define("draft_order.deleted", draft)
