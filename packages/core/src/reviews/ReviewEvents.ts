/**
 * What happens to reviews. The subject is the review. None carries what somebody wrote.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"

const about = { productId: Schema.String, customerId: Schema.String, rating: Schema.Int } as const

/** A customer has written a review; `status` says whether it is shown or waits for a person. */
export const ReviewWritten = DomainEvent.define("review.written", Schema.Struct({ ...about, status: Schema.String }))
/** A review is shown, waits or is rejected that was something else before; `by` says who decided. */
export const ReviewStatusChanged = DomainEvent.define(
  "review.status_changed",
  Schema.Struct({
    ...about,
    from: Schema.String,
    to: Schema.String,
    by: Schema.Literals(["staff", "flags", "edit"])
  })
)
/** The shop has answered. */
export const ReviewAnswered = DomainEvent.define("review.answered", Schema.Struct(about))
export const ReviewDeleted = DomainEvent.define("review.deleted", Schema.Struct(about))
