/**
 * What is expected to be sold, and what to order because of it. docs/forecasts.md says how it is worked out.
 */
import * as Schema from "effect/Schema"
import { range } from "../analytics/SalesFigures.ts"
import { ProductId, VariantId } from "../catalog/Product.ts"
import * as Currency from "../kernel/Currency.ts"
import * as Page from "../kernel/Page.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

export const ForecastQuery = Schema.Struct({
  /** `"day"` if it is left out. */
  bucket: Schema.optionalKey(Schema.Literals(["day", "week", "month"])),
  /** How many pieces, that of now first: 14 if it is left out. */
  steps: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 60 }))),
  /** What is forecast: the totals of orders (`"total"`, if it is left out), their number, or their pieces. */
  measure: Schema.optionalKey(Schema.Literals(["total", "orders", "items"])),
  /** The store's if it is left out. */
  currency: Schema.optionalKey(Currency.Currency),
  timeZone: range.timeZone,
  /** How likely what comes is to lie between `low` and `high`, in percent: 80 if it is left out. */
  interval: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 50, maximum: 99 })))
}).annotate({ identifier: "ForecastQuery" })
export interface ForecastQuery extends Schema.Schema.Type<typeof ForecastQuery> {}

export const ForecastPoint = Schema.Struct({
  from: Timestamp,
  to: Timestamp,
  /** In minor units of the currency where totals are forecast. None of the three is below zero. */
  expected: Schema.Int,
  low: Schema.Int,
  high: Schema.Int
}).annotate({ identifier: "ForecastPoint" })
export interface ForecastPoint extends Schema.Schema.Type<typeof ForecastPoint> {}

/** How far the method was off the last pieces of the history when it was given only those before. */
export const ForecastError = Schema.Struct({
  /** How many pieces were held back. */
  held: Schema.Int,
  /** The mean absolute error as a multiple of that of the naive forecast within the history; `null` where that is zero. */
  mase: Schema.NullOr(Schema.Finite),
  /** The same of the naive forecast of these pieces: everything comes again as it was a week, or a year, before. */
  naiveMase: Schema.NullOr(Schema.Finite),
  /** The symmetric mean absolute error in percent, from 0 to 200. */
  smape: Schema.Finite
}).annotate({ identifier: "ForecastError" })
export interface ForecastError extends Schema.Schema.Type<typeof ForecastError> {}

export const SalesForecast = Schema.Struct({
  timeZone: Schema.String,
  currency: Currency.Currency,
  measure: Schema.Literals(["total", "orders", "items"]),
  bucket: Schema.Literals(["day", "week", "month"]),
  /** The method as the literature calls it, such as `"ETS(M,Ad,M)"` or `"TSB"`. */
  method: Schema.String,
  /** How many whole pieces there were to learn from, since the first sale. */
  history: Schema.Int,
  interval: Schema.Int,
  /** `null` where the history is too short to hold some of it back. */
  error: Schema.NullOr(ForecastError),
  points: Schema.Array(ForecastPoint)
}).annotate({ identifier: "SalesForecast" })
export interface SalesForecast extends Schema.Schema.Type<typeof SalesForecast> {}

export const DemandQuery = Schema.Struct({
  ...Page.PageRequest,
  variantId: Schema.optionalKey(VariantId),
  /** How many days go by from an order until its pieces can be sold, and until the next order: 14 if it is left out. */
  leadDays: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 180 }))),
  /** How likely the pieces are to last so long, in percent: 95 if it is left out. */
  serviceLevel: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 50, maximum: 99 })))
}).annotate({ identifier: "DemandQuery" })
export interface DemandQuery extends Schema.Schema.Type<typeof DemandQuery> {}

/** What is expected to be sold of a variant until the next delivery, and what to order. */
export const VariantDemand = Schema.Struct({
  productId: ProductId,
  variantId: VariantId,
  title: Schema.String,
  sku: Schema.NullOr(Schema.String),
  /** `"none"` where nothing was sold in the last half year. */
  method: Schema.String,
  /** How many days there were to learn from, since the first sale of the last half year. */
  history: Schema.Int,
  /** Pieces in all of `leadDays`. */
  expected: Schema.Finite,
  /** As many pieces are enough with a probability of `serviceLevel`: `expected`, rounded up, and `safetyStock` together. */
  enough: Schema.Int,
  safetyStock: Schema.Int,
  /** Pieces that can be promised now, in all locations, and those on their way there. */
  available: Schema.Int,
  incoming: Schema.Int,
  /** What to order: `enough - available - incoming`, or nothing. */
  reorder: Schema.Int,
  /** After how many days what is available is expected to be sold; `null` if not within `leadDays`. */
  lastsDays: Schema.NullOr(Schema.Int)
}).annotate({ identifier: "VariantDemand" })
export interface VariantDemand extends Schema.Schema.Type<typeof VariantDemand> {}
