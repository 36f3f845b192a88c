import {
  ListSharedWishes,
  NewWishShare,
  SharedWish,
  SharedWishListNotFound,
  ShareWishes,
  TooManyWishShares,
  WishShare
} from "@stoa/core/wishes/SharedWishList"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { byId, page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const WishSharePage = page("WishSharePage", WishShare)
export const SharedWishPage = page("SharedWishPage", SharedWish)

/** Links to one's wish list, and the wish lists behind links of others. */
export class SharedWishListsGroup extends HttpApiGroup.make("sharedWishLists").add(
  HttpApiEndpoint.post("share", "/wishlist/share", {
    payload: ShareWishes,
    success: NewWishShare.pipe(HttpApiSchema.status(201)),
    error: problems(TooManyWishShares)
  }).annotateMerge(
    // the token is kept nowhere, nor is the answer
    operation("Make a link with which others see one's wish list; its token is shown once", { access: "customer", sensitive: true })
  ),
  HttpApiEndpoint.get("shares", "/wishlist/shares", { success: WishSharePage }).annotateMerge(
    operation("List the links to one's wish list that are good, the oldest first", { access: "customer" })
  ),
  HttpApiEndpoint.delete("revoke", "/wishlist/shares/:id", { params: byId }).annotateMerge(
    operation("Take a link to one's wish list back, whether it is there or not", { access: "customer" })
  ),
  HttpApiEndpoint.get("get", "/wishlist/shared/:token", {
    params: { token: Schema.String },
    query: ListSharedWishes,
    success: SharedWishPage,
    error: problems(SharedWishListNotFound)
  }).annotateMerge(
    // a token has too many bits to be guessed, and friends who look at a list take no sign-in from others of their network
    operation("List what is on the wish list behind a link, without anything of whose it is", { access: "guest", translated: true })
  )
).annotateMerge(OpenApi.annotations({ title: "Shared wish lists", description: "Wish lists that others see by a link" })) {}
