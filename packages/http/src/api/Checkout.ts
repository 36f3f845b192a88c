import {
  CartClosed,
  CartExpired,
  CartNotFound,
  NotForSale,
  ShippingMethodUnavailable
} from "@stoa/core/cart/CartErrors"
import {
  CartEmpty,
  CheckoutIncomplete,
  CheckoutPreview,
  PlacedOrder,
  PlaceOrder,
  PreviewCheckout,
  TotalChanged
} from "@stoa/core/checkout/CheckoutInput"
import { GiftCardNotFound, GiftCardUnusable } from "@stoa/core/value/StoredValueErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Idempotent } from "./Edge.ts"
import { operation } from "./Operation.ts"
import { ordering } from "./PayingErrors.ts"
import { problems } from "./Problem.ts"

/** From a cart to an order. */
export class CheckoutGroup extends HttpApiGroup.make("checkout").add(
  HttpApiEndpoint.post("preview", "/checkout/preview", {
    payload: PreviewCheckout,
    success: CheckoutPreview,
    error: problems(CartNotFound, CartExpired, CartClosed, ShippingMethodUnavailable, GiftCardNotFound, GiftCardUnusable)
  }).middleware(Idempotent).annotateMerge(
    operation("See what ordering now would cost, and what is missing", { access: "guest", idempotent: true, translated: true })
  ),
  HttpApiEndpoint.post("place", "/checkout", {
    payload: PlaceOrder,
    success: PlacedOrder.pipe(HttpApiSchema.status(201)),
    error: problems(
      CartNotFound,
      CartExpired,
      CartClosed,
      CartEmpty,
      NotForSale,
      CheckoutIncomplete,
      ShippingMethodUnavailable,
      TotalChanged,
      ...ordering
    )
  }).middleware(Idempotent).annotateMerge(
    operation("Order the cart and start its payment", { access: "guest", idempotent: true, translated: true })
  )
).annotateMerge(OpenApi.annotations({ title: "Checkout", description: "From a cart to an order" })) {}
