import { ProductNotFound } from "@stoa/core/catalog/CatalogErrors"
import { ImpersonationRefused } from "@stoa/core/kernel/Permission"
import { IllegalTransition } from "@stoa/core/kernel/StateMachine"
import { AtVersion, VersionConflict } from "@stoa/core/kernel/Version"
import {
  AnswerReview,
  CreateReview,
  FlagReview,
  ListModeratedReviews,
  ListOwnReviews,
  ListReviews,
  ModeratedReview,
  ProductRating,
  RejectReview,
  Review,
  ReviewFlag,
  ReviewInQueue,
  UpdateReview,
  VoteReview
} from "@stoa/core/reviews/Review"
import { OwnReview, ReviewByBuyersOnly, ReviewExists, ReviewNotFound } from "@stoa/core/reviews/ReviewErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const ReviewPage = page("ReviewPage", Review)
export const ReviewQueuePage = page("ReviewQueuePage", ReviewInQueue)
export const ReviewFlagPage = page("ReviewFlagPage", ReviewFlag)

/** Reviews of a product, and all of them in figures. */
export const ProductReviews = Schema.Struct({ rating: ProductRating, ...ReviewPage.fields }).annotate({
  identifier: "ProductReviews"
})

const writes: Traits = { access: "customer", idempotent: true }
const moderates: Traits = {
  access: "staff",
  permission: "reviews:write",
  idempotent: true,
  conditional: true,
  tagged: true
}

/** What customers think of products. */
export class ReviewsGroup extends HttpApiGroup.make("reviews").add(
  HttpApiEndpoint.get("ofProduct", "/products/:id/reviews", {
    params: byId,
    query: ListReviews,
    success: ProductReviews,
    error: problems(ProductNotFound)
  }).annotateMerge(operation("List the reviews of a product", { access: "guest", shared: true })),
  HttpApiEndpoint.get("mine", "/reviews", { query: ListOwnReviews, success: ReviewPage }).middleware(Guarded)
    .annotateMerge(operation("List the reviews that the caller has written", { access: "customer" })),
  HttpApiEndpoint.post("create", "/reviews", {
    payload: CreateReview,
    success: Review.pipe(HttpApiSchema.status(201)),
    error: problems(ProductNotFound, ReviewExists, ReviewByBuyersOnly, ImpersonationRefused)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(
    operation("Review a product", { ...writes, tagged: true })
  ),
  HttpApiEndpoint.patch("update", "/reviews/:id", {
    params: byId,
    payload: UpdateReview,
    success: Review,
    error: problems(ReviewNotFound, ImpersonationRefused, VersionConflict)
  }).middleware(Guarded).annotateMerge(
    operation("Change a review", { access: "customer", conditional: true, tagged: true })
  ),
  HttpApiEndpoint.delete("delete", "/reviews/:id", { params: byId, error: problems(ReviewNotFound) }).middleware(Guarded)
    .annotateMerge(operation("Delete a review", { access: "customer" })),
  HttpApiEndpoint.post("vote", "/reviews/:id/votes", {
    params: byId,
    payload: VoteReview,
    success: Review,
    error: problems(ReviewNotFound, OwnReview, ImpersonationRefused)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(operation("Say whether a review helped", writes)),
  HttpApiEndpoint.post("flag", "/reviews/:id/flag", {
    params: byId,
    payload: FlagReview,
    error: problems(ReviewNotFound, OwnReview, ImpersonationRefused)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(operation("Report a review to the shop", writes)),
  HttpApiEndpoint.get("list", "/admin/reviews", { query: ListModeratedReviews, success: ReviewQueuePage }).middleware(
    Guarded
  ).annotateMerge(
    operation("List reviews, the oldest first", { access: "staff", permission: "reviews:read" })
  ),
  HttpApiEndpoint.get("get", "/admin/reviews/:id", {
    params: byId,
    success: ReviewInQueue,
    error: problems(ReviewNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("See a review", { access: "staff", permission: "reviews:read", tagged: true })
  ),
  HttpApiEndpoint.get("flags", "/admin/reviews/:id/flags", {
    params: byId,
    success: ReviewFlagPage,
    error: problems(ReviewNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("List the reports of a review", { access: "staff", permission: "reviews:read" })
  ),
  HttpApiEndpoint.post("approve", "/admin/reviews/:id/approve", {
    params: byId,
    payload: AtVersion,
    success: ModeratedReview,
    error: problems(ReviewNotFound, IllegalTransition, VersionConflict)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(operation("Show a review", moderates)),
  HttpApiEndpoint.post("reject", "/admin/reviews/:id/reject", {
    params: byId,
    payload: RejectReview,
    success: ModeratedReview,
    error: problems(ReviewNotFound, IllegalTransition, VersionConflict)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(operation("Hide a review", moderates)),
  HttpApiEndpoint.post("answer", "/admin/reviews/:id/answer", {
    params: byId,
    payload: AnswerReview,
    success: ModeratedReview,
    error: problems(ReviewNotFound, VersionConflict)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(operation("Answer a review in the shop's name", moderates)),
  HttpApiEndpoint.delete("remove", "/admin/reviews/:id", { params: byId, error: problems(ReviewNotFound) }).middleware(Guarded)
    .annotateMerge(operation("Delete any review", { access: "staff", permission: "reviews:write" }))
).annotateMerge(OpenApi.annotations({ title: "Reviews", description: "What customers think of products" })) {}
