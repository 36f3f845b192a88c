import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such review, or it is not for this caller to see or to change. */
export class ReviewNotFound extends StoaError<ReviewNotFound>()("ReviewNotFound", {
  code: "review_not_found",
  kind: "not_found"
}, { reviewId: Schema.String }) {
  override get message(): string {
    return `There is no review ${this.reviewId}`
  }
}

/** The customer has reviewed this product already: that review can be changed. */
export class ReviewExists extends StoaError<ReviewExists>()("ReviewExists", {
  code: "review_exists",
  kind: "conflict"
}, { productId: Schema.String }) {
  override get message(): string {
    return `There is a review of ${this.productId} by this customer already`
  }
}

/** The shop takes reviews of a product only from those who have bought it. */
export class ReviewByBuyersOnly extends StoaError<ReviewByBuyersOnly>()("ReviewByBuyersOnly", {
  code: "review_by_buyers_only",
  kind: "conflict"
}, { productId: Schema.String }) {
  override get message(): string {
    return "Only who has bought a product can review it"
  }
}

/** Nobody votes on, or reports, what they wrote themselves. */
export class OwnReview extends StoaError<OwnReview>()("OwnReview", { code: "own_review", kind: "conflict" }, {
  reviewId: Schema.String
}) {
  override get message(): string {
    return "This is a review of your own"
  }
}
