/**
 * The figures of `Analytics` that no sums are kept for: they cost what the orders of the time cost.
 */
import * as Effect from "effect/Effect"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Stores } from "../stores/Stores.ts"
import {
  type Breakdown,
  BreakdownQuery,
  type BuyerFigures,
  type InvoicedTaxFigures,
  type Period,
  type PromotionFigures,
  PromotionReportQuery,
  type RefundFigures,
  type StockValue,
  type TaxFigures,
  type VendorFigures
} from "./Breakdown.ts"
import { BreakdownRepository, type Indexed } from "./BreakdownRepository.ts"
import type { Span } from "./Calendar.ts"
import * as ReportTimes from "./ReportTimes.ts"

type Failure = InvalidInput | StorageError | Permission.Denied

export interface Breakdowns {
  /** Who bought: for the first time, or again. At most ten years and 1,000 pieces. Needs `analytics:read`. */
  readonly buyers: (query: typeof BreakdownQuery.Encoded) => Effect.Effect<Breakdown<BuyerFigures>, Failure>
  /** What went back, by when it did. Needs `analytics:read`. */
  readonly refunds: (query: typeof BreakdownQuery.Encoded) => Effect.Effect<Breakdown<RefundFigures>, Failure>
  /** Taxes by rate and by where orders went. At most 10,000 lines. Needs `analytics:read`. */
  readonly taxes: (query: typeof BreakdownQuery.Encoded) => Effect.Effect<Breakdown<TaxFigures>, Failure>
  /**
   * What papers that were issued in the time say of taxes, by rate and country: for the tax office. At most 10,000 lines. Needs
   * `analytics:read`.
   */
  readonly invoicedTaxes: (query: typeof BreakdownQuery.Encoded) => Effect.Effect<Breakdown<InvoicedTaxFigures>, Failure>
  /** What promotions and codes took off, and the orders they did so in. At most 10,000 lines. Needs `analytics:read`. */
  readonly promotions: (
    query: typeof PromotionReportQuery.Encoded
  ) => Effect.Effect<Breakdown<PromotionFigures>, Failure>
  /** What was sold of each vendor, and of the shop itself. At most 10,000 lines. Needs `analytics:read`. */
  readonly vendors: (query: typeof BreakdownQuery.Encoded) => Effect.Effect<Breakdown<VendorFigures>, Failure>
  /** What lies in stock now, at cost and at retail prices. Needs `analytics:read`. */
  readonly stockValue: Effect.Effect<StockValue, StorageError | Permission.Denied>
}

const decode = Input.decoder(BreakdownQuery)
const decodePromotions = Input.decoder(PromotionReportQuery)

const maximumLines = 10_000

const read = Permission.require("analytics:read")

export const make = Effect.gen(function*() {
  const repository = yield* BreakdownRepository
  const stores = yield* Stores

  /** Asks for the whole, its pieces and what it is compared with in one statement. */
  const breakdown = Effect.fnUntraced(function*<A>(
    asked: ReportTimes.Asked,
    ask: (spans: ReadonlyArray<Span>, limit: number) => Effect.Effect<ReadonlyArray<Indexed<A>>, StorageError>
  ) {
    const { pieces, previous, timeZone, whole } = yield* ReportTimes.of(stores, asked)
    const cut = asked.bucket === undefined ? [] : pieces
    const spans = [whole, ...previous === undefined ? [] : [previous], ...cut]
    const lines = yield* ask(spans, maximumLines + 1)
    if (lines.length > maximumLines) {
      return yield* InvalidInput.at(["to"], "gives more than 10,000 lines; ask for fewer days, or larger pieces", { code: "too_many", params: { maximum: 10_000 } })
    }
    const found = spans.map((): Array<A> => [])
    for (const { figures, index } of lines) found[index]?.push(figures)
    const periods = spans.map(({ from, to }, index): Period<A> => ({ from, to, figures: found[index] ?? [] }))
    const first = previous === undefined ? 1 : 2
    return {
      timeZone,
      whole: periods[0] ?? { ...whole, figures: [] },
      periods: periods.slice(first),
      previous: previous === undefined ? null : periods[1] ?? null
    }
  })

  const breakdowns: Breakdowns = {
    buyers: Effect.fn("Analytics.buyers")(function*(query) {
      yield* read
      return yield* breakdown(yield* decode(query), repository.buyers)
    }),
    refunds: Effect.fn("Analytics.refunds")(function*(query) {
      yield* read
      return yield* breakdown(yield* decode(query), repository.refunds)
    }),
    taxes: Effect.fn("Analytics.taxes")(function*(query) {
      yield* read
      return yield* breakdown(yield* decode(query), repository.taxes)
    }),
    invoicedTaxes: Effect.fn("Analytics.invoicedTaxes")(function*(query) {
      yield* read
      return yield* breakdown(yield* decode(query), repository.invoicedTaxes)
    }),
    promotions: Effect.fn("Analytics.promotions")(function*(query) {
      yield* read
      const { by = "promotion", ...asked } = yield* decodePromotions(query)
      return yield* breakdown(asked, (spans, limit) => repository.promotions(spans, by, limit))
    }),
    vendors: Effect.fn("Analytics.vendors")(function*(query) {
      yield* read
      return yield* breakdown(yield* decode(query), repository.vendors)
    }),
    stockValue: Effect.gen(function*() {
      yield* read
      const { currency } = yield* stores.current
      const { locations, variants } = yield* repository.stock
      const sum = (of: (one: (typeof locations)[number]) => number) => locations.reduce((all, one) => all + of(one), 0)
      return {
        at: yield* Timestamp.now,
        variants,
        pieces: sum(({ pieces }) => pieces),
        costedPieces: sum(({ costedPieces }) => costedPieces),
        cost: Money.make(sum(({ cost }) => cost.amount), currency),
        retail: Money.make(sum(({ retail }) => retail.amount), currency),
        locations
      }
    }).pipe(Effect.withSpan("Analytics.stockValue"))
  }
  return breakdowns
})
