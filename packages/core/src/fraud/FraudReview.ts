/**
 * Orders that a person looks at before the money is taken or the goods go out.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import { text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { OrderId } from "../orders/Order.ts"

export const FraudReviewId = Id.define("frv", "FraudReviewId")
export type FraudReviewId = typeof FraudReviewId.Type

/** Why an order got points. `code` names the rule: `"amount"`, `"velocity_email"`, `"block_country"`, `"screen"`. */
export const FraudReason = Schema.Struct({ code: Schema.String, detail: Schema.String, points: Schema.Int })
  .annotate({ identifier: "FraudReason" })
export interface FraudReason extends Schema.Schema.Type<typeof FraudReason> {}

/** `closed`: the order was called off before anybody decided. */
export const FraudReviewStatus = Schema.Literals(["open", "approved", "rejected", "closed"])
export type FraudReviewStatus = typeof FraudReviewStatus.Type

export const FraudReview = Schema.Struct({
  id: FraudReviewId,
  orderId: OrderId,
  status: FraudReviewStatus,
  score: Schema.Int,
  reasons: Schema.Array(FraudReason),
  /** What whoever decided wrote. */
  note: Schema.NullOr(Schema.String),
  decidedBy: Schema.NullOr(Schema.String),
  decidedAt: Schema.NullOr(Timestamp),
  version: Version,
  createdAt: Timestamp
}).annotate({ identifier: "FraudReview" })
export interface FraudReview extends Schema.Schema.Type<typeof FraudReview> {}

/** A decision about an order under review. */
export const DecideReview = Schema.Struct({
  note: Schema.optionalKey(text(1_000)),
  /** The version that the decision is based on; without it the decision applies to whatever is there. */
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "DecideReview" })
export interface DecideReview extends Schema.Schema.Type<typeof DecideReview> {}

export const ListFraudReviews = Schema.Struct({ ...Page.PageRequest, status: Schema.optionalKey(FraudReviewStatus) })
  .annotate({ identifier: "ListFraudReviews" })
export interface ListFraudReviews extends Schema.Schema.Type<typeof ListFraudReviews> {}
