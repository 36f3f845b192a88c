import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { Span } from "./Calendar.ts"
import type { Dashboard, ProductSales, SalesFigures, Segment, TopProductsQuery } from "./SalesFigures.ts"

/** What is added up; the rest of the figures follows from it. */
export type SalesSums = Omit<SalesFigures, "kept" | "averageOrder">

/** From when on a buyer counts as having bought lately. */
export interface SegmentTimes {
  readonly newSince: Timestamp
  readonly activeSince: Timestamp
  readonly lostBefore: Timestamp
}

/**
 * Where figures come from.
 *
 * Sums are kept for every quarter of an hour of UTC, for every day and variant, and for every buyer. What has changed since
 * they were worked out is known, and is read from the orders themselves, in the same statement: a figure is what the sum
 * over the orders is, at any moment, and costs as much with few orders as with many.
 */
export class AnalyticsRepository extends Context.Service<AnalyticsRepository, {
  /** The sums of each of some times that begin and end with a quarter of an hour, by its index. Two statements. */
  readonly sales: (
    spans: ReadonlyArray<Span>
  ) => Effect.Effect<ReadonlyArray<{ readonly index: number; readonly sums: SalesSums }>, StorageError>
  /** The variants that sold best in a time. */
  readonly topProducts: (
    span: Span,
    by: NonNullable<TopProductsQuery["by"]>,
    limit: number
  ) => Effect.Effect<ReadonlyArray<ProductSales>, StorageError>
  /** The variants for sale that sold least in a time, in the currency that their prices are in. */
  readonly worstProducts: (
    span: Span,
    by: NonNullable<TopProductsQuery["by"]>,
    limit: number
  ) => Effect.Effect<ReadonlyArray<ProductSales>, StorageError>
  /** Buyers in each segment and currency, with their orders and what the shop keeps of them, in minor units. */
  readonly segments: (times: SegmentTimes) => Effect.Effect<
    ReadonlyArray<{
      readonly segment: Segment
      readonly currency: SalesFigures["currency"]
      readonly buyers: number
      readonly orders: number
      readonly kept: number
    }>,
    StorageError
  >
  /** What waits for somebody who works for the shop. One statement. */
  readonly waiting: Effect.Effect<
    Pick<Dashboard, "openOrders" | "requestedReturns" | "pendingReviews">,
    StorageError
  >
  /** Works sums out again for up to so many changes of orders, and says for how many it did. */
  readonly fold: (limit: number) => Effect.Effect<number, StorageError>
  /** Forgets all sums of the store and has them worked out anew by `fold`. */
  readonly forgetSums: Effect.Effect<void, StorageError>
}>()("@stoa/core/analytics/AnalyticsRepository") {}
