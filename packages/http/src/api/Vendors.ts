import { BrandNotFound, CategoryNotFound, CollectionNotFound, ProductNotFound, VariantNotFound } from "@stoa/core/catalog/CatalogErrors"
import { ListProducts, ProductView } from "@stoa/core/catalog/Product"
import { Fulfilment } from "@stoa/core/fulfilment/Fulfilment"
import { ExceedsOrdered, FulfilmentNotFound } from "@stoa/core/fulfilment/FulfilmentErrors"
import { UserNotFound } from "@stoa/core/identity/IdentityErrors"
import { InsufficientStock, LocationNotFound } from "@stoa/core/inventory/InventoryErrors"
import { AdjustStock, StockLevel } from "@stoa/core/inventory/Stock"
import { ChangeState } from "@stoa/core/kernel/AddedState"
import { IllegalTransition } from "@stoa/core/kernel/StateMachine"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { OrderPart } from "@stoa/core/marketplace/OrderPart"
import { AdvancePart, ListVendorOrders, SendPart, VendorOrder, VendorOrderSummary } from "@stoa/core/marketplace/VendorOrder"
import { OrderNotFound, OrderUnderReview } from "@stoa/core/orders/OrdersErrors"
import {
  AddVendorMember,
  CreateVendor,
  ListVendors,
  UpdateVendor,
  Vendor,
  VendorMember,
  VendorPage
} from "@stoa/core/vendors/Vendor"
import { VendorMemberRefused, VendorNotFound, VendorTaken } from "@stoa/core/vendors/VendorErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"
import { ProductPage } from "./Products.ts"

export const VendorList = page("VendorList", Vendor)
export const VendorMemberPage = page("VendorMemberPage", VendorMember)
export const OrderPartPage = page("OrderPartPage", OrderPart)
export const VendorOrderPage = page("VendorOrderPage", VendorOrderSummary)
export const VendorStockPage = page("VendorStockPage", StockLevel)

const { vendor: _vendor, ...filters } = ListProducts.fields
const idOrSlug = { idOrSlug: Schema.String }
const seen: Traits = { access: "guest", shared: true }
const reads: Traits = { access: "staff", permission: "vendors:read" }
const writes: Traits = { access: "staff", permission: "vendors:write" }
const sells: Traits = { access: "staff", permission: "vendors:sell" }

/** Who sells in a marketplace. */
export class VendorsGroup extends HttpApiGroup.make("vendors").add(
  HttpApiEndpoint.get("get", "/vendors/:idOrSlug", {
    params: idOrSlug,
    success: VendorPage,
    error: problems(VendorNotFound)
  }).annotateMerge(operation("See a vendor, by id or slug", seen)),
  HttpApiEndpoint.get("products", "/vendors/:idOrSlug/products", {
    params: idOrSlug,
    query: filters,
    success: ProductPage,
    error: problems(VendorNotFound, BrandNotFound, CategoryNotFound, CollectionNotFound)
  }).middleware(Guarded).annotateMerge(operation("List the products of a vendor", seen))
).annotateMerge(OpenApi.annotations({ title: "Vendors", description: "Who sells in a marketplace" })) {}

/** Vendors, for those who run the marketplace. */
export class AdminVendorsGroup extends HttpApiGroup.make("adminVendors").add(
  HttpApiEndpoint.get("list", "/admin/vendors", { query: ListVendors, success: VendorList }).annotateMerge(
    operation("List vendors by name", reads)
  ),
  HttpApiEndpoint.post("create", "/admin/vendors", {
    payload: CreateVendor,
    success: Vendor.pipe(HttpApiSchema.status(201)),
    error: problems(VendorTaken)
  }).middleware(Idempotent).annotateMerge(operation("Create a vendor", { ...writes, idempotent: true, tagged: true })),
  HttpApiEndpoint.get("get", "/admin/vendors/:idOrSlug", {
    params: idOrSlug,
    success: Vendor,
    error: problems(VendorNotFound)
  }).annotateMerge(operation("See a vendor, with what is for staff only", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("update", "/admin/vendors/:id", {
    params: byId,
    payload: UpdateVendor,
    success: Vendor,
    error: problems(VendorNotFound, VendorTaken, VersionConflict)
  }).annotateMerge(operation("Change a vendor, suspend it or let it sell again", { ...writes, conditional: true, tagged: true })),
  HttpApiEndpoint.get("members", "/admin/vendors/:id/members", {
    params: byId,
    success: VendorMemberPage,
    error: problems(VendorNotFound)
  }).annotateMerge(operation("List who works for a vendor", reads)),
  HttpApiEndpoint.post("addMember", "/admin/vendors/:id/members", {
    params: byId,
    payload: AddVendorMember,
    success: VendorMember.pipe(HttpApiSchema.status(201)),
    error: problems(VendorNotFound, UserNotFound, VendorMemberRefused)
  }).middleware(Idempotent).annotateMerge(operation("Let a user work for a vendor", { ...writes, idempotent: true })),
  HttpApiEndpoint.delete("removeMember", "/admin/vendors/:id/members/:userId", {
    params: { id: Schema.String, userId: Schema.String },
    error: problems(VendorNotFound, UserNotFound)
  }).annotateMerge(operation("Let a user work for a vendor no more", writes)),
  HttpApiEndpoint.get("parts", "/admin/orders/:id/parts", {
    params: byId,
    success: OrderPartPage,
    error: problems(OrderNotFound)
  }).annotateMerge(operation("List the parts of an order, one for each who sells of it", { access: "staff", permission: "orders:read" }))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Vendors (staff)", description: "Vendors, for those who run the marketplace" })
) {}

/** What the people of a vendor work with. */
export class VendorDeskGroup extends HttpApiGroup.make("vendorDesk").add(
  HttpApiEndpoint.get("vendor", "/vendor", { success: Vendor }).annotateMerge(operation("See whom one works for", sells)),
  HttpApiEndpoint.get("orders", "/vendor/orders", { query: ListVendorOrders, success: VendorOrderPage }).annotateMerge(
    operation("List one's own parts of orders, newest first", sells)
  ),
  HttpApiEndpoint.get("order", "/vendor/orders/:id", {
    params: byId,
    success: VendorOrder,
    error: problems(OrderNotFound)
  }).annotateMerge(operation("See one's own part of an order", sells)),
  HttpApiEndpoint.post("send", "/vendor/orders/:id/fulfilments", {
    params: byId,
    payload: SendPart,
    success: Fulfilment.pipe(HttpApiSchema.status(201)),
    error: problems(OrderNotFound, OrderUnderReview, ExceedsOrdered, IllegalTransition, VersionConflict)
  }).middleware(Idempotent).annotateMerge(
    operation("Begin to send one's own part of an order", { ...sells, idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.patch("advance", "/vendor/fulfilments/:id", {
    params: byId,
    payload: AdvancePart,
    success: Fulfilment,
    error: problems(FulfilmentNotFound, OrderNotFound, OrderUnderReview, IllegalTransition, VersionConflict)
  }).annotateMerge(operation("Pick, pack, ship, hand over or cancel a fulfilment of one's own", { ...sells, conditional: true, tagged: true })),
  HttpApiEndpoint.patch("changeState", "/vendor/fulfilments/:id/state", {
    params: byId,
    payload: ChangeState,
    success: Fulfilment,
    error: problems(FulfilmentNotFound, OrderNotFound, IllegalTransition, VersionConflict)
  }).annotateMerge(
    operation("Bring a fulfilment of one's own into a state that a plug-in has added, or back", { ...sells, conditional: true, tagged: true })
  ),
  HttpApiEndpoint.get("products", "/vendor/products", {
    query: filters,
    success: ProductPage,
    error: problems(BrandNotFound, CategoryNotFound, CollectionNotFound)
  }).annotateMerge(operation("List one's own products, drafts too", sells)),
  HttpApiEndpoint.get("product", "/vendor/products/:idOrSlug", {
    params: idOrSlug,
    success: ProductView,
    error: problems(ProductNotFound)
  }).annotateMerge(operation("See a product of one's own", sells)),
  HttpApiEndpoint.get("stock", "/vendor/inventory/:id", {
    params: byId,
    success: VendorStockPage,
    error: problems(VariantNotFound)
  }).annotateMerge(operation("See the stock of a variant of one's own", sells)),
  HttpApiEndpoint.post("adjustStock", "/vendor/inventory/adjustments", {
    payload: AdjustStock,
    success: VendorStockPage,
    error: problems(VariantNotFound, LocationNotFound, InsufficientStock, VersionConflict)
  }).middleware(Idempotent).annotateMerge(operation("Change the stock of one's own variants", { ...sells, idempotent: true }))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Vendor desk", description: "What the people of a vendor work with" })
) {}
