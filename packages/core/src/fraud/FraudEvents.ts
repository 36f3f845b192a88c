import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"

const assessed = { orderId: Schema.String, score: Schema.Int, reasons: Schema.Array(Schema.String) } as const
const review = { reviewId: Schema.String, orderId: Schema.String } as const

/** An order was not taken, or not paid again, because of the store's rules. The order of a checkout was never written. */
export const CheckoutRefused = DomainEvent.define(
  "checkout.refused",
  Schema.Struct({ ...assessed, customerId: Schema.NullOr(Schema.String) })
)
/** A person must look at an order before the money is taken or the goods go out. */
export const ReviewOpened = DomainEvent.define("fraud.review_opened", Schema.Struct({ reviewId: Schema.String, ...assessed }))
export const ReviewApproved = DomainEvent.define("fraud.review_approved", Schema.Struct(review))
export const ReviewRejected = DomainEvent.define("fraud.review_rejected", Schema.Struct(review))
const entry = Schema.Struct({ list: Schema.String, kind: Schema.String })
export const FraudEntryAdded = DomainEvent.define("fraud.entry_added", entry)
export const FraudEntryRemoved = DomainEvent.define("fraud.entry_removed", entry)
