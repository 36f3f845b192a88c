/**
 * What is expected to be sold, worked out of what was sold.
 *
 * **Details**
 *
 * The method is exponential smoothing with a damped trend and a season, chosen by AICc (`ExponentialSmoothing`), or TSB for
 * what is seldom asked for (`IntermittentDemand`). Intervals come from playing a thousand futures with the errors of the
 * past. The same history always has the same forecast.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AnalyticsRepository } from "../analytics/AnalyticsRepository.ts"
import * as Calendar from "../analytics/Calendar.ts"
import * as ReportTimes from "../analytics/ReportTimes.ts"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Stores } from "../stores/Stores.ts"
import { DemandRepository, type SoldVariant } from "./DemandRepository.ts"
import * as ExponentialSmoothing from "./ExponentialSmoothing.ts"
import { DemandQuery, ForecastQuery, type SalesForecast, type VariantDemand } from "./Forecast.ts"
import { HistoryTooShort } from "./ForecastErrors.ts"
import * as ForecastError from "./ForecastError.ts"
import { type FittedMethod, paths, quantile } from "./ForecastMethod.ts"
import * as IntermittentDemand from "./IntermittentDemand.ts"
import * as Reorder from "./Reorder.ts"

export class Forecasts extends Context.Service<Forecasts, {
  /**
   * Sales of the next days, weeks or months, that of now included, from at most two, four or seven years before. Needs
   * `analytics:read`.
   */
  readonly sales: (
    query?: typeof ForecastQuery.Encoded
  ) => Effect.Effect<SalesForecast, InvalidInput | HistoryTooShort | StorageError | Permission.Denied>
  /**
   * Of each variant what is expected to be sold until the next delivery, and what to order, by the ids of variants. Needs
   * `analytics:read`.
   */
  readonly demand: (
    query?: typeof DemandQuery.Encoded
  ) => Effect.Effect<Page<VariantDemand>, InvalidInput | StorageError | Permission.Denied>
}>()("@stoa/core/forecasts/Forecasts") {}

const decodeSales = Input.decoder(ForecastQuery)
const decodeDemand = Input.decoder(DemandQuery)

/** How many days back the history goes, and how many steps make a round. */
const buckets = {
  day: { days: 730, season: 7 },
  week: { days: 1_456, season: 52 },
  month: { days: 2_557, season: 12 }
} as const

const longest = { day: 1, week: 7, month: 31 } as const

/** Fewer pieces tell nothing. */
const minimum = 8

const played = 1_000

/** What was sold since the first sale. */
const sinceFirst = (values: ReadonlyArray<number>): ReadonlyArray<number> => {
  const first = values.findIndex((value) => value > 0)
  return first === -1 ? [] : values.slice(first)
}

const methodFor = (values: ReadonlyArray<number>, season: number): FittedMethod =>
  IntermittentDemand.isIntermittent(values)
    ? IntermittentDemand.fit(values)
    : ExponentialSmoothing.best(values, season) ?? IntermittentDemand.fit(values)

/** What the method would have said of the last pieces, and what came. */
const errorOf = (values: ReadonlyArray<number>, season: number, steps: number): SalesForecast["error"] => {
  const held = Math.min(steps, Math.floor(values.length / 5))
  const known = values.slice(0, values.length - held)
  if (held === 0 || known.length < minimum) return null
  const actual = values.slice(-held)
  const expected = methodFor(known, season).expected(held).map((value) => Math.max(0, value))
  const rounded = (value: number | null) => value === null ? null : Math.round(value * 1_000) / 1_000
  return {
    held,
    mase: rounded(ForecastError.mase(known, expected, actual, season)),
    naiveMase: rounded(ForecastError.mase(known, ForecastError.seasonalNaive(known, season, held), actual, season)),
    smape: rounded(ForecastError.smape(expected, actual)) ?? 0
  }
}

/** The sales of every day from the first one on until `to`. */
const daily = (sales: SoldVariant["sales"], from: string, to: string): ReadonlyArray<number> => {
  const days = Array.from({ length: Calendar.daysBetween(from, to) - 1 }, () => 0)
  for (const { day, quantity } of sales) days[Calendar.daysBetween(from, day) - 1] = quantity
  return sinceFirst(days)
}

export const make = Effect.gen(function*() {
  const analytics = yield* AnalyticsRepository
  const repository = yield* DemandRepository
  const stores = yield* Stores
  const read = Permission.require("analytics:read")

  return Forecasts.of({
    sales: Effect.fn("Forecasts.sales")(function*(query = {}) {
      yield* read
      const { bucket = "day", interval = 80, measure = "total", steps = 14, ...asked } = yield* decodeSales(query)
      const { name, zone } = yield* ReportTimes.zoneOf(stores, asked.timeZone)
      const currency = asked.currency ?? (yield* stores.current).currency
      const now = yield* Timestamp.now
      const today = Calendar.dayOf(now, zone)
      const { days, season } = buckets[bucket]
      const all = Calendar.pieces(
        Calendar.days(Calendar.plusDays(today, -days), Calendar.plusDays(today, (steps + 1) * longest[bucket]), zone),
        bucket,
        zone,
        ReportTimes.maximumPieces
      ) ?? []
      const current = all.findIndex(({ from, to }) => from <= now && now < to)
      // the first piece may be cut off
      const past = all.slice(1, current)
      const sums = past.map(() => 0)
      for (const { index, sums: one } of yield* analytics.sales(past)) {
        if (one.currency === currency) sums[index] = measure === "total" ? one.total.amount : one[measure]
      }
      const history = sinceFirst(sums)
      if (history.length < minimum) return yield* new HistoryTooShort({ pieces: history.length, minimum })
      // others are answered between the two
      const error = errorOf(history, season, steps)
      yield* Effect.yieldNow
      const method = methodFor(history, season)
      const expected = method.expected(steps)
      const futures = paths(method, steps, played)
      const tail = (1 - interval / 100) / 2
      const whole = (value: number) => Math.max(0, Math.round(value))
      return {
        timeZone: name,
        currency,
        measure,
        bucket,
        method: method.name,
        history: history.length,
        interval,
        error,
        points: all.slice(current, current + steps).map(({ from, to }, step) => {
          const ways = futures.map((future) => future[step] ?? 0)
          return { from, to, expected: whole(expected[step] ?? 0), low: whole(quantile(ways, tail)), high: whole(quantile(ways, 1 - tail)) }
        })
      }
    }),

    demand: Effect.fn("Forecasts.demand")(function*(query = {}) {
      yield* read
      const { leadDays = 14, limit = 20, serviceLevel = 95, ...asked } = yield* decodeDemand(query)
      const to = (yield* Timestamp.now).slice(0, 10)
      const from = Calendar.plusDays(to, -182)
      const { items, nextCursor } = yield* repository.variants({ ...asked, limit, from, to })
      return {
        nextCursor,
        items: yield* Effect.forEach(items, ({ sales, ...variant }) =>
          // each takes some milliseconds of the processor, and others are answered in between
          Effect.andThen(Effect.yieldNow, Effect.sync((): VariantDemand => {
            const history = daily(sales, from, to)
            const method = history.length === 0 ? IntermittentDemand.fit([0]) : methodFor(history, 7)
            return {
              ...variant,
              method: history.length === 0 ? "none" : method.name,
              history: history.length,
              ...Reorder.advise(method, leadDays, serviceLevel / 100, variant)
            }
          })))
      }
    })
  })
})

export const layer: Layer.Layer<Forecasts, never, AnalyticsRepository | DemandRepository | Stores> = Layer.effect(
  Forecasts,
  make
)
