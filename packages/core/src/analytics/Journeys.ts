/**
 * The figures of `Analytics` about people: how they come to buy, come back, and what they bring.
 */
import * as Effect from "effect/Effect"
import * as Input from "../kernel/Input.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Stores } from "../stores/Stores.ts"
import { type Breakdown, BreakdownQuery, type Period } from "./Breakdown.ts"
import type * as BuyTillYouDie from "./BuyTillYouDie.ts"
import * as Calendar from "./Calendar.ts"
import * as Expectations from "./Expectations.ts"
import {
  type CohortMonth,
  CohortQuery,
  type CohortReport,
  CurrencyQuery,
  type FunnelFigures,
  type LifetimeValue,
  type RfmCell,
  type RfmReport
} from "./Journey.ts"
import { JourneyRepository } from "./JourneyRepository.ts"
import * as ReportTimes from "./ReportTimes.ts"
import * as Rfm from "./Rfm.ts"

type Failure = InvalidInput | StorageError | Permission.Denied

export interface Journeys {
  /** What became of the carts that were begun in some days. At most ten years and 1,000 pieces. Needs `analytics:read`. */
  readonly funnel: (query: typeof BreakdownQuery.Encoded) => Effect.Effect<Breakdown<FunnelFigures>, Failure>
  /** Buyers by the month of their first order, and what they did in each month since. Needs `analytics:read`. */
  readonly cohorts: (query: typeof CohortQuery.Encoded) => Effect.Effect<CohortReport, Failure>
  /** Buyers by how lately, how often and for how much they have bought. Needs `analytics:read`. */
  readonly rfm: (query: typeof CurrencyQuery.Encoded) => Effect.Effect<RfmReport, Failure>
  /**
   * What a buyer has brought so far, and is expected to bring in a year. How often they are expected to come back is worked out once an
   * hour. Needs `analytics:read`.
   */
  readonly lifetimeValue: (query: typeof CurrencyQuery.Encoded) => Effect.Effect<LifetimeValue, Failure>
}

const decodeFunnel = Input.decoder(BreakdownQuery)
const decodeCohorts = Input.decoder(CohortQuery)
const decodeCurrency = Input.decoder(CurrencyQuery)

/** Of more buyers the model is made of so many, as every one costs time. */
const sample = 2_000
const enough = 50
const days = 365
const week = 7 * 86_400_000

const nobody: FunnelFigures = { carts: 0, checkouts: 0, orders: 0, sold: 0 }

/** Time is counted in whole weeks, so that many buyers are alike. */
const recurrenceOf = (at: Timestamp.Timestamp) => ({ firstAt, lastAt, orders }: BuyTillYouDie.BuyerHistory): BuyTillYouDie.Recurrence => {
  const weeks = (to: Timestamp.Timestamp) => Math.floor((Timestamp.toMillis(to) - Timestamp.toMillis(firstAt)) / week)
  return { again: orders - 1, last: weeks(lastAt), known: weeks(at) }
}

const inSegment = (scores: Omit<RfmCell, "segment">): RfmCell => ({ ...scores, segment: Rfm.segmentOf(scores) })

export const make = Effect.gen(function*() {
  const repository = yield* JourneyRepository
  const stores = yield* Stores
  const read = Permission.require("analytics:read")
  const expectations = yield* Expectations.make

  const currencyOf = Effect.fnUntraced(function*(asked: CohortReport["currency"] | undefined) {
    return asked ?? (yield* stores.current).currency
  })

  const journeys: Journeys = {
    funnel: Effect.fn("Analytics.funnel")(function*(query) {
      yield* read
      const asked = yield* decodeFunnel(query)
      const { pieces, previous, timeZone, whole } = yield* ReportTimes.of(stores, asked)
      const spans = [whole, ...previous === undefined ? [] : [previous], ...asked.bucket === undefined ? [] : pieces]
      const found = new Map((yield* repository.funnel(spans)).map(({ figures, index }) => [index, figures]))
      const periods = spans.map(({ from, to }, index): Period<FunnelFigures> => ({ from, to, figures: [found.get(index) ?? nobody] }))
      return {
        timeZone,
        whole: periods[0] ?? { ...whole, figures: [] },
        periods: periods.slice(previous === undefined ? 1 : 2),
        previous: previous === undefined ? null : periods[1] ?? null
      }
    }),

    cohorts: Effect.fn("Analytics.cohorts")(function*(query) {
      yield* read
      const { months = 12, ...asked } = yield* decodeCohorts(query)
      const { name, zone } = yield* ReportTimes.zoneOf(stores, asked.timeZone)
      const currency = yield* currencyOf(asked.currency)
      const today = Calendar.dayOf(yield* Timestamp.now, zone)
      const spans = (Calendar.pieces(
        Calendar.days(Calendar.plusDays(today, -31 * months), Calendar.plusDays(today, 31), zone),
        "month",
        zone,
        100
      ) ?? []).filter(({ from }) => Calendar.dayOf(from, zone) <= today && Calendar.dayOf(from, zone).endsWith("-01")).slice(-months)
      const none: CohortMonth = { buyers: 0, orders: 0, kept: Money.zero(currency) }
      const grid = spans.map(() => spans.map(() => none))
      for (const { cohort, figures, month } of yield* repository.cohorts(currency, spans)) {
        const row = grid[cohort]
        if (row !== undefined) row[month] = figures
      }
      return {
        timeZone: name,
        currency,
        cohorts: spans.map(({ from, to }, cohort) => {
          const since = (grid[cohort] ?? []).slice(cohort)
          return { from, to, buyers: since[0]?.buyers ?? 0, months: since }
        })
      }
    }),

    rfm: Effect.fn("Analytics.rfm")(function*(query) {
      yield* read
      const currency = yield* currencyOf((yield* decodeCurrency(query)).currency)
      const cells = (yield* repository.scores(currency)).map(inSegment)
      const segments = [...new Set(cells.map(({ segment }) => segment))].sort().map((segment) => {
        const own = cells.filter((cell) => cell.segment === segment)
        const sum = (of: (cell: RfmCell) => number) => own.reduce((all, cell) => all + of(cell), 0)
        return {
          segment,
          buyers: sum(({ buyers }) => buyers),
          orders: sum(({ orders }) => orders),
          kept: Money.make(sum(({ kept }) => kept.amount), currency)
        }
      })
      return { at: yield* Timestamp.now, currency, cells, segments }
    }),

    lifetimeValue: Effect.fn("Analytics.lifetimeValue")(function*(query) {
      yield* read
      const currency = yield* currencyOf((yield* decodeCurrency(query)).currency)
      const at = yield* Timestamp.now
      const { buyers, histories, kept, orders } = yield* repository.histories(currency, sample)
      const each = (amount: number, among: number) => Money.make(among === 0 ? 0 : Math.round(amount / among), currency)
      const known = { at, currency, buyers, orders, kept: Money.make(kept, currency), historic: each(kept, buyers) }
      const seen = histories.map(recurrenceOf(at))
      if (buyers < enough || seen.every(({ again }) => again === 0)) return { ...known, predicted: null }
      const more = yield* expectations.of(currency, seen, days / 7)
      const value = Money.make(Math.round(more * kept / orders), currency)
      return {
        ...known,
        predicted: {
          method: "BG/NBD",
          sample: seen.length,
          days,
          orders: Math.round(more * 1_000) / 1_000,
          value,
          lifetime: Money.add(known.historic, value)
        }
      }
    })
  }
  return journeys
})
