/**
 * Links to wish lists: who has one sees what is on the list, to give some of it to whoever it belongs to, and nothing else.
 */
import * as Schema from "effect/Schema"
import { Offer } from "../cart/Offer.ts"
import * as Id from "../kernel/Id.ts"
import { PageRequest } from "../kernel/Page.ts"
import { StoaError } from "../kernel/StoaError.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

export const WishShareId = Id.define("wishshare", "WishShareId")
export type WishShareId = typeof WishShareId.Type

/** How many links to a list are good at a time. */
export const maximumWishShares = 10

/** A link, without what it proves itself with. */
export const WishShare = Schema.Struct({
  id: WishShareId,
  expiresAt: Timestamp,
  createdAt: Timestamp
}).annotate({ identifier: "WishShare" })
export interface WishShare extends Schema.Schema.Type<typeof WishShare> {}

/** For how many days the link is good: 1 to 366, 90 if it is left out. */
export const ShareWishes = Schema.Struct({
  days: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 366 })))
}).annotate({ identifier: "ShareWishes" })

/** A new link. The token is shown once and stored as a hash: whoever knows it sees the list. */
export const NewWishShare = Schema.Struct({ share: WishShare, token: Schema.String }).annotate({ identifier: "NewWishShare" })
export interface NewWishShare extends Schema.Schema.Type<typeof NewWishShare> {}

/** A page of the list behind a link, the newest wish first. */
export const ListSharedWishes = Schema.Struct(PageRequest).annotate({ identifier: "ListSharedWishes" })

/** A wish as whoever has a link sees it. The price is what everybody pays in the country of the store. */
export const SharedWish = Schema.Struct(Offer.fields).annotate({ identifier: "SharedWish" })
export interface SharedWish extends Schema.Schema.Type<typeof SharedWish> {}

/** The link is none, or is not good any more. */
export class SharedWishListNotFound extends StoaError<SharedWishListNotFound>()("SharedWishListNotFound", {
  code: "shared_wish_list_not_found",
  kind: "not_found"
}, {}) {
  override get message(): string {
    return "There is no wish list behind this link, or not any more"
  }
}

/** The list has as many links as it can have. */
export class TooManyWishShares extends StoaError<TooManyWishShares>()("TooManyWishShares", {
  code: "too_many_wish_list_links",
  kind: "conflict"
}, { maximum: Schema.Int }) {
  override get message(): string {
    return `A wish list has at most ${this.maximum} links that are good. Take one back first`
  }
}
