/**
 * Figures beside those of sales: who buys, what goes back, which taxes and promotions orders had, and what lies in stock.
 * docs/analytics.md defines each of them.
 */
import * as Schema from "effect/Schema"
import * as Currency from "../kernel/Currency.ts"
import { Money } from "../kernel/Money.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import type { Span } from "./Calendar.ts"
import { Bucket, Comparison, range } from "./SalesFigures.ts"

/** A time, whether it is cut into pieces, and what it is compared with. */
export const BreakdownQuery = Schema.Struct({
  ...range,
  /** Figures for the whole time only if it is left out. */
  bucket: Schema.optionalKey(Bucket),
  compare: Schema.optionalKey(Comparison)
}).annotate({ identifier: "BreakdownQuery" })
export interface BreakdownQuery extends Schema.Schema.Type<typeof BreakdownQuery> {}

/** A time, from `from` on and before `to`. */
export const span = { from: Timestamp, to: Timestamp } as const

/** The figures of a time. */
export interface Period<A> extends Span {
  readonly figures: ReadonlyArray<A>
}

/** The figures of a time, of its pieces in order, and of the time that it is compared with. */
export interface Breakdown<A> {
  readonly timeZone: string
  readonly whole: Period<A>
  readonly periods: ReadonlyArray<Period<A>>
  readonly previous: Period<A> | null
}

/** The report of some figures over a time. */
export const breakdown = <S extends Schema.Top>(identifier: string, figures: S) => {
  const period = Schema.Struct({ ...span, figures: Schema.Array(figures) })
  return Schema.Struct({
    timeZone: Schema.String,
    whole: period,
    periods: Schema.Array(period),
    previous: Schema.NullOr(period)
  }).annotate({ identifier })
}

/** Who bought in a time, in one currency, by orders that count. A buyer is an e-mail address. */
export const BuyerFigures = Schema.Struct({
  currency: Currency.Currency,
  /** Those whose first order in this currency was placed in the time. */
  newBuyers: Schema.Int,
  /** Those who had ordered before it. */
  returningBuyers: Schema.Int,
  /** All orders of new buyers in the time, and what the shop keeps of them. */
  newOrders: Schema.Int,
  newKept: Money,
  returningOrders: Schema.Int,
  returningKept: Money,
  /** Orders of people who are forgotten since: nobody can say any more who they were. */
  erasedOrders: Schema.Int,
  erasedKept: Money
}).annotate({ identifier: "BuyerFigures" })
export interface BuyerFigures extends Schema.Schema.Type<typeof BuyerFigures> {}

export const BuyerReport = breakdown("BuyerReport", BuyerFigures)

/** What went back in a time, whenever its orders were placed, in one currency. */
export const RefundFigures = Schema.Struct({
  currency: Currency.Currency,
  /** Refunds that have succeeded, by when they did. */
  refunds: Schema.Int,
  /** How many orders they were of. */
  orders: Schema.Int,
  /** Their sum: what went back the way it came, and what was credited. */
  amount: Money,
  /** Of it, what went onto store credit, a gift card or another order instead. */
  credited: Money
}).annotate({ identifier: "RefundFigures" })
export interface RefundFigures extends Schema.Schema.Type<typeof RefundFigures> {}

export const RefundReport = breakdown("RefundReport", RefundFigures)

/** What one rate came to in orders that count, where they went to. */
export const TaxFigures = Schema.Struct({
  currency: Currency.Currency,
  /** Where the goods go, or the bill if nothing is sent; `null` where orders do not say. */
  country: Schema.NullOr(Schema.String),
  region: Schema.NullOr(Schema.String),
  rateId: Schema.String,
  /** As the last of the orders called it. */
  name: Schema.String,
  ratePpm: Schema.Int,
  orders: Schema.Int,
  tax: Money
}).annotate({ identifier: "TaxFigures" })
export interface TaxFigures extends Schema.Schema.Type<typeof TaxFigures> {}

export const TaxReport = breakdown("TaxReport", TaxFigures)

/** What papers say of one rate of a country: what was invoiced, and what was credited. */
export const InvoicedTaxFigures = Schema.Struct({
  currency: Currency.Currency,
  /** Whose tax it is; `null` where papers do not say, as those from before it was kept. */
  country: Schema.NullOr(Schema.String),
  name: Schema.String,
  ratePpm: Schema.Int,
  /** Invoices with this rate, and among them those that take a credit note back. */
  invoices: Schema.Int,
  creditNotes: Schema.Int,
  /** What the tax of invoices was charged on; `null` where one of the papers does not say. */
  invoicedTaxable: Schema.NullOr(Money),
  invoicedTax: Money,
  creditedTaxable: Schema.NullOr(Money),
  creditedTax: Money,
  /** What was invoiced less what was credited. */
  taxable: Schema.NullOr(Money),
  tax: Money
}).annotate({ identifier: "InvoicedTaxFigures" })
export interface InvoicedTaxFigures extends Schema.Schema.Type<typeof InvoicedTaxFigures> {}

export const InvoicedTaxReport = breakdown("InvoicedTaxReport", InvoicedTaxFigures)

export const PromotionReportQuery = Schema.Struct({
  ...BreakdownQuery.fields,
  /** Whether each code has figures of its own; those of a promotion are together if it is left out. */
  by: Schema.optionalKey(Schema.Literals(["promotion", "code"]))
}).annotate({ identifier: "PromotionReportQuery" })
export interface PromotionReportQuery extends Schema.Schema.Type<typeof PromotionReportQuery> {}

/** What a promotion did in orders that count. */
export const PromotionFigures = Schema.Struct({
  currency: Currency.Currency,
  promotionId: Schema.String,
  /** As it was called when it was last used in the time. */
  name: Schema.String,
  /** `null` where the codes of a promotion are together, and for those that apply by themselves. */
  code: Schema.NullOr(Schema.String),
  /** Orders that it took something off. */
  orders: Schema.Int,
  /** What it took off them, shipping included. */
  discount: Money,
  /** The totals of these orders. */
  revenue: Money
}).annotate({ identifier: "PromotionFigures" })
export interface PromotionFigures extends Schema.Schema.Type<typeof PromotionFigures> {}

export const PromotionReport = breakdown("PromotionReport", PromotionFigures)

/** What was sold of a vendor in orders that count. */
export const VendorFigures = Schema.Struct({
  currency: Currency.Currency,
  /** `null` for what the shop sells itself. */
  vendorId: Schema.NullOr(Schema.String),
  /** As they are called now; `null` for the shop itself. */
  vendor: Schema.NullOr(Schema.String),
  /** Orders with lines of theirs. */
  orders: Schema.Int,
  /** Pieces in these lines. */
  pieces: Schema.Int,
  /** What was paid for them after discounts, without tax. */
  revenue: Money,
  /**
   * Of what of these orders has gone back by now, the part that their lines have in the totals, rounded down for each order. What is left,
   * that of shipping among it, is the shop's.
   */
  refunded: Money
}).annotate({ identifier: "VendorFigures" })
export interface VendorFigures extends Schema.Schema.Type<typeof VendorFigures> {}

export const VendorReport = breakdown("VendorReport", VendorFigures)

/** What lies in a location, at the prices and costs of now. Pieces that are sold but not sent yet lie there, too. */
export const LocationStock = Schema.Struct({
  locationId: Schema.String,
  code: Schema.String,
  name: Schema.String,
  /** Variants of which there is at least one piece. */
  variants: Schema.Int,
  pieces: Schema.Int,
  /** Of these, the pieces of variants whose cost is known. */
  costedPieces: Schema.Int,
  /** What the shop has paid for those. */
  cost: Money,
  /** What all pieces would be sold for, by the prices of the catalog. */
  retail: Money
}).annotate({ identifier: "LocationStock" })
export interface LocationStock extends Schema.Schema.Type<typeof LocationStock> {}

const { code: _code, locationId: _locationId, name: _name, ...sums } = LocationStock.fields

export const StockValue = Schema.Struct({ at: Timestamp, ...sums, locations: Schema.Array(LocationStock) })
  .annotate({ identifier: "StockValue" })
export interface StockValue extends Schema.Schema.Type<typeof StockValue> {}
