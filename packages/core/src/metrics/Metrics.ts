/**
 * Figures of a store's own: formulas over those that there are, under a name, for all staff who see figures.
 *
 * **Details**
 *
 * A formula is checked when it is saved: what it names is known, and it comes to what its unit says. It is worked out of the figures
 * as they are when it is asked for, for each piece of time and each currency, so it is what anybody would come to who has both before
 * them.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import { Analytics } from "../analytics/Analytics.ts"
import { type Breakdown, BreakdownQuery, type Period } from "../analytics/Breakdown.ts"
import { AuditLog } from "../audit/AuditLog.ts"
import * as Actor from "../kernel/Actor.ts"
import type { Currency } from "../kernel/Currency.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { type AtVersion, decodeAtVersion, VersionConflict } from "../kernel/Version.ts"
import { Stores } from "../stores/Stores.ts"
import * as Formula from "./Formula.ts"
import * as KnownFigures from "./KnownFigures.ts"
import { CreateMetric, maximumMetrics, type Metric, type MetricFigures, MetricId, type MetricUnit, UpdateMetric } from "./Metric.ts"
import { MetricNotFound, TooManyMetrics } from "./MetricErrors.ts"
import { MetricRepository } from "./MetricRepository.ts"

type Denied = Permission.Denied

export class Metrics extends Context.Service<Metrics, {
  /** The metrics of the store, by name. Needs `analytics:read`. */
  readonly list: Effect.Effect<ReadonlyArray<Metric>, StorageError | Denied>
  /** A metric by its id. Needs `analytics:read`. */
  readonly get: (id: string) => Effect.Effect<Metric, InvalidInput | MetricNotFound | StorageError | Denied>
  /**
   * Saves a formula under a name. `InvalidInput` if it does not parse, names no figure, or does not come to its
   * `unit`. Needs `analytics:write`.
   */
  readonly create: (
    input: typeof CreateMetric.Encoded
  ) => Effect.Effect<Metric, InvalidInput | TooManyMetrics | StorageError | Denied>
  /**
   * Changes a metric. Fields that are left out stay as they are. Fails with `VersionConflict` if `version` is not the
   * current one. Needs `analytics:write`.
   */
  readonly update: (
    id: string,
    input: typeof UpdateMetric.Encoded
  ) => Effect.Effect<Metric, InvalidInput | MetricNotFound | VersionConflict | StorageError | Denied>
  /** Reports and dashboards that have it say that it is gone. Needs `analytics:write`. */
  readonly delete: (
    id: string,
    at?: typeof AtVersion.Encoded
  ) => Effect.Effect<void, InvalidInput | MetricNotFound | VersionConflict | StorageError | Denied>
  /** What a metric comes to in some days, for each currency. One statement for each kind of figures in it. Needs `analytics:read`. */
  readonly values: (
    id: string,
    query: typeof BreakdownQuery.Encoded
  ) => Effect.Effect<Breakdown<MetricFigures>, InvalidInput | MetricNotFound | StorageError | Denied>
}>()("@stoa/core/metrics/Metrics") {}

const decodeCreate = Input.decoder(CreateMetric)
const decodeUpdate = Input.decoder(UpdateMetric)
const decodeQuery = Input.decoder(BreakdownQuery)

const checked = Input.textParameters<Metrics["Service"]>({ get: ["id"], update: ["id"], delete: ["id"], values: ["id"] })

const kindOf = (name: string) => KnownFigures.find(name)?.kind

/** The tree of a formula, or what is wrong with it. */
const parsed = ({ formula, unit }: Pick<Metric, "formula" | "unit">) => {
  const result = Formula.parse(formula, kindOf, unit === "money" ? "amount" : "count")
  return Result.isSuccess(result) ? Effect.succeed(result.success) : Effect.fail(InvalidInput.at(["formula"], result.failure, "not_valid"))
}

/** Figures of one currency, or of none, as numbers: amounts in minor units. */
type Numbers = ReadonlyMap<string, number>

const numbersOf = (figures: object): Numbers =>
  new Map(Object.entries(figures).flatMap(([field, value]) => {
    if (typeof value === "number") return [[field, value]]
    return typeof value === "object" && value !== null && typeof value.amount === "number" ? [[field, value.amount]] : []
  }))

const currencyOf = (figures: object): Currency | undefined => "currency" in figures ? figures.currency as Currency : undefined

/** Money is whole minor units, as long as these are exact. */
const rounded = (value: number | null, unit: MetricUnit): number | null => {
  if (value === null || unit !== "money") return value
  const whole = Math.floor(value + 0.5)
  return Number.isSafeInteger(whole) ? whole : null
}

export const make = Effect.gen(function*() {
  const repository = yield* MetricRepository
  const analytics = yield* Analytics
  const stores = yield* Stores
  const transactor = yield* Transactor
  const audit = yield* AuditLog
  const read = Permission.require("analytics:read")
  const write = Permission.require("analytics:write")

  const find = Effect.fnUntraced(function*(id: string) {
    return (yield* repository.find(id)) ?? (yield* new MetricNotFound({ metric: id.slice(0, 50) }))
  })

  const at = Effect.fnUntraced(function*(id: string, version: number | undefined) {
    const found = yield* find(id)
    if (version !== undefined && version !== found.version) return yield* new VersionConflict({ id, expected: version })
    return found
  })

  const recorded = (action: string, { formula, id, name, unit }: Metric) =>
    audit.record({ action, subject: id, details: { name, formula, unit } })

  const ask = (source: KnownFigures.FigureSource, query: BreakdownQuery): Effect.Effect<Breakdown<object>, InvalidInput | StorageError | Denied> =>
    analytics[source](query)

  return checked(Metrics.of({
    list: Effect.andThen(read, repository.list).pipe(Effect.withSpan("Metrics.list")),

    get: Effect.fn("Metrics.get")(function*(id) {
      yield* read
      return yield* find(id)
    }),

    create: Effect.fn("Metrics.create")(function*(input) {
      yield* write
      const decoded = yield* decodeCreate(input)
      yield* parsed(decoded)
      const now = yield* Timestamp.now
      const metric: Metric = {
        id: yield* MetricId.generate,
        ...decoded,
        createdBy: Actor.describe(yield* Actor.CurrentActor),
        version: 1,
        createdAt: now,
        updatedAt: now
      }
      return yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* repository.save(metric, maximumMetrics))) return yield* new TooManyMetrics({ maximum: maximumMetrics })
        yield* recorded("metric.create", metric)
        return metric
      }))
    }),

    update: Effect.fn("Metrics.update")(function*(id, input) {
      yield* write
      const { version, ...changes } = yield* decodeUpdate(input)
      const before = yield* at(id, version)
      const after: Metric = { ...before, ...changes, version: before.version + 1, updatedAt: yield* Timestamp.now }
      yield* parsed(after)
      return yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* repository.replace(after))) return yield* new VersionConflict({ id, expected: before.version })
        yield* recorded("metric.update", after)
        return after
      }))
    }),

    delete: Effect.fn("Metrics.delete")(function*(id, given = {}) {
      yield* write
      const { version } = yield* decodeAtVersion(given)
      const before = yield* at(id, version)
      yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* repository.remove(before))) return yield* new VersionConflict({ id, expected: before.version })
        yield* recorded("metric.delete", before)
      }))
    }),

    values: Effect.fn("Metrics.values")(function*(id, query) {
      yield* read
      const asked = yield* decodeQuery(query)
      const metric = yield* find(id)
      const formula = yield* parsed(metric)
      const named = [...Formula.namesIn(formula)].flatMap((name) => KnownFigures.find(name) ?? [])
      // what is of no currency is told in that of the store
      const own = named.every(({ source }) => source === "funnel") ? (yield* stores.current).currency : undefined
      const sources = named.length === 0 ? ["sales" as const] : [...new Set(named.map(({ source }) => source))]
      // a thousand pieces keep the process busy for a moment, and others get their turn between two of them
      const reports = yield* Effect.forEach(sources, (source) =>
        Effect.map(Effect.andThen(Effect.yieldNow, ask(source, asked)), (report) => ({ source, report })))
      const [first] = reports
      if (first === undefined) return yield* Effect.die("a formula has figures")

      /** What the metric comes to in a time, of which each kind of figures has been asked. */
      const of = (period: Period<object>, others: (report: Breakdown<object>) => Period<object> | null | undefined): Period<MetricFigures> => {
        const figures = reports.map(({ report, source }) => ({ source, of: others(report)?.figures ?? [] }))
        const currencies = new Set(own === undefined ? figures.flatMap((one) => one.of.flatMap((line) => currencyOf(line) ?? [])) : [own])
        const comesTo = (currency: Currency): MetricFigures => {
          const lines = new Map(figures.map((one) => {
            // what is of no currency is the same for each
            const line = one.of.find((line) => currencyOf(line) === currency || currencyOf(line) === undefined)
            return [one.source, numbersOf(line ?? {})]
          }))
          const value = Formula.evaluate(formula, (name) => {
            const figure = KnownFigures.find(name)
            return figure === undefined ? Number.NaN : lines.get(figure.source)?.get(figure.field) ?? 0
          })
          return { currency, value: rounded(value, metric.unit) }
        }
        return { from: period.from, to: period.to, figures: [...currencies].sort().map(comesTo) }
      }
      const { periods, previous, timeZone, whole } = first.report
      return {
        timeZone,
        whole: of(whole, (report) => report.whole),
        periods: periods.map((period, index) => of(period, (report) => report.periods[index])),
        previous: previous === null ? null : of(previous, (report) => report.previous)
      }
    })
  }))
})

export const layer: Layer.Layer<Metrics, never, Analytics | AuditLog | MetricRepository | Stores | Transactor> = Layer.effect(Metrics, make)
