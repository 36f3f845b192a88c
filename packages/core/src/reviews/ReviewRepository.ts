import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { ListModeratedReviews, ListReviews, ModeratedReview, ProductRating, ReviewFlag } from "./Review.ts"
import type { ReviewExists } from "./ReviewErrors.ts"

/**
 * Where reviews are kept.
 *
 * Whatever shows or hides a review, or changes its stars, counts it in or out of the figures of its product in the same
 * transaction, so that they are exact without ever being counted again.
 */
export class ReviewRepository extends Context.Service<ReviewRepository, {
  /** Adds a review. One for a customer and product. */
  readonly insert: (review: ModeratedReview) => Effect.Effect<void, ReviewExists | StorageError>
  readonly find: (id: string) => Effect.Effect<ModeratedReview | undefined, StorageError>
  /** A review, locked until the transaction ends. */
  readonly findForUpdate: (id: string) => Effect.Effect<ModeratedReview | undefined, StorageError>
  /** Writes all but the votes if the review still has the version of `before`. */
  readonly update: (before: ModeratedReview, after: ModeratedReview) => Effect.Effect<void, StorageError | VersionConflict>
  /** Deletes a review that the transaction has locked, with its votes and reports. */
  readonly delete: (review: ModeratedReview) => Effect.Effect<void, StorageError>
  /** Published reviews of a product. One statement. */
  readonly ofProduct: (
    productId: string,
    query: ListReviews
  ) => Effect.Effect<Page<ModeratedReview>, StorageError | InvalidInput>
  /** All reviews of a customer, the newest first. */
  readonly ofCustomer: (
    customerId: string,
    query: Pick<ListReviews, "after" | "limit">
  ) => Effect.Effect<Page<ModeratedReview>, StorageError | InvalidInput>
  /** All reviews, the oldest first. */
  readonly list: (query: ListModeratedReviews) => Effect.Effect<Page<ModeratedReview>, StorageError | InvalidInput>
  /** The figures of a product. One row. */
  readonly rating: (productId: string) => Effect.Effect<ProductRating, StorageError>
  /** Whether a customer has an order of a product that is paid and was not called off. */
  readonly bought: (customerId: string, productId: string) => Effect.Effect<boolean, StorageError>
  /** Sets or takes back a vote on a review that the transaction has locked. */
  readonly vote: (review: ModeratedReview, customerId: string, helpful: boolean | null) => Effect.Effect<
    Pick<ModeratedReview, "helpful" | "unhelpful">,
    StorageError
  >
  /** Keeps a report of a review. `false` if this person has reported it before. */
  readonly flag: (reviewId: string, flag: ReviewFlag) => Effect.Effect<boolean, StorageError>
  /** The newest reports of a review, up to 100. */
  readonly flags: (reviewId: string) => Effect.Effect<ReadonlyArray<ReviewFlag>, StorageError>
  /** Deletes what a customer wrote, voted and reported. */
  readonly forget: (customerId: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/reviews/ReviewRepository") {}
