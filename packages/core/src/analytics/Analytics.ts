/**
 * The figures of a shop: sales by time, what sold best, and how buyers come back.
 *
 * **Details**
 *
 * A figure is the sum over the orders at the moment at which it is asked for. Sums of the past are kept, so that it costs no
 * more with a million orders than with a thousand; a job works them out every minute, and `rebuild` does so from nothing.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import type { ProductRepository } from "../catalog/ProductRepository.ts"
import type { EventRepository } from "../events/EventRepository.ts"
import type { Events } from "../events/Events.ts"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { forEachStore } from "../stores/ForEachStore.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { Stores } from "../stores/Stores.ts"
import { AnalyticsRepository, type SalesSums } from "./AnalyticsRepository.ts"
import type { BreakdownRepository } from "./BreakdownRepository.ts"
import * as Breakdowns from "./Breakdowns.ts"
import * as Calendar from "./Calendar.ts"
import type { JourneyRepository } from "./JourneyRepository.ts"
import * as Journeys from "./Journeys.ts"
import * as ReportTimes from "./ReportTimes.ts"
import * as Segments from "./Segments.ts"
import * as ShopFeed from "./ShopFeed.ts"
import {
  type BuyerSegments,
  type Dashboard,
  type ProductSales,
  type SalesFigures,
  type SalesPeriod,
  SalesQuery,
  type SalesReport,
  TopProductsQuery
} from "./SalesFigures.ts"

export class Analytics extends Context.Service<Analytics, Breakdowns.Breakdowns & Journeys.Journeys & ShopFeed.ShopFeed & {
  /** Sales of some days, cut into pieces if asked. At most ten years and 1,000 pieces. Needs `analytics:read`. */
  readonly sales: (
    query: typeof SalesQuery.Encoded
  ) => Effect.Effect<SalesReport, InvalidInput | StorageError | Permission.Denied>
  /** The variants that sold best in some days, or worst, ten if no limit is given. Needs `analytics:read`. */
  readonly topProducts: (
    query: typeof TopProductsQuery.Encoded
  ) => Effect.Effect<ReadonlyArray<ProductSales>, InvalidInput | StorageError | Permission.Denied>
  /** Where all buyers stand. Needs `analytics:read`. */
  readonly segments: Effect.Effect<BuyerSegments, StorageError | Permission.Denied>
  /** What somebody who runs the shop looks at first. Needs `analytics:read`. */
  readonly dashboard: Effect.Effect<Dashboard, StorageError | Permission.Denied>
  /**
   * Works all sums of the store out anew, and says how many orders were gone through. Figures are right meanwhile. Needs
   * `analytics:write`.
   */
  readonly rebuild: Effect.Effect<number, StorageError | Permission.Denied>
  /** Works out the sums that have changed, as the job does every minute. Needs `analytics:write`. */
  readonly fold: Effect.Effect<number, StorageError | Permission.Denied>
}>()("@stoa/core/analytics/Analytics") {}

const decodeSales = Input.decoder(SalesQuery)
const decodeTop = Input.decoder(TopProductsQuery)

/** How many changes are worked on in one transaction. */
const batch = 20_000

const figuresOf = (sums: SalesSums): SalesFigures => ({
  ...sums,
  kept: Money.make(sums.total.amount - sums.refunded.amount, sums.currency),
  averageOrder: Money.make(sums.orders === 0 ? 0 : Math.round(sums.total.amount / sums.orders), sums.currency)
})

/** Sums of several times as the sums of one. */
const added = (all: ReadonlyArray<SalesSums>): ReadonlyArray<SalesSums> => {
  const byCurrency = new Map<string, SalesSums>()
  for (const one of all) {
    const before = byCurrency.get(one.currency)
    const plus = (key: "subtotal" | "discount" | "shipping" | "tax" | "total" | "refunded") =>
      Money.make((before?.[key].amount ?? 0) + one[key].amount, one.currency)
    byCurrency.set(one.currency, {
      currency: one.currency,
      placed: (before?.placed ?? 0) + one.placed,
      cancelled: (before?.cancelled ?? 0) + one.cancelled,
      orders: (before?.orders ?? 0) + one.orders,
      items: (before?.items ?? 0) + one.items,
      subtotal: plus("subtotal"),
      discount: plus("discount"),
      shipping: plus("shipping"),
      tax: plus("tax"),
      total: plus("total"),
      refunded: plus("refunded"),
      firstOrders: (before?.firstOrders ?? 0) + one.firstOrders
    })
  }
  return [...byCurrency.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1))
}

export const make = Effect.gen(function*() {
  const repository = yield* AnalyticsRepository
  const stores = yield* Stores
  const storeRepository = yield* StoreRepository
  const audit = yield* AuditLog
  const registry = yield* JobRegistry

  /** Folds until nothing is left that had changed when it began. */
  const foldAll = Effect.gen(function*() {
    let folded = 0
    for (let some = batch; some === batch;) {
      some = yield* repository.fold(batch)
      folded += some
    }
    return folded
  })

  yield* registry.cron({ name: "analytics.fold", cron: "* * * * *", run: forEachStore(storeRepository, foldAll) })

  /** The figures of some times that do not overlap, one after the other. */
  const salesOf = Effect.fnUntraced(function*(spans: ReadonlyArray<Calendar.Span>) {
    const sums = spans.map((): Array<SalesSums> => [])
    for (const { index, sums: one } of yield* repository.sales(spans)) sums[index]?.push(one)
    const period = ({ from, to }: Calendar.Span, all: ReadonlyArray<SalesSums>): SalesPeriod => ({
      from,
      to,
      figures: added(all).map(figuresOf)
    })
    return { sums, period, periods: spans.map((span, index) => period(span, sums[index] ?? [])) }
  })

  const read = Permission.require("analytics:read")
  const write = Permission.require("analytics:write")

  return Analytics.of({
    ...yield* Breakdowns.make,
    ...yield* Journeys.make,
    ...yield* ShopFeed.make,
    sales: Effect.fn("Analytics.sales")(function*(query) {
      yield* read
      const asked = yield* decodeSales(query)
      const { pieces, previous, timeZone, whole } = yield* ReportTimes.of(stores, asked)
      const { period, periods, sums } = yield* salesOf(previous === undefined ? pieces : [...pieces, previous])
      return {
        timeZone,
        whole: period(whole, sums.slice(0, pieces.length).flat()),
        periods: asked.bucket === undefined ? [] : periods.slice(0, pieces.length),
        previous: periods[pieces.length] ?? null
      }
    }),

    topProducts: Effect.fn("Analytics.topProducts")(function*(query) {
      yield* read
      const { by = "revenue", limit = 10, order = "best", timeZone, ...days } = yield* decodeTop(query)
      const { zone } = yield* ReportTimes.zoneOf(stores, timeZone)
      const span = yield* ReportTimes.spanOf(days, zone)
      return yield* order === "best" ? repository.topProducts(span, by, limit) : repository.worstProducts(span, by, limit)
    }),

    segments: Effect.gen(function*() {
      yield* read
      const at = yield* Timestamp.now
      const segments = yield* repository.segments(Segments.bounds(at))
      return {
        at,
        segments: segments.map(({ buyers, currency, kept, orders, segment }) => ({
          segment,
          currency,
          buyers,
          orders,
          kept: Money.make(kept, currency),
          lifetimeValue: Money.make(Math.round(kept / buyers), currency)
        }))
      }
    }).pipe(Effect.withSpan("Analytics.segments")),

    dashboard: Effect.gen(function*() {
      yield* read
      const { name, zone } = yield* Effect.orDie(ReportTimes.zoneOf(stores, undefined))
      const today = Calendar.dayOf(yield* Timestamp.now, zone)
      const day = (days: number) => Calendar.plusDays(today, days)
      const spans = [
        Calendar.days(today, today, zone),
        Calendar.days(day(-29), day(-1), zone),
        Calendar.days(day(-59), day(-30), zone)
      ]
      const { period, periods, sums } = yield* salesOf(spans)
      const [todays, monthBefore] = [periods[0], periods[2]]
      if (todays === undefined || monthBefore === undefined) return yield* Effect.die("there are three times")
      return {
        timeZone: name,
        today: todays,
        month: period(Calendar.days(day(-29), today, zone), [...sums[0] ?? [], ...sums[1] ?? []]),
        monthBefore,
        ...yield* repository.waiting
      }
    }).pipe(Effect.withSpan("Analytics.dashboard")),

    rebuild: Effect.gen(function*() {
      yield* write
      yield* repository.forgetSums
      yield* audit.record({ action: "analytics.rebuild", subject: "sales", details: {} })
      return yield* foldAll
    }).pipe(Effect.withSpan("Analytics.rebuild")),

    fold: Effect.andThen(write, foldAll).pipe(Effect.withSpan("Analytics.fold"))
  })
})

export const layer: Layer.Layer<
  Analytics,
  never,
  AnalyticsRepository | AuditLog | BreakdownRepository | EventRepository | Events | JobRegistry | JourneyRepository | ProductRepository | StoreRepository | Stores
> = Layer.effect(Analytics, make)
