/**
 * An order: what was bought, frozen at the moment of buying, and what has become of it since.
 */
import * as Schema from "effect/Schema"
import { CartId } from "../cart/Cart.ts"
import { SoldPart } from "../cart/SoldPart.ts"
import { Gift } from "../catalog/Gift.ts"
import { ProductId, ProductImage, VariantId } from "../catalog/Product.ts"
import { Address } from "../kernel/Address.ts"
import * as Currency from "../kernel/Currency.ts"
import * as Id from "../kernel/Id.ts"
import { Money } from "../kernel/Money.ts"
import * as Page from "../kernel/Page.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import { name, text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { priced, PricedPromotion, PricedShipping, PricedShippingPart, PricedTax } from "../pricing/Pricing.ts"
import { VendorId } from "../vendors/VendorId.ts"

export const OrderId = Id.define("ord", "OrderId")
export type OrderId = typeof OrderId.Type

export const OrderLineId = Id.define("oli", "OrderLineId")
export type OrderLineId = typeof OrderLineId.Type

/**
 * What an order goes through. `failed` is an order whose payment was refused: it can be paid by other means. An order whose
 * payment is promised (authorised, or in cash at the door) may be worked on, shipped and delivered before the money comes,
 * and be called off as long as it has not.
 */
export const machine = StateMachine.make({
  name: "order",
  initial: "pending",
  table: {
    pending: { pay: "paid", fail: "failed", cancel: "cancelled", process: "processing" },
    failed: { retry: "pending", pay: "paid", cancel: "cancelled" },
    paid: { process: "processing", ship: "shipped", hold: "on_hold", cancel: "cancelled", refund: "refunded" },
    processing: { ship: "shipped", hold: "on_hold", cancel: "cancelled", refund: "refunded" },
    on_hold: { resume: "paid", cancel: "cancelled", refund: "refunded" },
    shipped: { deliver: "delivered", refund: "refunded", cancel: "cancelled" },
    delivered: { refund: "refunded" },
    cancelled: {},
    // the money of a refund came back to the shop: only the gateway's word does this
    refunded: { reopen: "on_hold", reopen_shipped: "shipped", reopen_delivered: "delivered" }
  }
})

export const OrderStatus = Schema.Literals([
  "pending",
  "failed",
  "paid",
  "processing",
  "on_hold",
  "shipped",
  "delivered",
  "cancelled",
  "refunded"
])
export type OrderStatus = typeof OrderStatus.Type

export const OrderEvent = Schema.Literals([
  "pay",
  "fail",
  "retry",
  "cancel",
  "process",
  "ship",
  "hold",
  "resume",
  "deliver",
  "refund",
  "reopen",
  "reopen_shipped",
  "reopen_delivered"
])
export type OrderEvent = typeof OrderEvent.Type

/** Where the money of an order is. `partially_paid`: it was paid, and an edit has added to it since. */
export const OrderPaymentStatus = Schema.Literals([
  "unpaid",
  "authorized",
  "partially_paid",
  "paid",
  "partially_refunded",
  "refunded"
])
export type OrderPaymentStatus = typeof OrderPaymentStatus.Type

/** How much of what has to be shipped has left the shop, or has arrived. */
export const OrderFulfilmentStatus = Schema.Literals(["unfulfilled", "partially_shipped", "shipped", "delivered"])
export type OrderFulfilmentStatus = typeof OrderFulfilmentStatus.Type

/** A word by which staff sort orders: `"vip"`. In small letters, without spaces at its ends. */
export const OrderTag = name(40).check(
  Schema.makeFilter((tag: string) => (tag === tag.trim() && tag === tag.toLowerCase()) || "Expected small letters without spaces at the ends")
)

/** A line, frozen: nothing that happens to the catalog later changes it. */
export const OrderLine = Schema.Struct({
  id: OrderLineId,
  variantId: VariantId,
  productId: ProductId,
  title: Schema.String,
  variantTitle: Schema.String,
  sku: Schema.NullOr(Schema.String),
  image: Schema.NullOr(ProductImage),
  requiresShipping: Schema.Boolean,
  /** Whether it was sold so that the buyer cannot give it back. */
  finalSale: Schema.Boolean,
  /** Who sold it, where that was a vendor of the marketplace and not the shop itself. */
  vendorId: Schema.optionalKey(VendorId),
  /** Of gift cards, and only of these: who they are for, as the buyer said. */
  giftCard: Schema.optionalKey(Gift),
  /** Of a bundle: what it consists of, and what of the line falls to each part. Together they are the line. */
  parts: Schema.optionalKey(Schema.Array(SoldPart)),
  quantity: Schema.Int,
  /**
   * How many of these were cancelled, or taken out by an edit. The line's figures have them still. What was paid for them
   * goes back as a refund; what an edit took out and nobody had to pay is in the figures of the order no more.
   */
  cancelled: Schema.Int,
  unitPrice: Money,
  compareAtPrice: Schema.NullOr(Money),
  ...priced
}).annotate({ identifier: "OrderLine" })
export interface OrderLine extends Schema.Schema.Type<typeof OrderLine> {}

/** What ships apart in an order, frozen. */
export const OrderShippingPart = Schema.Struct({
  ...PricedShippingPart.fields,
  /** Whether all of its goods were cancelled and what it cost went back with them: nothing goes with it any more. Not, if it is left out. */
  givenBack: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "OrderShippingPart" })
export interface OrderShippingPart extends Schema.Schema.Type<typeof OrderShippingPart> {}

/** How an order is shipped, frozen. */
export const OrderShipping = Schema.Struct({
  ...PricedShipping.fields,
  parts: Schema.optionalKey(Schema.Array(OrderShippingPart)),
  /**
   * What of `total` is given back because the order changed to a cheaper way, or because all goods of a part were cancelled: a
   * refund has it. Nothing if it is left out.
   */
  givenBack: Schema.optionalKey(Money)
}).annotate({ identifier: "OrderShipping" })
export interface OrderShipping extends Schema.Schema.Type<typeof OrderShipping> {}

export const Order = Schema.Struct({
  id: OrderId,
  /** For people: counts up in each store. Not a secret and not a proof of anything. */
  number: Schema.Int,
  status: OrderStatus,
  /** The state that refines its status, where a plug-in has added one and the order is in it. Buyers see it if the plug-in says so. */
  state: Schema.optionalKey(Schema.String),
  paymentStatus: OrderPaymentStatus,
  fulfilmentStatus: OrderFulfilmentStatus,
  /** What staff sort it by. Only staff see them. */
  tags: Schema.optionalKey(Schema.Array(Schema.String)),
  cartId: CartId,
  customerId: Schema.NullOr(Schema.String),
  email: Schema.String,
  /** In which its buyer shopped, by its tag; that of the store if it is left out. Messages and documents are in it. */
  language: Schema.optionalKey(Schema.String),
  currency: Currency.Currency,
  pricesIncludeTax: Schema.Boolean,
  lines: Schema.Array(OrderLine),
  shipping: Schema.NullOr(OrderShipping),
  subtotal: Money,
  discount: Money,
  shippingTotal: Money,
  tax: Money,
  taxes: Schema.Array(PricedTax),
  /** The promotions that took something off, with what each took: frozen as everything here. */
  promotions: Schema.Array(PricedPromotion),
  total: Money,
  /** Captured so far. */
  paid: Money,
  /** Given back so far. */
  refunded: Money,
  /** What edits have added since it was paid, and what has not come yet. */
  open: Money,
  /** How often staff have edited it. */
  edits: Schema.Int,
  shippingAddress: Schema.NullOr(Address),
  billingAddress: Schema.NullOr(Address),
  note: Schema.NullOr(Schema.String),
  /** Until when the stock of an unpaid order is held. */
  reservedUntil: Timestamp,
  version: Version,
  placedAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Order" })
export interface Order extends Schema.Schema.Type<typeof Order> {}

/** An order as a list shows it. */
export const OrderSummary = Schema.Struct({
  id: OrderId,
  number: Schema.Int,
  status: OrderStatus,
  /** The state that refines its status, where a plug-in has added one and the order is in it. */
  state: Schema.optionalKey(Schema.String),
  paymentStatus: OrderPaymentStatus,
  fulfilmentStatus: OrderFulfilmentStatus,
  customerId: Schema.NullOr(Schema.String),
  email: Schema.String,
  /** Pieces in all lines together. */
  itemCount: Schema.Int,
  total: Money,
  placedAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "OrderSummary" })
export interface OrderSummary extends Schema.Schema.Type<typeof OrderSummary> {}

/** What to list, newest first. A customer sees their own orders whatever is asked. */
export const ListOrders = Schema.Struct({
  ...Page.PageRequest,
  status: Schema.optionalKey(OrderStatus),
  /** A state that a plug-in has added. For staff. */
  state: Schema.optionalKey(text(40)),
  paymentStatus: Schema.optionalKey(OrderPaymentStatus),
  fulfilmentStatus: Schema.optionalKey(OrderFulfilmentStatus),
  customerId: Schema.optionalKey(Schema.String),
  email: Schema.optionalKey(Schema.String),
  number: Schema.optionalKey(Schema.Int),
  placedFrom: Schema.optionalKey(Timestamp),
  placedTo: Schema.optionalKey(Timestamp),
  /** What staff have sorted it by. */
  tag: Schema.optionalKey(text(40)),
  /**
   * Orders that have all of up to five words, whole and in any order: their number, names of the addresses, SKUs; or the
   * e-mail address. Accents and capitals count for nothing.
   */
  search: Schema.optionalKey(text(200)),
  /** Orders of this currency; with `totalFrom` and `totalTo` (minor units, both included) of this amount. */
  currency: Schema.optionalKey(Currency.Currency),
  totalFrom: Schema.optionalKey(Schema.Int),
  totalTo: Schema.optionalKey(Schema.Int)
}).annotate({ identifier: "ListOrders" })
export interface ListOrders extends Schema.Schema.Type<typeof ListOrders> {}

/** Something that happened to an order. */
export const TimelineEntry = Schema.Struct({
  id: Schema.String,
  /** The event's type: `"order.paid"`. */
  type: Schema.String,
  at: Timestamp,
  actor: Schema.String,
  data: Schema.Json
}).annotate({ identifier: "TimelineEntry" })
export interface TimelineEntry extends Schema.Schema.Type<typeof TimelineEntry> {}

/** After which entry of the timeline to begin: one that is no entry of it means the beginning. */
export const FollowOrder = Schema.Struct({ after: Schema.optionalKey(text(200)) }).annotate({ identifier: "FollowOrder" })

/** Why an order is cancelled, for the timeline, and the version that the decision is based on. */
export const CancelOrder = Schema.Struct({
  reason: Schema.optionalKey(text(500)),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "CancelOrder" })

/** All tags that an order is to have from now on, and the version that the decision is based on. */
export const TagOrder = Schema.Struct({
  tags: Schema.Array(OrderTag).check(Schema.isMaxLength(20)),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "TagOrder" })

/** Moves an order along. Paying, failing, refunding and cancelling have operations of their own. */
export const ChangeOrderStatus = Schema.Struct({
  event: Schema.Literals(["process", "ship", "hold", "resume", "deliver"]),
  reason: Schema.optionalKey(text(500)),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "ChangeOrderStatus" })

/** Which orders the statistics are about: those placed in a time, the end excluded; all if none is given. */
export const OrderStatsRange = Schema.Struct({
  placedFrom: Schema.optionalKey(Timestamp),
  placedTo: Schema.optionalKey(Timestamp)
}).annotate({ identifier: "OrderStatsRange" })
export interface OrderStatsRange extends Schema.Schema.Type<typeof OrderStatsRange> {}

/** How many orders there are in each state, and what they brought. */
export const OrderStats = Schema.Struct({
  total: Schema.Int,
  /** Every status, those without orders too. */
  byStatus: Schema.Record(OrderStatus, Schema.Int),
  /** Every state that a plug-in has added, those without orders too. Who is in one counts in its status as well. */
  byState: Schema.Record(Schema.String, Schema.Int),
  /** One entry for each currency that was paid in. */
  revenue: Schema.Array(Schema.Struct({
    currency: Currency.Currency,
    /** Orders that money was captured for. */
    orders: Schema.Int,
    paid: Money,
    refunded: Money,
    /** `paid - refunded`: what the shop keeps. */
    net: Money
  }))
}).annotate({ identifier: "OrderStats" })
export interface OrderStats extends Schema.Schema.Type<typeof OrderStats> {}
