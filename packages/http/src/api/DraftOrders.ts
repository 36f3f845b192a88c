import { NotForSale } from "@stoa/core/cart/CartErrors"
import { CheckoutIncomplete, PlacedOrder, TotalChanged } from "@stoa/core/checkout/CheckoutInput"
import {
  AddressDraftOffer,
  CompleteDraftOrder,
  CreateDraftOrder,
  DraftOffer,
  DraftOrder,
  DraftOrderSummary,
  ListDraftOrders,
  PayDraftOffer,
  ReserveDraftOrder,
  SendDraftOrder,
  ShowDraftOffer,
  UpdateDraftOrder
} from "@stoa/core/drafts/DraftOrder"
import { DraftAddressGiven, DraftLinkInvalid, DraftOrderClosed, DraftOrderNotFound, DraftOrderNotSent } from "@stoa/core/drafts/DraftOrderErrors"
import { InsufficientStock } from "@stoa/core/inventory/InventoryErrors"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { Order } from "@stoa/core/orders/Order"
import { PromotionUsedUp } from "@stoa/core/promotions/PromotionErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { ordering } from "./PayingErrors.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "orders:read" }
const writes: Traits = { access: "staff", permission: "orders:write" }

export const DraftOrderPage = page("DraftOrderPage", DraftOrderSummary)

const unchanged = [DraftOrderNotFound, DraftOrderClosed, VersionConflict] as const

/** Orders that staff put together for buyers. */
export class DraftOrdersGroup extends HttpApiGroup.make("draftOrders").add(
  HttpApiEndpoint.get("list", "/admin/draft-orders", { query: ListDraftOrders, success: DraftOrderPage }).annotateMerge(
    operation("List draft orders, newest first", reads)
  ),
  HttpApiEndpoint.post("create", "/admin/draft-orders", {
    payload: CreateDraftOrder,
    success: DraftOrder.pipe(HttpApiSchema.status(201))
  }).middleware(Idempotent).annotateMerge(
    operation("Put an order together for a buyer", { ...writes, idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.post("preview", "/admin/draft-orders/preview", {
    payload: CreateDraftOrder,
    success: DraftOrder
  }).middleware(Idempotent).annotateMerge(
    operation("See what a draft order would cost and lack, and write nothing", { ...writes, idempotent: true })
  ),
  HttpApiEndpoint.get("get", "/admin/draft-orders/:id", {
    params: byId,
    success: DraftOrder,
    error: problems(DraftOrderNotFound)
  }).annotateMerge(operation("See a draft order", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("update", "/admin/draft-orders/:id", {
    params: byId,
    payload: UpdateDraftOrder,
    success: DraftOrder,
    error: problems(...unchanged, InsufficientStock)
  }).annotateMerge(operation("Change a draft order, and price it anew", { ...writes, conditional: true, tagged: true })),
  HttpApiEndpoint.delete("delete", "/admin/draft-orders/:id", {
    params: byId,
    error: problems(...unchanged)
  }).annotateMerge(operation("Delete a draft order, and let go what is held for it", { ...writes, conditional: true })),
  HttpApiEndpoint.post("reserve", "/admin/draft-orders/:id/reservation", {
    params: byId,
    payload: ReserveDraftOrder,
    success: DraftOrder,
    error: problems(...unchanged, InsufficientStock)
  }).middleware(Idempotent).annotateMerge(
    operation("Hold the pieces of a draft order for a while", { ...writes, conditional: true, idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.delete("release", "/admin/draft-orders/:id/reservation", {
    params: byId,
    success: DraftOrder,
    error: problems(...unchanged)
  }).annotateMerge(operation("Let go what is held for a draft order", { ...writes, conditional: true, tagged: true })),
  HttpApiEndpoint.post("send", "/admin/draft-orders/:id/send", {
    params: byId,
    payload: SendDraftOrder,
    success: DraftOrder.pipe(HttpApiSchema.status(202)),
    error: problems(...unchanged, CheckoutIncomplete, NotForSale, DraftOrderNotSent)
  }).middleware(Idempotent).annotateMerge(
    operation("Write to the buyer of a draft order, with a link to pay it", { ...writes, conditional: true, idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.post("complete", "/admin/draft-orders/:id/complete", {
    params: byId,
    payload: CompleteDraftOrder,
    success: Order.pipe(HttpApiSchema.status(201)),
    error: problems(...unchanged, CheckoutIncomplete, NotForSale, TotalChanged, InsufficientStock, PromotionUsedUp)
  }).middleware(Idempotent).annotateMerge(
    operation("Make the order of a draft that was paid outside, or is paid later", { ...writes, conditional: true, idempotent: true })
  )
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Draft orders (staff)", description: "Orders that staff put together for buyers" })
) {}

/** Draft orders as their buyers see them, who have a link. */
export class DraftOffersGroup extends HttpApiGroup.make("draftOffers").add(
  HttpApiEndpoint.post("show", "/draft-orders/show", {
    payload: ShowDraftOffer,
    success: DraftOffer,
    error: problems(DraftLinkInvalid)
  }).annotateMerge(operation("See the draft order that a link leads to", { access: "guest", sensitive: true })),
  HttpApiEndpoint.post("address", "/draft-orders/address", {
    payload: AddressDraftOffer,
    success: DraftOffer,
    error: problems(DraftLinkInvalid, DraftOrderClosed, DraftAddressGiven, NotForSale, VersionConflict)
  }).annotateMerge(
    operation("Say where the draft order goes that a link leads to, as far as the shop has not", { access: "guest", sensitive: true })
  ),
  HttpApiEndpoint.post("pay", "/draft-orders/pay", {
    payload: PayDraftOffer,
    success: PlacedOrder.pipe(HttpApiSchema.status(201)),
    error: problems(
      DraftLinkInvalid,
      DraftOrderClosed,
      CheckoutIncomplete,
      NotForSale,
      TotalChanged,
      ...ordering
    )
  }).middleware(Idempotent).annotateMerge(
    operation("Order the draft that a link leads to, and start its payment", { access: "guest", idempotent: true, sensitive: true, translated: true })
  )
).annotateMerge(OpenApi.annotations({ title: "Draft orders", description: "Seeing and paying orders that staff have put together" })) {}
