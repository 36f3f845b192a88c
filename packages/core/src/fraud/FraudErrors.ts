import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/**
 * The shop does not sell this to this buyer in this way. Nothing was ordered and no gateway was asked. It says nothing of
 * the reason, which whoever tries would only learn from; staff find it in the event `checkout.refused`.
 */
export class PurchaseRefused extends StoaError<PurchaseRefused>()("PurchaseRefused", {
  code: "purchase_refused",
  kind: "payment"
}, { advice: Schema.Literal("contact") }) {
  override get message(): string {
    return "The shop cannot take this order; write to it if you think that it should"
  }
}

/** There is no such review. */
export class FraudReviewNotFound extends StoaError<FraudReviewNotFound>()("FraudReviewNotFound", {
  code: "fraud_review_not_found",
  kind: "not_found"
}, { reviewId: Schema.String }) {
  override get message(): string {
    return `There is no review ${this.reviewId}`
  }
}

/** Somebody has decided already, or the order was called off. */
export class FraudReviewClosed extends StoaError<FraudReviewClosed>()("FraudReviewClosed", {
  code: "fraud_review_closed",
  kind: "conflict"
}, { reviewId: Schema.String, status: Schema.String }) {
  override get message(): string {
    return `The review ${this.reviewId} is ${this.status}`
  }
}

/** There is no such entry on the block and allow lists. */
export class FraudEntryNotFound extends StoaError<FraudEntryNotFound>()("FraudEntryNotFound", {
  code: "fraud_entry_not_found",
  kind: "not_found"
}, { entryId: Schema.String }) {
  override get message(): string {
    return `There is no entry ${this.entryId}`
  }
}

/** No gateway has said which card a payment was made with, or nobody has looked at it. */
export class FraudCardUnknown extends StoaError<FraudCardUnknown>()("FraudCardUnknown", {
  code: "fraud_card_unknown",
  kind: "not_found"
}, { paymentId: Schema.String }) {
  override get message(): string {
    return `Nothing is known of the card of ${this.paymentId}`
  }
}

/** It is on this list already. */
export class FraudEntryTaken extends StoaError<FraudEntryTaken>()("FraudEntryTaken", {
  code: "fraud_entry_taken",
  kind: "conflict"
}, { value: Schema.String }) {
  override get message(): string {
    return `${this.value} is on the list already`
  }
}
