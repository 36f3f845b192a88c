import { CartView } from "@stoa/core/cart/Cart"
import {
  CartClosed,
  CartExpired,
  CartLimitExceeded,
  CartLineNotFound,
  CartNotFound,
  NotForSale
} from "@stoa/core/cart/CartErrors"
import {
  AddSharedItem,
  CartShare,
  NewCartShare,
  ShareCart,
  SharedCart,
  SharedCartNotFound,
  SharedCartReadOnly,
  UpdateSharedItem
} from "@stoa/core/cart/SharedCart"
import { VariantNotFound } from "@stoa/core/catalog/CatalogErrors"
import { InsufficientStock } from "@stoa/core/inventory/InventoryErrors"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const CartSharePage = page("CartSharePage", CartShare)

const byToken = { token: Schema.String }
const byLine = { token: Schema.String, id: Schema.String }

/** What is done by a token, or makes one, is limited like sign-in. */
const secret: Traits = { access: "guest", sensitive: true }

/** Links to the caller's cart, and the carts behind links of others. */
export class SharedCartsGroup extends HttpApiGroup.make("sharedCarts").add(
  HttpApiEndpoint.post("share", "/cart/share", {
    payload: ShareCart,
    success: NewCartShare.pipe(HttpApiSchema.status(201)),
    error: problems(CartNotFound, CartExpired, CartClosed, CartLimitExceeded)
  }).annotateMerge(operation("Make a link to the cart, to look at it or to fill it together; its token is shown once", secret)),
  HttpApiEndpoint.get("shares", "/cart/shares", {
    success: CartSharePage,
    error: problems(CartNotFound, CartExpired)
  }).annotateMerge(operation("List the links to the cart that are good, the oldest first", { access: "guest" })),
  HttpApiEndpoint.delete("revoke", "/cart/shares/:id", {
    params: byId,
    error: problems(CartNotFound, CartExpired)
  }).annotateMerge(operation("Take a link to the cart back, whether it is there or not", { access: "guest" })),
  HttpApiEndpoint.get("get", "/cart/shared/:token", {
    params: byToken,
    success: SharedCart,
    error: problems(SharedCartNotFound)
  }).annotateMerge(
    // a token has too many bits to be guessed, and friends who look at a cart take no sign-in from others of their network
    operation("See the goods in the cart behind a link, without anything of whose it is", { access: "guest", translated: true })
  ),
  HttpApiEndpoint.post("addItem", "/cart/shared/:token/items", {
    params: byToken,
    payload: AddSharedItem,
    success: SharedCart,
    error: problems(
      SharedCartNotFound,
      SharedCartReadOnly,
      CartLimitExceeded,
      VariantNotFound,
      NotForSale,
      InsufficientStock,
      VersionConflict
    )
  }).middleware(Idempotent).annotateMerge(
    operation("Put pieces of a variant into the cart behind a link", { ...secret, translated: true, idempotent: true })
  ),
  HttpApiEndpoint.patch("updateItem", "/cart/shared/:token/items/:id", {
    params: byLine,
    payload: UpdateSharedItem,
    success: SharedCart,
    error: problems(
      SharedCartNotFound,
      SharedCartReadOnly,
      CartLineNotFound,
      CartLimitExceeded,
      NotForSale,
      InsufficientStock,
      VersionConflict
    )
  }).annotateMerge(operation("Set how many pieces a line of the cart behind a link has", { ...secret, translated: true })),
  HttpApiEndpoint.delete("removeItem", "/cart/shared/:token/items/:id", {
    params: byLine,
    success: SharedCart,
    error: problems(SharedCartNotFound, SharedCartReadOnly, CartLineNotFound, VersionConflict)
  }).annotateMerge(operation("Take a line out of the cart behind a link", { ...secret, translated: true })),
  HttpApiEndpoint.post("copy", "/cart/shared/:token/copy", {
    params: byToken,
    success: CartView,
    error: problems(SharedCartNotFound, CartNotFound, CartExpired, CartClosed, VersionConflict)
  }).middleware(Idempotent).annotateMerge(
    operation("Put what is in the cart behind a link into one's own, as far as there is enough", {
      ...secret,
      idempotent: true,
      tagged: true,
      translated: true
    })
  )
).annotateMerge(OpenApi.annotations({ title: "Shared carts", description: "Carts that others see or fill by a link" })) {}
