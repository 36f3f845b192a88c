import { AddItem, CartView, NewCart, UpdateCart, UpdateItem } from "@stoa/core/cart/Cart"
import {
  CartClosed,
  CartExpired,
  CartLimitExceeded,
  CartLineNotFound,
  CartNotFound,
  NotForSale,
  ShippingMethodUnavailable
} from "@stoa/core/cart/CartErrors"
import { VariantNotFound } from "@stoa/core/catalog/CatalogErrors"
import { InsufficientStock } from "@stoa/core/inventory/InventoryErrors"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { PricedCart } from "@stoa/core/pricing/Pricing"
import { EnteredCode } from "@stoa/core/promotions/CouponCode"
import { CouponNotInCart, CouponRefused } from "@stoa/core/promotions/PromotionErrors"
import { ShippingOption } from "@stoa/core/shipping/ShippingQuote"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const ShippingOptionPage = page("ShippingOptionPage", ShippingOption)

const { lines: _lines, shipping: _shipping, ...sums } = PricedCart.fields

/** What a cart costs, without its lines. */
export const CartTotals = Schema.Struct({
  cartId: CartView.fields.id,
  version: CartView.fields.version,
  /** Pieces in all lines together. */
  itemCount: Schema.Int,
  ...sums
}).annotate({ identifier: "CartTotals" })

/** Which cart to take over: the token of the guest's cart, if neither `Stoa-Cart` nor the cookie says it. */
export const MergeCart = Schema.Struct({ token: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(200))) })
  .annotate({ identifier: "MergeCart" })

const unusable = [CartNotFound, CartExpired, CartClosed] as const

/** The caller's cart: the customer's own, or the guest's whose token is in `Stoa-Cart` or the cookie `stoa_cart`. */
export class CartGroup extends HttpApiGroup.make("cart").add(
  HttpApiEndpoint.get("get", "/cart", { success: CartView, error: problems(CartNotFound, CartExpired) }).annotateMerge(
    operation("See the cart, priced now", { access: "guest", tagged: true, translated: true })
  ),
  HttpApiEndpoint.post("create", "/cart", { success: NewCart.pipe(HttpApiSchema.status(201)) }).middleware(Idempotent)
    .annotateMerge(operation("Start a cart; its token is shown once", { access: "guest", idempotent: true })),
  HttpApiEndpoint.patch("update", "/cart", {
    payload: UpdateCart,
    success: CartView,
    error: problems(...unusable, ShippingMethodUnavailable, VersionConflict)
  }).annotateMerge(
    operation("Set e-mail, addresses, shipping method or note", { access: "guest", tagged: true, translated: true, conditional: true })
  ),
  HttpApiEndpoint.delete("delete", "/cart", { error: problems(...unusable, VersionConflict) }).annotateMerge(
    operation("Throw the cart away", { access: "guest", conditional: true })
  ),
  HttpApiEndpoint.post("addItem", "/cart/items", {
    payload: AddItem,
    success: CartView,
    error: problems(
      ...unusable,
      CartLimitExceeded,
      VariantNotFound,
      NotForSale,
      InsufficientStock,
      VersionConflict
    )
  }).middleware(Idempotent).annotateMerge(
    operation("Put pieces of a variant into the cart", { access: "guest", idempotent: true, tagged: true, translated: true })
  ),
  HttpApiEndpoint.delete("clear", "/cart/items", {
    success: CartView,
    error: problems(...unusable, VersionConflict)
  }).annotateMerge(operation("Take everything out", { access: "guest", tagged: true, translated: true })),
  HttpApiEndpoint.patch("updateItem", "/cart/items/:id", {
    params: byId,
    payload: UpdateItem,
    success: CartView,
    error: problems(
      ...unusable,
      CartLineNotFound,
      CartLimitExceeded,
      NotForSale,
      InsufficientStock,
      VersionConflict
    )
  }).annotateMerge(operation("Set how many pieces a line has", { access: "guest", tagged: true, translated: true })),
  HttpApiEndpoint.delete("removeItem", "/cart/items/:id", {
    params: byId,
    success: CartView,
    error: problems(...unusable, CartLineNotFound, VersionConflict)
  }).annotateMerge(operation("Take a line out", { access: "guest", tagged: true, translated: true })),
  HttpApiEndpoint.post("addCoupon", "/cart/coupons", {
    payload: EnteredCode,
    success: CartView,
    error: problems(...unusable, CouponRefused, CartLimitExceeded, VersionConflict)
  }).middleware(Idempotent).annotateMerge(
    operation("Enter a code; a notice says what is missing for it", { access: "guest", idempotent: true, tagged: true, translated: true })
  ),
  HttpApiEndpoint.delete("removeCoupon", "/cart/coupons/:code", {
    params: { code: Schema.String },
    success: CartView,
    error: problems(...unusable, CouponNotInCart, VersionConflict)
  }).annotateMerge(operation("Take a code out", { access: "guest", tagged: true, translated: true })),
  HttpApiEndpoint.get("totals", "/cart/totals", {
    success: CartTotals,
    error: problems(CartNotFound, CartExpired)
  }).annotateMerge(operation("See what the cart costs", { access: "guest", tagged: true, translated: true })),
  HttpApiEndpoint.post("merge", "/cart/merge", {
    payload: MergeCart,
    success: CartView,
    error: problems(...unusable, VersionConflict)
  }).middleware(Idempotent).annotateMerge(
    operation("Put the lines of a guest's cart into one's own", { access: "customer", idempotent: true, tagged: true, translated: true })
  ),
  HttpApiEndpoint.get("shippingOptions", "/cart/shipping-options", {
    success: ShippingOptionPage,
    error: problems(CartNotFound, CartExpired)
  }).annotateMerge(operation("List the ways to deliver this cart", { access: "guest" }))
).annotateMerge(OpenApi.annotations({ title: "Cart", description: "The caller's cart" })) {}
