import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { BuyerFigures, InvoicedTaxFigures, LocationStock, PromotionFigures, RefundFigures, TaxFigures, VendorFigures } from "./Breakdown.ts"
import type { Span } from "./Calendar.ts"

/** Figures of one of several times, by its index. */
export interface Indexed<A> {
  readonly index: number
  readonly figures: A
}

/**
 * Where figures come from that no sums are kept for: the orders, refunds and papers of the times themselves, by an index. One
 * statement each. Times may overlap. At most `limit` lines come back.
 */
export class BreakdownRepository extends Context.Service<BreakdownRepository, {
  readonly buyers: (
    spans: ReadonlyArray<Span>,
    limit: number
  ) => Effect.Effect<ReadonlyArray<Indexed<BuyerFigures>>, StorageError>
  readonly refunds: (
    spans: ReadonlyArray<Span>,
    limit: number
  ) => Effect.Effect<ReadonlyArray<Indexed<RefundFigures>>, StorageError>
  /** By currency, country, region and rate. */
  readonly taxes: (
    spans: ReadonlyArray<Span>,
    limit: number
  ) => Effect.Effect<ReadonlyArray<Indexed<TaxFigures>>, StorageError>
  /** Of papers that were issued in the times, by currency, country and rate. */
  readonly invoicedTaxes: (
    spans: ReadonlyArray<Span>,
    limit: number
  ) => Effect.Effect<ReadonlyArray<Indexed<InvoicedTaxFigures>>, StorageError>
  /** The largest discounts first. */
  readonly promotions: (
    spans: ReadonlyArray<Span>,
    by: "promotion" | "code",
    limit: number
  ) => Effect.Effect<ReadonlyArray<Indexed<PromotionFigures>>, StorageError>
  /** By currency and vendor, the largest revenue first. */
  readonly vendors: (
    spans: ReadonlyArray<Span>,
    limit: number
  ) => Effect.Effect<ReadonlyArray<Indexed<VendorFigures>>, StorageError>
  /** Every location with stock, in the currency of the store, and how many variants have a piece in any of them. */
  readonly stock: Effect.Effect<
    { readonly variants: number; readonly locations: ReadonlyArray<LocationStock> },
    StorageError
  >
}>()("@stoa/core/analytics/BreakdownRepository") {}
