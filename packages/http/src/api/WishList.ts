import { CartView } from "@stoa/core/cart/Cart"
import {
  CartClosed,
  CartExpired,
  CartLimitExceeded,
  CartNotFound,
  NotForSale
} from "@stoa/core/cart/CartErrors"
import { ProductNotFound, VariantNotFound } from "@stoa/core/catalog/CatalogErrors"
import { InsufficientStock } from "@stoa/core/inventory/InventoryErrors"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { AddWish, ListWanted, ListWishes, MergedWishes, MergeWishes, MoveWish, WantedVariant, Wish } from "@stoa/core/wishes/Wish"
import { WishListFull, WishNotFound } from "@stoa/core/wishes/WishErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const WishPage = page("WishPage", Wish)
export const WantedVariantPage = page("WantedVariantPage", WantedVariant)

/** What the signed-in customer would like to have. The `id` in a path is that of the variant. */
export class WishListGroup extends HttpApiGroup.make("wishList").add(
  HttpApiEndpoint.get("list", "/wishlist", { query: ListWishes, success: WishPage }).annotateMerge(
    operation("List one's wishes, the newest first, with what each costs and how many there are now", { access: "customer", translated: true })
  ),
  HttpApiEndpoint.post("add", "/wishlist/items", {
    payload: AddWish,
    success: Wish,
    error: problems(ProductNotFound, VariantNotFound, WishListFull)
  }).middleware(Idempotent).annotateMerge(
    operation("Put a variant on one's wish list, and say whether to be told when it is there again", {
      access: "customer",
      idempotent: true,
      translated: true
    })
  ),
  HttpApiEndpoint.delete("clear", "/wishlist/items", {}).annotateMerge(
    operation("Take everything off one's wish list", { access: "customer" })
  ),
  HttpApiEndpoint.delete("remove", "/wishlist/items/:id", { params: byId }).annotateMerge(
    operation("Take a variant off one's wish list, whether it is on it or not", { access: "customer" })
  ),
  HttpApiEndpoint.post("moveToCart", "/wishlist/items/:id/move", {
    params: byId,
    payload: MoveWish,
    success: CartView,
    error: problems(
      WishNotFound,
      CartNotFound,
      CartExpired,
      CartClosed,
      CartLimitExceeded,
      VariantNotFound,
      NotForSale,
      InsufficientStock,
      VersionConflict
    )
  }).middleware(Idempotent).annotateMerge(
    operation("Put a variant from one's wish list into the cart, and take it off the list", {
      access: "customer",
      idempotent: true,
      tagged: true,
      translated: true
    })
  ),
  HttpApiEndpoint.post("merge", "/wishlist/merge", { payload: MergeWishes, success: MergedWishes }).middleware(Idempotent).annotateMerge(
    operation("Put what a page has kept for a guest on the wish list of who they are", { access: "customer", idempotent: true })
  ),
  HttpApiEndpoint.get("mostWanted", "/admin/wishlist/wanted", { query: ListWanted, success: WantedVariantPage }).middleware(Guarded).annotateMerge(
    operation("List the variants that most customers wish for", { access: "staff", permission: "analytics:read" })
  )
).annotateMerge(OpenApi.annotations({ title: "Wish list", description: "What customers would like to have" })) {}
