/**
 * What the figures of a shop are, and what they are asked by. docs/analytics.md defines each of them.
 */
import * as Schema from "effect/Schema"
import { ProductId, VariantId } from "../catalog/Product.ts"
import * as Currency from "../kernel/Currency.ts"
import { Money } from "../kernel/Money.ts"
import { Day, TimeZone } from "../kernel/LocalTime.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

/** How time is cut: into pieces of the calendar of a time zone, weeks beginning on Monday. */
export const Bucket = Schema.Literals(["hour", "day", "week", "month", "quarter", "year"])
export type Bucket = typeof Bucket.Type

export { Day }

/** What a time is compared with: as many days just before, or the same days of the year before. `true` is the former. */
export const Comparison = Schema.Union([Schema.Boolean, Schema.Literals(["previous", "year"])])

export const range = {
  /** The first day, and the last, which belongs to it. */
  from: Day,
  to: Day,
  /** Whose days: an IANA time zone; the store's if it is left out. */
  timeZone: Schema.optionalKey(TimeZone)
} as const

/** Sums of the orders that were placed in a time, in one currency. Amounts are in minor units of it. */
export const SalesFigures = Schema.Struct({
  currency: Currency.Currency,
  /** Orders placed, whatever became of them. */
  placed: Schema.Int,
  /** Of these, those that were called off. */
  cancelled: Schema.Int,
  /** Of these, those that count as sold: all but those that wait for their payment, failed, or were called off. */
  orders: Schema.Int,
  /** Pieces in orders that count. */
  items: Schema.Int,
  /** What the goods of orders that count cost before discounts. */
  subtotal: Money,
  discount: Money,
  shipping: Money,
  tax: Money,
  /** What their buyers were to pay. */
  total: Money,
  /** What of it has gone back by now. */
  refunded: Money,
  /** `total - refunded`: what the shop keeps. */
  kept: Money,
  /** `total / orders`, rounded half up; nothing without orders. */
  averageOrder: Money,
  /** Of the orders that count, those that were the first of their buyer, by e-mail address, in this currency. */
  firstOrders: Schema.Int
}).annotate({ identifier: "SalesFigures" })
export interface SalesFigures extends Schema.Schema.Type<typeof SalesFigures> {}

export const SalesQuery = Schema.Struct({
  ...range,
  /** Sums for the whole time only if it is left out. */
  bucket: Schema.optionalKey(Bucket),
  /** Whether to add the figures of another time, and of which. */
  compare: Schema.optionalKey(Comparison)
}).annotate({ identifier: "SalesQuery" })
export interface SalesQuery extends Schema.Schema.Type<typeof SalesQuery> {}

/** A piece of time, from `from` on and before `to`, and its figures: one for each currency that was sold in. */
export const SalesPeriod = Schema.Struct({
  from: Timestamp,
  to: Timestamp,
  figures: Schema.Array(SalesFigures)
}).annotate({ identifier: "SalesPeriod" })
export interface SalesPeriod extends Schema.Schema.Type<typeof SalesPeriod> {}

export const SalesReport = Schema.Struct({
  timeZone: Schema.String,
  whole: SalesPeriod,
  /** The pieces, in order, those without orders too. */
  periods: Schema.Array(SalesPeriod),
  /** The time that it is compared with, if it was asked for. */
  previous: Schema.NullOr(SalesPeriod)
}).annotate({ identifier: "SalesReport" })
export interface SalesReport extends Schema.Schema.Type<typeof SalesReport> {}

export const TopProductsQuery = Schema.Struct({
  ...range,
  by: Schema.optionalKey(Schema.Literals(["revenue", "quantity"])),
  /**
   * `"worst"` lists what sold least of the variants that are for sale now, those that did not sell first, in the currency of
   * the store; `"best"` if it is left out.
   */
  order: Schema.optionalKey(Schema.Literals(["best", "worst"])),
  limit: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 })))
}).annotate({ identifier: "TopProductsQuery" })
export interface TopProductsQuery extends Schema.Schema.Type<typeof TopProductsQuery> {}

/** What was sold of a variant in orders that count. */
export const ProductSales = Schema.Struct({
  productId: ProductId,
  variantId: VariantId,
  /** As it was called when it was last sold in this time. */
  title: Schema.String,
  sku: Schema.NullOr(Schema.String),
  quantity: Schema.Int,
  /** After discounts, without tax. */
  revenue: Money
}).annotate({ identifier: "ProductSales" })
export interface ProductSales extends Schema.Schema.Type<typeof ProductSales> {}

export const TopProducts = Schema.Struct({ items: Schema.Array(ProductSales) }).annotate({ identifier: "TopProducts" })

/**
 * Where buyers stand, by how often and how lately they have bought: `new` bought once in the last 60 days; `active` more
 * than once, the last time in the last 120 days; `lapsing` not for longer, but in the last year; `lost` not in the last year.
 * `once` bought once, more than 60 days and less than a year ago.
 */
export const Segment = Schema.Literals(["new", "active", "once", "lapsing", "lost"])
export type Segment = typeof Segment.Type

export const BuyerSegment = Schema.Struct({
  segment: Segment,
  currency: Currency.Currency,
  buyers: Schema.Int,
  orders: Schema.Int,
  /** What the shop keeps of all their orders. */
  kept: Money,
  /** `kept / buyers`, rounded half up: what such a buyer has brought so far. */
  lifetimeValue: Money
}).annotate({ identifier: "BuyerSegment" })
export interface BuyerSegment extends Schema.Schema.Type<typeof BuyerSegment> {}

export const BuyerSegments = Schema.Struct({ at: Timestamp, segments: Schema.Array(BuyerSegment) }).annotate({
  identifier: "BuyerSegments"
})
export interface BuyerSegments extends Schema.Schema.Type<typeof BuyerSegments> {}

/** So many orders that wait are counted of each status. */
export const countedOrders = 1_000

/** What somebody who runs the shop looks at first. */
export const Dashboard = Schema.Struct({
  timeZone: Schema.String,
  today: SalesPeriod,
  /** The last 30 days with today, and the 30 before. */
  month: SalesPeriod,
  monthBefore: SalesPeriod,
  /** Orders that wait for something, by their status: payment, work, a decision. At most `countedOrders` of each are counted. */
  openOrders: Schema.Record(Schema.String, Schema.Int),
  /** Returns that wait for an answer. */
  requestedReturns: Schema.Int,
  /** Reviews that wait for a person. */
  pendingReviews: Schema.Int
}).annotate({ identifier: "Dashboard" })
export interface Dashboard extends Schema.Schema.Type<typeof Dashboard> {}
