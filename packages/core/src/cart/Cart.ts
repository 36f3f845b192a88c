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
 * A line as it is stored. It has the price that the buyer saw, to tell them when it changes, and the titles, to show the line even
 * after the product was deleted.
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

/** `open`: the buyer fills it. `ordered`: it became an order. `merged`: its lines were moved into another cart. */
export const CartStatus = Schema.Literals(["open", "ordered", "merged"])

export const Cart = Schema.Struct({
  id: CartId,
  status: CartStatus,
  customerId: Schema.NullOr(Schema.String),
  email: Schema.NullOr(Schema.String),
  currency: Currency.Currency,
  /** Where its buyer buys, such as an app or a market place: what the program in use says. */
  channel: Schema.NullOr(Channel),
  lines: Schema.Array(CartLine),
  note: Schema.NullOr(text(2_000)),
  /** The language in which it was last changed, as a tag such as `de-AT`; the store's language if it is left out. */
  language: Schema.optionalKey(Schema.String),
  shippingAddress: Schema.NullOr(Address),
  billingAddress: Schema.NullOr(Address),
  /** By what its goods go, as far as that takes them; `null` where the buyer has not chosen, or has for each part. */
  shippingMethodId: Schema.NullOr(ShippingMethodId),
  /** By what the parts of goods go that ship apart, as far as the buyer has chosen. */
  shippingChoices: Schema.Array(ShippingChoice),
  /** Promotion codes that the buyer has entered, in capitals and without spaces around them. */
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
  /** A piece costs something else than when the buyer last changed the line. */
  Schema.TaggedStruct("price_changed", { lineId: CartLineId, before: Money, now: Money }),
  /** The line has more pieces than can be bought. */
  Schema.TaggedStruct("short_of_stock", { lineId: CartLineId, available: Schema.Int }),
  /** The line is no longer for sale and not part of the price. `parts` are the parts of a bundle that cause it. */
  Schema.TaggedStruct("unavailable", { lineId: CartLineId, parts: Schema.optionalKey(Schema.Array(MissingPart)) }),
  /** The chosen shipping method is no longer offered, or does not deliver to the address. The price has no shipping. */
  Schema.TaggedStruct("shipping_unavailable", { shippingMethodId: ShippingMethodId }),
  /**
   * A shipping method was chosen for a part that the cart does not have any more, because its goods or the methods have changed. Its
   * goods are now in another part, and go by the method of that one until the buyer chooses again.
   */
  Schema.TaggedStruct("shipping_choice_lapsed", { part: Schema.String, shippingMethodId: ShippingMethodId }),
  /** A code has no effect now. It stays in the cart, and takes effect once the cart has what the message asks for. */
  Schema.TaggedStruct("coupon_not_applied", { code: Schema.String, reason: Schema.String, message: Schema.String })
])
export type CartNotice = typeof CartNotice.Type

/** A line as it is shown. A line that is no longer for sale costs nothing and has a notice. */
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

/** Goods of a cart that ship apart from its other goods. */
export const CartShippingPart = Schema.Struct({
  /** What a choice names it by. */
  id: Schema.String,
  lineIds: Schema.Array(CartLineId),
  /** By what it goes now: as the buyer has chosen, or the first; `null` where that is not offered, or nothing is. */
  shippingMethodId: Schema.NullOr(ShippingMethodId),
  /** The methods for this part. Parts with the same method are sent together and pay for it once. */
  options: Schema.Array(ShippingOption)
}).annotate({ identifier: "CartShippingPart" })
export interface CartShippingPart extends Schema.Schema.Type<typeof CartShippingPart> {}

/** A cart as it is shown: priced now, with notices for the buyer. */
export const CartView = Schema.Struct({
  ...Cart.fields,
  lines: Schema.Array(CartLineView),
  requiresShipping: Schema.Boolean,
  /** The parts in which the goods ship, if no method takes all of them; otherwise left out. */
  shippingParts: Schema.optionalKey(Schema.Array(CartShippingPart)),
  /**
   * The total and every amount that it consists of, each with its trace. Lines that cannot be bought are left out. Shipping is that of
   * the chosen method, or of the first one that delivers to the address; for goods that ship apart, that of each part.
   */
  pricing: PricedCart,
  total: Money,
  notices: Schema.Array(CartNotice)
}).annotate({ identifier: "CartView" })
export interface CartView extends Schema.Schema.Type<typeof CartView> {}

/** The id of a cart, or `"mine"`: the open cart of the calling customer, or the cart of a guest's token. */
export const CartRef = Schema.Union([CartId, Schema.Literal("mine")])
export type CartRef = typeof CartRef.Type

const quantity = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))

/**
 * Puts pieces of a variant into a cart; if it is there already, its quantity grows. Prices are never taken from the caller. Gift cards
 * for different recipients are separate lines.
 */
export const AddItem = Schema.Struct({ variantId: VariantId, quantity, gift: Schema.optionalKey(Gift) }).annotate({ identifier: "AddItem" })
export interface AddItem extends Schema.Schema.Type<typeof AddItem> {}

/** Sets the quantity of a line and, for gift cards, the recipient, who stays if `gift` is left out. */
export const UpdateItem = Schema.Struct({ quantity, gift: Schema.optionalKey(Gift) }).annotate({ identifier: "UpdateItem" })

/** Whether the buyer changes a line, or somebody else does. */
export const ByWhom = Schema.Struct({
  /** Whether the buyer sees the price while the line is changed. It is `true` unless somebody else changes it for them. */
  isSeen: Schema.optionalKey(Schema.Boolean)
})
export interface ByWhom extends Schema.Schema.Type<typeof ByWhom> {}

/** Changes what a cart says about its order; `null` clears a field. */
export const UpdateCart = Schema.Struct({
  email: Schema.optionalKey(Schema.NullOr(Email)),
  note: Schema.optionalKey(Schema.NullOr(text(2_000))),
  shippingAddress: Schema.optionalKey(Schema.NullOr(Address)),
  billingAddress: Schema.optionalKey(Schema.NullOr(Address)),
  /** A method for all goods. Replaces methods for parts. */
  shippingMethodId: Schema.optionalKey(Schema.NullOr(ShippingMethodId)),
  /** A method for each part of the goods, if they ship apart. Replaces a method for all of them. */
  shippingChoices: Schema.optionalKey(ShippingChoices),
  channel: Schema.optionalKey(Schema.NullOr(Channel)),
  /** One of the currencies of the store. Goods without a price in it cannot be bought, and the shipping method has to be chosen again. */
  currency: Schema.optionalKey(Currency.Currency),
  /** The version that the change is based on. Without it, the change applies to whatever the cart is now. */
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateCart" })
export interface UpdateCart extends Schema.Schema.Type<typeof UpdateCart> {}

/** A new cart with its token, which proves who its owner is. The token is shown once and stored as a hash. */
export const NewCart = Schema.Struct({ cart: CartView, token: Schema.String }).annotate({ identifier: "NewCart" })
export interface NewCart extends Schema.Schema.Type<typeof NewCart> {}
