import { SeenCard } from "@stoa/core/fraud/Card"
import { CreateFraudEntry, FraudEntry, ListFraudEntries } from "@stoa/core/fraud/FraudEntry"
import { FraudCardUnknown, FraudEntryNotFound, FraudEntryTaken, FraudReviewClosed, FraudReviewNotFound } from "@stoa/core/fraud/FraudErrors"
import { DecideReview, FraudReview, ListFraudReviews } from "@stoa/core/fraud/FraudReview"
import { StepUpRequired } from "@stoa/core/kernel/StepUp"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { PaymentChangeRefused } from "@stoa/core/payments/PaymentsErrors"
import { GiftCardSpent } from "@stoa/core/orders/OrdersErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "fraud:read" }
const writes: Traits = { access: "staff", permission: "fraud:write" }
const decides: Traits = { ...writes, conditional: true, idempotent: true, tagged: true }

export const FraudReviewPage = page("FraudReviewPage", FraudReview)
export const SeenCardPage = page("SeenCardPage", SeenCard)
export const FraudEntryPage = page("FraudEntryPage", FraudEntry)

/** Orders that may be fraud. */
export class FraudGroup extends HttpApiGroup.make("fraud").add(
  HttpApiEndpoint.get("reviews", "/admin/fraud/reviews", { query: ListFraudReviews, success: FraudReviewPage })
    .annotateMerge(operation("List orders under review and what was decided, newest first", reads)),
  HttpApiEndpoint.get("review", "/admin/fraud/reviews/:id", {
    params: byId,
    success: FraudReview,
    error: problems(FraudReviewNotFound)
  }).annotateMerge(operation("See a review", { ...reads, tagged: true })),
  HttpApiEndpoint.post("approve", "/admin/fraud/reviews/:id/approve", {
    params: byId,
    payload: DecideReview,
    success: FraudReview,
    error: problems(FraudReviewNotFound, FraudReviewClosed, PaymentChangeRefused, StepUpRequired, VersionConflict)
  }).middleware(Idempotent).annotateMerge(operation("Approve an order: its money is taken and it goes on", decides)),
  HttpApiEndpoint.post("reject", "/admin/fraud/reviews/:id/reject", {
    params: byId,
    payload: DecideReview,
    success: FraudReview,
    error: problems(FraudReviewNotFound, FraudReviewClosed, GiftCardSpent, StepUpRequired, VersionConflict)
  }).middleware(Idempotent).annotateMerge(operation("Reject an order: it is cancelled, its money is given up or back", decides)),
  HttpApiEndpoint.get("cards", "/admin/fraud/orders/:id/cards", { params: byId, success: SeenCardPage })
    .annotateMerge(operation("List the cards that an order was paid with or should have been, oldest first", reads)),
  HttpApiEndpoint.get("entries", "/admin/fraud/entries", { query: ListFraudEntries, success: FraudEntryPage })
    .annotateMerge(operation("List whom the store blocks and allows, newest first", reads)),
  HttpApiEndpoint.post("addEntry", "/admin/fraud/entries", {
    payload: CreateFraudEntry,
    success: FraudEntry.pipe(HttpApiSchema.status(201)),
    error: problems(FraudEntryTaken, FraudCardUnknown)
  }).middleware(Idempotent).annotateMerge(operation("Block or allow somebody", { ...writes, idempotent: true })),
  HttpApiEndpoint.delete("removeEntry", "/admin/fraud/entries/:id", {
    params: byId,
    error: problems(FraudEntryNotFound)
  }).annotateMerge(operation("Take somebody off the lists", writes))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Fraud (staff)", description: "Orders under review, block and allow lists" })
) {}
