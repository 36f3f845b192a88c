/**
 * A cart: what a buyer means to buy. It is one document, always read and written as a whole, with a version.
 */
import * as Schema from "effect/Schema"
import { MissingPart } from "../catalog/Bundle.ts"
import { Gift } from "../catalog/Gift.ts"
import { ProductId, ProductImage, VariantId } from "../catalog/Product.ts"
import { Address } from "../kernel/Address.ts"
import { Channel } from "../kernel/Channel.ts"
import * as Currency from "../kernel/Currency.ts"
import { Email } from "../kernel/Email.ts"
import * as Id from "../kernel/Id.ts"
import { Money } from "../kernel/Money.ts"
import { text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { PricedCart } from "../pricing/Pricing.ts"
import { ShippingMethodId } from "../shipping/ShippingMethod.ts"
import { ShippingChoice, ShippingChoices } from "../shipping/ShippingParts.ts"
import { ShippingOption } from "../shipping/ShippingQuote.ts"

export const CartId = Id.define("cart", "CartId")
export type CartId = typeof CartId.Type

export const CartLineId = Id.define("line", "CartLineId")
export type CartLineId = typeof CartLineId.Type

/**
 * A line as it is kept: with the price that the buyer saw, so that a change can be told, and with the names, so that
 * the line can be shown even when the product is gone.
 */
export const CartLine = Schema.Struct({
  id: CartLineId,
  variantId: VariantId,
  productId: ProductId,
  title: Schema.String,
  variantTitle: Schema.String,
  quantity: Schema.Int,
  /** What one piece cost when the line was last changed by the buyer. */
  seenPrice: Money,
  addedAt: Timestamp,
  /** Who gift cards are for, and when their codes are sent. */
  gift: Schema.optionalKey(Gift)
})
export interface CartLine extends Schema.Schema.Type<typeof CartLine> {}

/** Open: being filled. Ordered: became an order. Merged: its lines went into another cart. */
export const CartStatus = Schema.Literals(["open", "ordered", "merged"])

export const Cart = Schema.Struct({
  id: CartId,
  status: CartStatus,
  customerId: Schema.NullOr(Schema.String),
  email: Schema.NullOr(Schema.String),
  currency: Currency.Currency,
  /** Where its buyer buys, as the program says that they use. */
  channel: Schema.NullOr(Channel),
  lines: Schema.Array(CartLine),
  note: Schema.NullOr(text(2_000)),
  /** In which it was last changed, by its tag; that of the store if it is left out. */
  language: Schema.optionalKey(Schema.String),
  shippingAddress: Schema.NullOr(Address),
  billingAddress: Schema.NullOr(Address),
  /** By what its goods go, as far as that takes them; `null` where the buyer has not chosen, or has for each part. */
  shippingMethodId: Schema.NullOr(ShippingMethodId),
  /** By what the parts of goods go that ship apart, as far as the buyer has chosen. */
  shippingChoices: Schema.Array(ShippingChoice),
  /** Codes that the buyer entered, in capitals and without spaces around them. */
  codes: Schema.Array(Schema.String),
  /** The order that it became. */
  orderId: Schema.NullOr(Schema.String),
  version: Version,
  expiresAt: Timestamp,
  createdAt: Timestamp,
  updatedAt: Timestamp
})
export interface Cart extends Schema.Schema.Type<typeof Cart> {}

/** What the buyer must be told about a line or the cart. */
export const CartNotice = Schema.Union([
  /** One piece costs something else than when the buyer last changed the line. */
  Schema.TaggedStruct("price_changed", { lineId: CartLineId, before: Money, now: Money }),
  /** Fewer pieces can be bought than the line has. */
  Schema.TaggedStruct("short_of_stock", { lineId: CartLineId, available: Schema.Int }),
  /** Not for sale any more. The line is not part of the price. Of a bundle, `parts` are those because of which. */
  Schema.TaggedStruct("unavailable", { lineId: CartLineId, parts: Schema.optionalKey(Schema.Array(MissingPart)) }),
  /** The chosen shipping method is no longer offered, or does not deliver to the address. The price has no shipping. */
  Schema.TaggedStruct("shipping_unavailable", { shippingMethodId: ShippingMethodId }),
  /**
   * A method was chosen for a part that the cart has no more, because other goods came or methods changed. Its goods are in another
   * part and go by what that says, until the buyer chooses again.
   */
  Schema.TaggedStruct("shipping_choice_lapsed", { part: Schema.String, shippingMethodId: ShippingMethodId }),
  /** A code does nothing now. It stays in the cart, and begins to once what the message asks for is there. */
  Schema.TaggedStruct("coupon_not_applied", { code: Schema.String, reason: Schema.String, message: Schema.String })
])
export type CartNotice = typeof CartNotice.Type

/** A line as it is shown. One that is not for sale any more costs nothing and has a notice. */
export const CartLineView = Schema.Struct({
  id: CartLineId,
  variantId: VariantId,
  productId: ProductId,
  quantity: Schema.Int,
  title: Schema.String,
  variantTitle: Schema.String,
  /** `null` where the product is gone. */
  slug: Schema.NullOr(Schema.String),
  sku: Schema.NullOr(Schema.String),
  image: Schema.NullOr(ProductImage),
  /** Pieces that can be bought now; `null` where stock is not counted. */
  available: Schema.NullOr(Schema.Int),
  unitPrice: Money,
  compareAtPrice: Schema.NullOr(Money),
  subtotal: Money,
  discount: Money,
  tax: Money,
  total: Money,
  /** Of gift cards: who they are for, and when their codes are sent. */
  gift: Schema.optionalKey(Gift)
}).annotate({ identifier: "CartLineView" })
export interface CartLineView extends Schema.Schema.Type<typeof CartLineView> {}

/** Goods of a cart that may ship apart from its others. */
export const CartShippingPart = Schema.Struct({
  /** What a choice names it by. */
  id: Schema.String,
  lineIds: Schema.Array(CartLineId),
  /** By what it goes now: as the buyer has chosen, or the first; `null` where that is not offered, or nothing is. */
  shippingMethodId: Schema.NullOr(ShippingMethodId),
  /** The ways to send it. Parts that go by the same one go together and pay for it once. */
  options: Schema.Array(ShippingOption)
}).annotate({ identifier: "CartShippingPart" })
export interface CartShippingPart extends Schema.Schema.Type<typeof CartShippingPart> {}

/** A cart as it is shown: priced now, with what the buyer must be told. */
export const CartView = Schema.Struct({
  ...Cart.fields,
  lines: Schema.Array(CartLineView),
  requiresShipping: Schema.Boolean,
  /** Where not all methods take all of its goods: what goes apart then. Left out where everything goes together. */
  shippingParts: Schema.optionalKey(Schema.Array(CartShippingPart)),
  /**
   * Everything that the total is made of, with its trace. Lines that cannot be bought any more are left out. Shipping is
   * that of the chosen method, or of the first that delivers there while none is chosen; of parts that go apart, of each.
   */
  pricing: PricedCart,
  total: Money,
  notices: Schema.Array(CartNotice)
}).annotate({ identifier: "CartView" })
export interface CartView extends Schema.Schema.Type<typeof CartView> {}

/** A cart's id, or `"mine"`: the open cart of the calling customer, or the one that a guest's token proves. */
export const CartRef = Schema.Union([CartId, Schema.Literal("mine")])
export type CartRef = typeof CartRef.Type

const quantity = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))

/**
 * Puts pieces of a variant into a cart; a variant that is there already gets more. Prices are never taken from here. Gift
 * cards for different people are lines of their own.
 */
export const AddItem = Schema.Struct({ variantId: VariantId, quantity, gift: Schema.optionalKey(Gift) }).annotate({ identifier: "AddItem" })
export interface AddItem extends Schema.Schema.Type<typeof AddItem> {}

/** Sets how many pieces a line has and, of gift cards, who they are for, which stays if it is left out. */
export const UpdateItem = Schema.Struct({ quantity, gift: Schema.optionalKey(Gift) }).annotate({ identifier: "UpdateItem" })

/** Who changes a line. */
export const ByWhom = Schema.Struct({
  /** Whether the buyer sees what it costs while it is changed, as they do unless somebody else changes it for them. */
  isSeen: Schema.optionalKey(Schema.Boolean)
})
export interface ByWhom extends Schema.Schema.Type<typeof ByWhom> {}

/** Changes what a cart says about its order; `null` clears. */
export const UpdateCart = Schema.Struct({
  email: Schema.optionalKey(Schema.NullOr(Email)),
  note: Schema.optionalKey(Schema.NullOr(text(2_000))),
  shippingAddress: Schema.optionalKey(Schema.NullOr(Address)),
  billingAddress: Schema.optionalKey(Schema.NullOr(Address)),
  /** One that takes all goods. It takes the place of choices for parts. */
  shippingMethodId: Schema.optionalKey(Schema.NullOr(ShippingMethodId)),
  /** One for each part of goods that ship apart, instead of one for all. */
  shippingChoices: Schema.optionalKey(ShippingChoices),
  channel: Schema.optionalKey(Schema.NullOr(Channel)),
  /** One of those that the store sells in. What has no price in it cannot be bought, and the way of shipping is to be chosen anew. */
  currency: Schema.optionalKey(Currency.Currency),
  /** The version that the change is based on; without it the change applies to whatever is there. */
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateCart" })
export interface UpdateCart extends Schema.Schema.Type<typeof UpdateCart> {}

/** A new cart, and the token that proves to be its owner. The token is shown once and stored as a hash. */
export const NewCart = Schema.Struct({ cart: CartView, token: Schema.String }).annotate({ identifier: "NewCart" })
export interface NewCart extends Schema.Schema.Type<typeof NewCart> {}
