/**
 * How people come to buy, come back, and what they bring: the funnel, cohorts, scores and lifetime value.
 * docs/analytics.md defines each figure.
 */
import * as Schema from "effect/Schema"
import * as Currency from "../kernel/Currency.ts"
import { Money } from "../kernel/Money.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { breakdown, span } from "./Breakdown.ts"
import { range } from "./SalesFigures.ts"

/** What became of the carts that were begun in a time. Each step is part of the one before. */
export const FunnelFigures = Schema.Struct({
  /** Carts with something in them. */
  carts: Schema.Int,
  /** Of these, those whose buyer said who they are or where the goods go. */
  checkouts: Schema.Int,
  /** Of these, those that became orders. */
  orders: Schema.Int,
  /** Of these orders, those that count as sold by now. */
  sold: Schema.Int
}).annotate({ identifier: "FunnelFigures" })
export interface FunnelFigures extends Schema.Schema.Type<typeof FunnelFigures> {}

export const FunnelReport = breakdown("FunnelReport", FunnelFigures)

export const CohortQuery = Schema.Struct({
  /** How many months, that of now counted: 12 if it is left out. */
  months: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 36 }))),
  /** The store's if it is left out. */
  currency: Schema.optionalKey(Currency.Currency),
  timeZone: range.timeZone
}).annotate({ identifier: "CohortQuery" })
export interface CohortQuery extends Schema.Schema.Type<typeof CohortQuery> {}

/** What the buyers of a cohort did in one month. */
export const CohortMonth = Schema.Struct({
  /** How many of them bought. */
  buyers: Schema.Int,
  orders: Schema.Int,
  /** What the shop keeps of these orders. */
  kept: Money
}).annotate({ identifier: "CohortMonth" })
export interface CohortMonth extends Schema.Schema.Type<typeof CohortMonth> {}

/** Those whose first order in the currency was placed in one month. */
export const Cohort = Schema.Struct({
  ...span,
  buyers: Schema.Int,
  /** Month by month until now, that of the first order first. */
  months: Schema.Array(CohortMonth)
}).annotate({ identifier: "Cohort" })
export interface Cohort extends Schema.Schema.Type<typeof Cohort> {}

export const CohortReport = Schema.Struct({
  timeZone: Schema.String,
  currency: Currency.Currency,
  /** The oldest first. */
  cohorts: Schema.Array(Cohort)
}).annotate({ identifier: "CohortReport" })
export interface CohortReport extends Schema.Schema.Type<typeof CohortReport> {}

export const CurrencyQuery = Schema.Struct({
  /** The store's if it is left out. */
  currency: Schema.optionalKey(Currency.Currency)
}).annotate({ identifier: "CurrencyQuery" })

/** Who buyers are to the shop, by their scores for recency and frequency. */
export const RfmSegment = Schema.Literals([
  "champions",
  "loyal",
  "new",
  "promising",
  "needs_attention",
  "cannot_lose",
  "at_risk",
  "hibernating"
])
export type RfmSegment = typeof RfmSegment.Type

/** Scores from 1 to 5 for how lately, how often and for how much somebody has bought, beside all others. */
export const RfmCell = Schema.Struct({
  recency: Schema.Int,
  frequency: Schema.Int,
  monetary: Schema.Int,
  segment: RfmSegment,
  buyers: Schema.Int,
  orders: Schema.Int,
  kept: Money
}).annotate({ identifier: "RfmCell" })
export interface RfmCell extends Schema.Schema.Type<typeof RfmCell> {}

export const RfmReport = Schema.Struct({
  at: Timestamp,
  currency: Currency.Currency,
  /** Those that there are, of 125. */
  cells: Schema.Array(RfmCell),
  /** The cells of each segment together. */
  segments: Schema.Array(Schema.Struct({
    segment: RfmSegment,
    buyers: Schema.Int,
    orders: Schema.Int,
    kept: Money
  }))
}).annotate({ identifier: "RfmReport" })
export interface RfmReport extends Schema.Schema.Type<typeof RfmReport> {}

export const LifetimeValue = Schema.Struct({
  at: Timestamp,
  currency: Currency.Currency,
  buyers: Schema.Int,
  orders: Schema.Int,
  /** What the shop keeps of all orders. */
  kept: Money,
  /** `kept / buyers`: what a buyer has brought so far. */
  historic: Money,
  /** What is expected of the next 365 days; `null` with fewer than 50 buyers, or none who came back. */
  predicted: Schema.NullOr(Schema.Struct({
    method: Schema.Literal("BG/NBD"),
    /** Of how many buyers the model was made. */
    sample: Schema.Int,
    days: Schema.Int,
    /** How many more orders a buyer places in these days, in the mean. */
    orders: Schema.Finite,
    /** What they bring: `orders` times what the shop keeps of an order. */
    value: Money,
    /** `historic` and `value` together. */
    lifetime: Money
  }))
}).annotate({ identifier: "LifetimeValue" })
export interface LifetimeValue extends Schema.Schema.Type<typeof LifetimeValue> {}
