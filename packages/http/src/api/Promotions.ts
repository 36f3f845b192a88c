import { CartClosed, CartExpired, CartNotFound } from "@stoa/core/cart/CartErrors"
import { CheckCoupon, CouponCheck, DryRun, DryRunResult } from "@stoa/core/cart/CouponInput"
import { VersionConflict } from "@stoa/core/kernel/Version"
import {
  CreateCodes,
  CreatePromotion,
  ListPromotions,
  NewCodes,
  Offer,
  PriceFloor,
  PromotionKindList,
  PromotionWithUse,
  UpdatePromotion
} from "@stoa/core/promotions/Promotion"
import { CodeTaken, PromotionNotFound, TooManyPromotions } from "@stoa/core/promotions/PromotionErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "promotions:read" }
const writes: Traits = { access: "staff", permission: "promotions:write" }

export const OfferPage = page("OfferPage", Offer)
export const PromotionPage = page("PromotionPage", PromotionWithUse)

/** What buyers may know of offers. */
export class OffersGroup extends HttpApiGroup.make("offers").add(
  HttpApiEndpoint.get("list", "/promotions", { success: OfferPage }).annotateMerge(
    operation("List the offers that everybody may know of", { access: "guest", shared: true })
  ),
  HttpApiEndpoint.post("check", "/coupons/validate", {
    payload: CheckCoupon,
    success: CouponCheck,
    error: problems(CartNotFound, CartExpired, CartClosed)
  }).annotateMerge(
    operation("Ask what a code would do in the cart, and if nothing, what is missing", { access: "guest" })
  )
).annotateMerge(OpenApi.annotations({ title: "Offers", description: "Promotions, as buyers see them" })) {}

/** Promotions, as those who run the shop see them. */
export class PromotionsGroup extends HttpApiGroup.make("promotions").add(
  HttpApiEndpoint.get("list", "/admin/promotions", { query: ListPromotions, success: PromotionPage }).annotateMerge(
    operation("List promotions, newest first", reads)
  ),
  HttpApiEndpoint.post("create", "/admin/promotions", {
    payload: CreatePromotion,
    success: PromotionWithUse.pipe(HttpApiSchema.status(201)),
    error: problems(CodeTaken, TooManyPromotions)
  }).middleware(Idempotent).annotateMerge(
    operation("Create a promotion", { ...writes, idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.get("kinds", "/admin/promotions/kinds", { success: PromotionKindList }).annotateMerge(
    operation("See what conditions and actions there are, with the schemas of their arguments", reads)
  ),
  HttpApiEndpoint.post("dryRun", "/admin/promotions/dry-run", {
    payload: DryRun,
    success: DryRunResult,
    error: problems(CartNotFound)
  }).annotateMerge(operation("See what a cart would cost under other promotions, and why", reads)),
  HttpApiEndpoint.get("get", "/admin/promotions/:id", {
    params: byId,
    success: PromotionWithUse,
    error: problems(PromotionNotFound)
  }).annotateMerge(operation("See a promotion and how often it was used", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("update", "/admin/promotions/:id", {
    params: byId,
    payload: UpdatePromotion,
    success: PromotionWithUse,
    error: problems(PromotionNotFound, CodeTaken, TooManyPromotions, VersionConflict)
  }).annotateMerge(operation("Change a promotion, end it or begin it again", { ...writes, conditional: true, tagged: true })),
  HttpApiEndpoint.delete("delete", "/admin/promotions/:id", {
    params: byId,
    error: problems(PromotionNotFound, VersionConflict)
  }).annotateMerge(operation("Delete a promotion and its codes", { ...writes, conditional: true })),
  HttpApiEndpoint.post("createCodes", "/admin/promotions/:id/codes", {
    params: byId,
    payload: CreateCodes,
    success: NewCodes.pipe(HttpApiSchema.status(201)),
    error: problems(PromotionNotFound, TooManyPromotions)
  }).middleware(Idempotent).annotateMerge(
    operation("Make codes that may be used once each", { ...writes, idempotent: true })
  ),
  HttpApiEndpoint.get("priceFloor", "/admin/products/:id/price-floor", { params: byId, success: PriceFloor }).annotateMerge(
    operation("See the lowest price of a product that promotions may lead to", reads)
  ),
  HttpApiEndpoint.put("setPriceFloor", "/admin/products/:id/price-floor", {
    params: byId,
    payload: PriceFloor,
    success: PriceFloor,
    error: problems(TooManyPromotions)
  }).annotateMerge(operation("Set the lowest price of a product that promotions may lead to", writes))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Promotions (staff)", description: "What gets cheaper, for whom, when and how often" })
) {}
