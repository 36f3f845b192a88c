/**
 * Links to carts: who has one sees what is in the cart, or fills it together with whoever it belongs to, and nothing else of it.
 */
import * as Schema from "effect/Schema"
import { VariantId } from "../catalog/Product.ts"
import { Currency } from "../kernel/Currency.ts"
import * as Id from "../kernel/Id.ts"
import { Money } from "../kernel/Money.ts"
import { StoaError } from "../kernel/StoaError.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { AddItem, CartLineId, UpdateItem } from "./Cart.ts"
import { Offer } from "./Offer.ts"

export const CartShareId = Id.define("share", "CartShareId")
export type CartShareId = typeof CartShareId.Type

/** How many links a cart has at most that are good. */
export const maximumShares = 10

/** `read`: to look at it and copy it. `together`: to put things in and take them out as well. */
export const ShareMode = Schema.Literals(["read", "together"])
export type ShareMode = typeof ShareMode.Type

/** A link, without what it proves itself with. */
export const CartShare = Schema.Struct({
  id: CartShareId,
  mode: ShareMode,
  expiresAt: Timestamp,
  createdAt: Timestamp
}).annotate({ identifier: "CartShare" })
export interface CartShare extends Schema.Schema.Type<typeof CartShare> {}

/** What the link is for, `read` if it is left out, and for how many days it is good: 1 to 30, 7 if it is left out. */
export const ShareCart = Schema.Struct({
  mode: Schema.optionalKey(ShareMode),
  days: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 30 })))
}).annotate({ identifier: "ShareCart" })

/** A new link. The token is shown once and stored as a hash: whoever knows it sees the cart. */
export const NewCartShare = Schema.Struct({ share: CartShare, token: Schema.String }).annotate({ identifier: "NewCartShare" })
export interface NewCartShare extends Schema.Schema.Type<typeof NewCartShare> {}

/** A line as whoever has a link sees it. Prices are what everybody pays in the country of the store, before promotions and taxes that come on top. */
export const SharedLine = Schema.Struct({
  ...Offer.fields,
  id: CartLineId,
  quantity: Schema.Int,
  /** Of all pieces; nothing where it is not for sale any more. */
  subtotal: Money
}).annotate({ identifier: "SharedLine" })
export interface SharedLine extends Schema.Schema.Type<typeof SharedLine> {}

/** A cart as whoever has a link sees it: without names, addresses, notes and codes. */
export const SharedCart = Schema.Struct({
  mode: ShareMode,
  currency: Currency,
  /** Without those whose variant was deleted. */
  lines: Schema.Array(SharedLine),
  /** Pieces in all lines together. */
  itemCount: Schema.Int,
  subtotal: Money,
  /** Until when the link is good. */
  expiresAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "SharedCart" })
export interface SharedCart extends Schema.Schema.Type<typeof SharedCart> {}

/** What others may put into a cart: not gift cards for somebody, as only its buyer says who they are for. */
export const AddSharedItem = Schema.Struct({ variantId: VariantId, quantity: AddItem.fields.quantity }).annotate({ identifier: "AddSharedItem" })

export const UpdateSharedItem = Schema.Struct({ quantity: UpdateItem.fields.quantity }).annotate({ identifier: "UpdateSharedItem" })

/** The link is none, is not good any more, or its cart is none to be filled any more. */
export class SharedCartNotFound extends StoaError<SharedCartNotFound>()("SharedCartNotFound", {
  code: "shared_cart_not_found",
  kind: "not_found"
}, {}) {
  override get message(): string {
    return "There is no cart behind this link, or not any more"
  }
}

/** The link is for looking only. */
export class SharedCartReadOnly extends StoaError<SharedCartReadOnly>()("SharedCartReadOnly", {
  code: "shared_cart_read_only",
  kind: "forbidden"
}, {}) {
  override get message(): string {
    return "This link is to look at the cart, not to change it"
  }
}
