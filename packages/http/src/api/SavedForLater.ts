import { CartView } from "@stoa/core/cart/Cart"
import {
  CartClosed,
  CartExpired,
  CartLimitExceeded,
  CartLineNotFound,
  CartNotFound,
  NotForSale
} from "@stoa/core/cart/CartErrors"
import { ListSaved, SavedLine, SavedLineNotFound, TakeBack } from "@stoa/core/cart/SavedLine"
import { VariantNotFound } from "@stoa/core/catalog/CatalogErrors"
import { InsufficientStock } from "@stoa/core/inventory/InventoryErrors"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const SavedLinePage = page("SavedLinePage", SavedLine)

const unusable = [CartNotFound, CartExpired, CartClosed] as const

/** What the caller has taken out of their cart and set aside. */
export class SavedForLaterGroup extends HttpApiGroup.make("savedForLater").add(
  HttpApiEndpoint.get("list", "/cart/saved", {
    query: ListSaved,
    success: SavedLinePage,
    error: problems(CartNotFound, CartExpired)
  }).annotateMerge(
    operation("List what one has saved for later, the newest first, with what it costs and how many there are now", {
      access: "guest",
      translated: true
    })
  ),
  HttpApiEndpoint.post("save", "/cart/items/:id/save", {
    params: byId,
    success: CartView,
    error: problems(...unusable, CartLineNotFound, CartLimitExceeded, NotForSale, VersionConflict)
  }).middleware(Idempotent).annotateMerge(
    operation("Take a line out of the cart and save it for later", { access: "guest", idempotent: true, tagged: true, translated: true })
  ),
  HttpApiEndpoint.post("takeBack", "/cart/saved/:id/take-back", {
    params: byId,
    payload: TakeBack,
    success: CartView,
    error: problems(
      ...unusable,
      SavedLineNotFound,
      CartLimitExceeded,
      VariantNotFound,
      NotForSale,
      InsufficientStock,
      VersionConflict
    )
  }).middleware(Idempotent).annotateMerge(
    operation("Put what was saved for later back into the cart", { access: "guest", idempotent: true, tagged: true, translated: true })
  ),
  HttpApiEndpoint.delete("remove", "/cart/saved/:id", {
    params: byId,
    error: problems(CartNotFound, CartExpired)
  }).annotateMerge(operation("Drop what was saved for later, whether it is there or not", { access: "guest" }))
).annotateMerge(OpenApi.annotations({ title: "Saved for later", description: "What buyers have set aside from their carts" })) {}
