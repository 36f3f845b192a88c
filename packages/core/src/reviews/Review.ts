/**
 * What a customer thinks of a product: one review of each customer for each product.
 */
import * as Schema from "effect/Schema"
import { ProductId, ProductImage } from "../catalog/Product.ts"
import { ProductRating, ratingOf } from "../catalog/ProductRating.ts"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { PictureName } from "../media/PictureName.ts"

export const ReviewId = Id.define("rvw", "ReviewId")
export type ReviewId = typeof ReviewId.Type

/** Where a review stands. Only what is published is shown and counts. */
export const machine = StateMachine.make({
  name: "review",
  initial: "pending",
  table: {
    pending: { approve: "published", reject: "rejected", hold: "pending" },
    published: { reject: "rejected", hold: "pending" },
    rejected: { approve: "published", hold: "pending" }
  }
})

export const ReviewStatus = Schema.Literals(["pending", "published", "rejected"])
export type ReviewStatus = typeof ReviewStatus.Type

/** Stars, from 1 to 5. */
export const Rating = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 }))

/** What the shop says to a review, for everybody to read. */
export const ReviewAnswer = Schema.Struct({ text: Schema.String, at: Timestamp }).annotate({ identifier: "ReviewAnswer" })

export const Review = Schema.Struct({
  id: ReviewId,
  productId: ProductId,
  /** How the writer wants to be called; `null` for nameless. */
  authorName: Schema.NullOr(Schema.String),
  rating: Rating,
  title: Schema.NullOr(Schema.String),
  text: Schema.String,
  /** What pictures of the thing are called where the shop keeps them. Never addresses. */
  pictures: Schema.Array(Schema.String),
  /** Whether the writer had bought the product when they wrote. */
  verifiedPurchase: Schema.Boolean,
  status: ReviewStatus,
  /** How many find it helpful, and how many do not. */
  helpful: Schema.Int,
  unhelpful: Schema.Int,
  answer: Schema.NullOr(ReviewAnswer),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Review" })
export interface Review extends Schema.Schema.Type<typeof Review> {}

/** A review as staff see it: with who wrote it, who reported it, and why it waits. */
export const ModeratedReview = Schema.Struct({
  ...Review.fields,
  customerId: Schema.String,
  /** Reports since a person last approved it. */
  flags: Schema.Int,
  /** What the screening found, or why a person rejected it. */
  reasons: Schema.Array(Schema.String)
}).annotate({ identifier: "ModeratedReview" })
export interface ModeratedReview extends Schema.Schema.Type<typeof ModeratedReview> {}

/** A review as it is shown to those who decide about it. */
export const ReviewInQueue = Schema.Struct({
  ...ModeratedReview.fields,
  /** Those of its pictures that are public files of this shop, in the same order. What others are is known to the shop alone. */
  images: Schema.Array(ProductImage)
}).annotate({ identifier: "ReviewInQueue" })
export interface ReviewInQueue extends Schema.Schema.Type<typeof ReviewInQueue> {}

/** A review as everybody sees it. */
export const shown = ({ customerId: _customerId, flags: _flags, reasons: _reasons, ...review }: ModeratedReview): Review => review

export { ProductRating, ratingOf }

const body = text(5_000)
const title = Schema.NullOr(text(150))
const pictures = Schema.Array(PictureName).check(Schema.isMaxLength(6))

export const CreateReview = Schema.Struct({
  /** The id or the slug of the product. */
  product: text(300),
  rating: Rating,
  title: Schema.optionalKey(title),
  text: Schema.optionalKey(body),
  pictures: Schema.optionalKey(pictures),
  /** How to be called; the first name of the account if it is left out, nobody if it is `null`. */
  authorName: Schema.optionalKey(Schema.NullOr(name(50)))
}).annotate({ identifier: "CreateReview" })
export interface CreateReview extends Schema.Schema.Type<typeof CreateReview> {}

/** What is left out stays. The review is screened again. */
export const UpdateReview = Schema.Struct({
  rating: Schema.optionalKey(Rating),
  title: Schema.optionalKey(title),
  text: Schema.optionalKey(body),
  pictures: Schema.optionalKey(pictures),
  authorName: Schema.optionalKey(Schema.NullOr(name(50))),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateReview" })
export interface UpdateReview extends Schema.Schema.Type<typeof UpdateReview> {}

/** Whether it helped; `null` takes the vote back. */
export const VoteReview = Schema.Struct({ helpful: Schema.NullOr(Schema.Boolean) }).annotate({ identifier: "VoteReview" })

export const FlagReason = Schema.Literals(["spam", "offensive", "personal_data", "off_topic", "other"])

export const FlagReview = Schema.Struct({
  reason: FlagReason,
  note: Schema.optionalKey(Schema.NullOr(text(500)))
}).annotate({ identifier: "FlagReview" })
export interface FlagReview extends Schema.Schema.Type<typeof FlagReview> {}

/** A report of a review, for staff. */
export const ReviewFlag = Schema.Struct({
  customerId: Schema.String,
  reason: FlagReason,
  note: Schema.NullOr(Schema.String),
  at: Timestamp
}).annotate({ identifier: "ReviewFlag" })
export interface ReviewFlag extends Schema.Schema.Type<typeof ReviewFlag> {}

/** What to read of a product's reviews, the newest first if no order is named. */
export const ListReviews = Schema.Struct({
  ...Page.PageRequest,
  sort: Schema.optionalKey(Schema.Literals(["newest", "highest", "lowest", "helpful"])),
  rating: Schema.optionalKey(Rating),
  /** Only those of buyers. */
  verified: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "ListReviews" })
export interface ListReviews extends Schema.Schema.Type<typeof ListReviews> {}

export const ListOwnReviews = Schema.Struct(Page.PageRequest).annotate({ identifier: "ListOwnReviews" })

/** What staff read, the oldest first: what waits longest is read first. */
export const ListModeratedReviews = Schema.Struct({
  ...Page.PageRequest,
  status: Schema.optionalKey(ReviewStatus),
  productId: Schema.optionalKey(ProductId)
}).annotate({ identifier: "ListModeratedReviews" })
export interface ListModeratedReviews extends Schema.Schema.Type<typeof ListModeratedReviews> {}

export const RejectReview = Schema.Struct({
  /** For staff, not shown to anybody else. */
  reason: Schema.optionalKey(text(500)),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "RejectReview" })

/** What the shop says to it; `null` takes the answer back. */
export const AnswerReview = Schema.Struct({
  text: Schema.NullOr(name(5_000)),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "AnswerReview" })
