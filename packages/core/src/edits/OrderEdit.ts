/**
 * An order edit: what staff changed of an order after it was placed.
 */
import * as Schema from "effect/Schema"
import { HandDiscount, HandPrice } from "../cart/ByHand.ts"
import { VariantId } from "../catalog/Product.ts"
import { Address } from "../kernel/Address.ts"
import * as Id from "../kernel/Id.ts"
import { Money } from "../kernel/Money.ts"
import { text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { Order, OrderId, OrderLineId } from "../orders/Order.ts"
import { RefundPart } from "../payments/RefundPart.ts"
import { PricedTax } from "../pricing/Pricing.ts"
import { ShippingMethodId } from "../shipping/ShippingMethod.ts"
import { ShippingChoices } from "../shipping/ShippingParts.ts"

export const OrderEditId = Id.define("edt", "OrderEditId")
export type OrderEditId = typeof OrderEditId.Type

/** How many pieces of one kind an edit can ask for. */
const quantity = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 }))

/** What is to be different, and why. What is left out stays as it is. */
export const EditOrder = Schema.Struct({
  /** Goods to add, at what they cost now, or at a price or with a discount by hand. */
  add: Schema.optionalKey(
    Schema.Array(Schema.Struct({
      variantId: VariantId,
      quantity: quantity.check(Schema.isGreaterThan(0)),
      price: Schema.optionalKey(HandPrice),
      discount: Schema.optionalKey(HandDiscount)
    }))
      .check(Schema.isMaxLength(100))
  ),
  /**
   * How many pieces of lines there are to be from now on, not counting those that were cancelled; none takes the line out.
   * More pieces of a line become a line of their own, at its price. With a discount all pieces that there are to be do: at what
   * they cost before, less the discount.
   */
  lines: Schema.optionalKey(
    Schema.Array(Schema.Struct({ lineId: OrderLineId, quantity, discount: Schema.optionalKey(HandDiscount) })).check(Schema.isMaxLength(500))
  ),
  shippingAddress: Schema.optionalKey(Address),
  billingAddress: Schema.optionalKey(Address),
  /** Another way of shipping, at what it costs now. */
  shippingMethodId: Schema.optionalKey(ShippingMethodId),
  /** Where goods ship apart, instead: one for each part of what there is to ship, as a cart with it would say its parts. */
  shippingChoices: Schema.optionalKey(ShippingChoices),
  reason: Schema.optionalKey(text(500)),
  /** Whether the buyer is told by mail; they are if it is left out. */
  notify: Schema.optionalKey(Schema.Boolean),
  /** The version that the decision is based on. */
  version: Schema.optionalKey(Version),
  /** The total that the preview said. If it is another by now, nothing is changed. */
  expectedTotal: Schema.optionalKey(Money)
}).annotate({ identifier: "EditOrder" })
export interface EditOrder extends Schema.Schema.Type<typeof EditOrder> {}

const Pieces = Schema.Struct({ lineId: OrderLineId, quantity: Schema.Int })

/** An edit, as it was made. */
export const OrderEdit = Schema.Struct({
  id: OrderEditId,
  orderId: OrderId,
  /** Counts up by one in each order. */
  number: Schema.Int,
  /** Who made it, such as `"staff:usr_1"`. */
  actor: Schema.String,
  reason: Schema.String,
  /** The lines that it added. */
  added: Schema.Array(Pieces),
  /** The pieces that it took out. */
  removed: Schema.Array(Pieces),
  /** What else changed: `"shippingAddress"`, `"billingAddress"`, `"shipping"`. */
  changed: Schema.Array(Schema.String),
  /** What was added costs this, with tax; what was taken out costs `credited` and `refund` together. */
  charged: Money,
  chargedTaxes: Schema.Array(PricedTax),
  /** What of the parts taken out was never paid, or pays for what was added. */
  credited: Money,
  creditedTaxes: Schema.Array(PricedTax),
  /** What of `credited` is of which line; what is left of it is of shipping. Left out of edits from before it was kept. */
  creditedOf: Schema.optionalKey(Schema.Array(RefundPart)),
  /** What is to go back for the rest: at once, or once a dispute that holds it is won. The order's refunds say what has. */
  refund: Money,
  createdAt: Timestamp
}).annotate({ identifier: "OrderEdit" })
export interface OrderEdit extends Schema.Schema.Type<typeof OrderEdit> {}

/** What an edit would do. */
export const EditPreview = Schema.Struct({
  /** The version of the order that was looked at. Who names it with the edit gets what they saw, or a conflict. */
  version: Version,
  /** The order as it would be. Lines that would be added have ids that they will not keep. */
  order: Order,
  /** By how much more the order would cost; below zero where it would cost less. */
  difference: Money,
  /** What would go back to the buyer. */
  refund: Money,
  /** What the buyer would be asked to pay. Of an order that was never paid it is all that is left to pay. */
  due: Money,
  /** What would be taken from stock (below zero) or put back, and how many pieces can be taken; `null`: not counted. */
  stock: Schema.Array(Schema.Struct({
    variantId: Schema.String,
    change: Schema.Int,
    available: Schema.NullOr(Schema.Int)
  }))
}).annotate({ identifier: "EditPreview" })
export interface EditPreview extends Schema.Schema.Type<typeof EditPreview> {}

/** An order that was edited. */
export const EditedOrder = Schema.Struct({
  order: Order,
  edit: OrderEdit,
  /** What of the edit's `refund` goes back now. It is less where some was given back by hand before, or waits. */
  givenBack: Money,
  /** What of it a dispute holds: it goes back once that is won. */
  waits: Money
}).annotate({ identifier: "EditedOrder" })
export interface EditedOrder extends Schema.Schema.Type<typeof EditedOrder> {}
