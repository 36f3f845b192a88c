/**
 * Figures of a store's own and dashboards that people put together, on any storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { Analytics } from "../analytics/Analytics.ts"
import { AuditLog } from "../audit/AuditLog.ts"
import { Dashboards } from "../dashboards/Dashboards.ts"
import type { Tile } from "../dashboards/SavedDashboard.ts"
import { maximumDashboards } from "../dashboards/SavedDashboard.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as KnownFigures from "../metrics/KnownFigures.ts"
import { maximumMetrics } from "../metrics/Metric.ts"
import { Metrics } from "../metrics/Metrics.ts"
import { Payments } from "../payments/Payments.ts"
import { PersonalData } from "../privacy/PersonalData.ts"
import { Reports } from "../reports/Reports.ts"
import { Stores } from "../stores/Stores.ts"
import { faultsAt } from "./CartFixture.ts"
import * as MemoryMedia from "./MemoryMedia.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const keeper = Actor.as(Actor.staff("keeper", ["analytics:read", "analytics:write"]))
const analyst = Actor.as(Actor.staff("analyst", ["analytics:read"]))
const nobody = Actor.as(Actor.staff("packer", ["orders:read"]))

const tagOf = <A, E extends { readonly _tag: string }, R>(effect: Effect.Effect<A, E, R>) => Effect.map(Effect.flip(effect), ({ _tag }) => _tag)

const days = { from: "2026-11-18", to: "2026-11-20", timeZone: "UTC" } as const
const range = { from: days.from, to: days.to }

/** Orders on three days of which the second has none, and a third of what the first cost goes back: 45, nothing, 25 dollars. */
const sold = Effect.gen(function*() {
  const { variantId } = yield* Shop.product({ stock: 100 })
  yield* TestClock.setTime(Date.parse("2026-11-18T12:00:00.000Z"))
  const { order } = yield* Shop.place(yield* Shop.guest([variantId, 2]), undefined, { email: "ada@example.com" })
  yield* system(Effect.flatMap(Payments, (payments) => payments.refund(order.id, { amount: Shop.usd(1_500), reason: "" })))
  yield* TestClock.setTime(Date.parse("2026-11-20T12:00:00.000Z"))
  yield* Shop.place(yield* Shop.guest([variantId, 1]), undefined, { email: "bob@example.com" })
  yield* Effect.flatMap(Jobs, (jobs) => system(jobs.drain))
})

const tile = (title: string, more: Partial<typeof Tile.Encoded> = {}): typeof Tile.Encoded => ({
  title,
  definition: { figure: "sales", range, timeZone: "UTC" },
  view: "table",
  ...more
})

export const dashboardSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () =>
      Effect.andThen(Shop.ships, body).pipe(
        Effect.provide(Shop.layer(harness.storage(), { media: { storage: MemoryMedia.make().storage } }))
      ))

  describe(`figures of a store's own, on ${harness.name}`, () => {
    test(
      "are what their formula says of the figures of each time and currency, and nothing where it divides by zero",
      Effect.gen(function*() {
        const metrics = yield* Metrics
        yield* sold
        const rate = yield* keeper(metrics.create({ name: "Refund rate", formula: "refunded / total", unit: "percent" }))
        assert.deepInclude(rate, { version: 1, createdBy: "staff:keeper" })
        const { periods, previous, whole } = yield* analyst(metrics.values(rate.id, { ...days, bucket: "day", compare: true }))
        assert.deepStrictEqual(whole.figures, [{ currency: "USD" as never, value: 1_500 / 7_000 }])
        assert.deepStrictEqual(periods.map(({ figures }) => figures.map(({ value }) => value)), [[1_500 / 4_500], [], [0]])
        assert.deepStrictEqual(previous?.figures, [])
        const each = yield* keeper(metrics.create({ name: "Kept for a piece", formula: "kept / items", unit: "money" }))
        // 5,500 cents for three pieces
        assert.strictEqual((yield* analyst(metrics.values(each.id, days))).whole.figures[0]?.value, 1_833)
        const none = yield* keeper(metrics.create({ name: "Nothing", formula: "orders / cancelled", unit: "number" }))
        assert.deepStrictEqual((yield* analyst(metrics.values(none.id, days))).whole.figures.map(({ value }) => value), [null])
        const mixed = yield* keeper(metrics.create({
          name: "Of many kinds",
          formula: "(buyers.newBuyers + refunds.refunds) * 100 + funnel.sold + orders / 10",
          unit: "number"
        }))
        assert.strictEqual((yield* analyst(metrics.values(mixed.id, days))).whole.figures[0]?.value, 302.2)
        const conversion = yield* keeper(metrics.create({ name: "Conversion", formula: "funnel.sold / funnel.carts", unit: "percent" }))
        assert.deepStrictEqual((yield* analyst(metrics.values(conversion.id, days))).whole.figures, [{ currency: "USD" as never, value: 1 }])
        const fixed = yield* keeper(metrics.create({ name: "A goal", formula: "12", unit: "number" }))
        assert.strictEqual((yield* analyst(metrics.values(fixed.id, days))).whole.figures[0]?.value, 12)
      })
    )

    test(
      "know every figure by its name, and are each what analytics say",
      Effect.gen(function*() {
        const metrics = yield* Metrics
        const analytics = yield* Analytics
        yield* sold
        const read = { sales: analytics.sales, buyers: analytics.buyers, refunds: analytics.refunds, funnel: analytics.funnel }
        for (const name of KnownFigures.names) {
          const { field = "", kind = "count", source = "sales" } = KnownFigures.find(name) ?? {}
          const { id } = yield* keeper(metrics.create({ name, formula: name, unit: kind === "amount" ? "money" : "number" }))
          const value = (yield* analyst(metrics.values(id, days))).whole.figures[0]?.value
          const report = yield* analyst(read[source](days) as ReturnType<typeof analytics.sales>)
          const expected = (report.whole.figures[0] as Readonly<Record<string, unknown>> | undefined)?.[field]
          assert.strictEqual(value, kind === "amount" ? (expected as { readonly amount: number }).amount : expected as number, name)
        }
      })
    )

    test(
      "are checked, changed by one at a time, seen in one store, and no more than may be",
      Effect.gen(function*() {
        const metrics = yield* Metrics
        const stores = yield* Stores
        const wrong = yield* Effect.flip(keeper(metrics.create({ name: "Wrong", formula: "refunded / visits", unit: "number" })))
        assert.strictEqual(wrong.message, "formula: names visits, which is no figure")
        for (const [formula, unit] of [["total", "number"], ["orders", "money"], ["1 +", "number"], ["x".repeat(501), "number"]] as const) {
          assert.strictEqual(yield* tagOf(keeper(metrics.create({ name: "Wrong", formula, unit }))), "InvalidInput", formula)
        }
        const metric = yield* keeper(metrics.create({ name: "Rate", formula: "refunded / total", unit: "number" }))
        assert.strictEqual(yield* tagOf(keeper(metrics.update(metric.id, { unit: "money" }))), "InvalidInput")
        const changed = yield* keeper(metrics.update(metric.id, { unit: "percent", version: 1 }))
        assert.deepInclude(changed, { name: "Rate", unit: "percent", version: 2 })
        assert.strictEqual(yield* tagOf(keeper(metrics.update(metric.id, { name: "Other", version: 1 }))), "VersionConflict")
        assert.deepStrictEqual(yield* analyst(metrics.list), [changed])
        for (const act of [analyst(metrics.create({ name: "a", formula: "1", unit: "number" })), nobody(metrics.list), nobody(metrics.values(metric.id, days))]) {
          assert.strictEqual(yield* tagOf(act as Effect.Effect<unknown, { readonly _tag: string }>), "Forbidden")
        }
        const other = yield* system(stores.create({ code: "other", name: "Other", currency: "EUR" as never }))
        yield* within(other.id)(Effect.gen(function*() {
          assert.deepStrictEqual(yield* analyst(metrics.list), [])
          assert.strictEqual(yield* tagOf(analyst(metrics.values(metric.id, days))), "MetricNotFound")
          assert.strictEqual(yield* tagOf(keeper(metrics.delete(metric.id))), "MetricNotFound")
        }))
        const more = Array.from({ length: maximumMetrics }, (_, index) => keeper(metrics.create({ name: `M${index}`, formula: "1", unit: "number" })))
        const outcomes = yield* Effect.forEach(more, Effect.result, { concurrency: 8 })
        assert.lengthOf(outcomes.filter(({ _tag }) => _tag === "Failure"), 1)
        assert.strictEqual(yield* tagOf(keeper(metrics.delete(metric.id, { version: 1 }))), "VersionConflict")
        yield* keeper(metrics.delete(metric.id))
        assert.strictEqual(yield* tagOf(analyst(metrics.get(metric.id))), "MetricNotFound")
        const { items } = yield* system(Effect.flatMap(AuditLog, (audit) => audit.list({ subject: metric.id })))
        assert.sameMembers(items.map(({ action }) => action), ["metric.delete", "metric.update", "metric.create"])
      })
    )

    test(
      "are in reports as files, which say so when they are gone",
      Effect.gen(function*() {
        const metrics = yield* Metrics
        const reports = yield* Reports
        const jobs = yield* Jobs
        yield* sold
        const money = yield* keeper(metrics.create({ name: "Kept for a piece", formula: "kept / items", unit: "money" }))
        const rate = yield* keeper(metrics.create({ name: "Rate", formula: "refunded / total", unit: "percent" }))
        const linesOf = Effect.fnUntraced(function*(metricId: typeof money.id) {
          const { id } = yield* analyst(reports.make({ definition: { figure: "metric", metricId, range, timeZone: "UTC", bucket: "day" } }))
          yield* jobs.drain
          const opened = yield* analyst(reports.open(id))
          return (yield* Stream.mkString(Stream.decodeText(opened.content))).trimEnd().split("\n").map((line) => line.split(",").slice(3).join())
        })
        assert.deepStrictEqual((yield* linesOf(money.id)).map((line) => line.trim()), ["currency,value", "USD,15.00", "USD,25.00"])
        assert.deepStrictEqual((yield* linesOf(rate.id)).map((line) => line.trim()), ["currency,value", `USD,${1_500 / 4_500}`, "USD,0"])
        for (const definition of [{ figure: "metric", range }, { figure: "sales", metricId: rate.id, range }]) {
          assert.strictEqual(yield* tagOf(analyst(reports.make({ definition: definition as never }))), "InvalidInput")
        }
        yield* keeper(metrics.delete(rate.id))
        const gone = yield* analyst(reports.make({ definition: { figure: "metric", metricId: rate.id, range } }))
        yield* jobs.drain
        assert.deepInclude((yield* analyst(reports.get(gone.id))).failure, { code: "metric_not_found" })
      })
    )
  })

  describe(`dashboards that people put together, on ${harness.name}`, () => {
    test(
      "show what their tiles say in their order, each equal to the figures of now, and what cannot be shown says why",
      Effect.gen(function*() {
        const dashboards = yield* Dashboards
        const metrics = yield* Metrics
        const analytics = yield* Analytics
        yield* sold
        const metric = yield* keeper(metrics.create({ name: "Rate", formula: "refunded / total", unit: "percent" }))
        const made = yield* analyst(dashboards.create({
          name: "Mornings",
          tiles: [
            tile("Sales", { view: "number", column: "kept" }),
            tile("By day", { view: "line", definition: { figure: "sales", range, timeZone: "UTC", bucket: "day", compare: true } }),
            tile("Best", { view: "bars", definition: { figure: "best_products", range, timeZone: "UTC" } }),
            tile("Rate", { view: "number", definition: { figure: "metric", metricId: metric.id, range, timeZone: "UTC" } }),
            tile("Too many", { definition: { figure: "sales", range: { from: "2020-01-01", to: "2026-11-20" }, bucket: "hour" } })
          ]
        }))
        assert.deepInclude(made, { name: "Mornings", shared: false, owner: "staff:analyst", version: 1 })
        const { dashboard, tiles } = yield* analyst(dashboards.read(made.id))
        assert.deepStrictEqual(dashboard, made)
        assert.deepStrictEqual(tiles.map(({ title }) => title), ["Sales", "By day", "Best", "Rate", "Too many"])
        const [sales, byDay, best, rate, tooMany] = tiles
        const { whole } = yield* analyst(analytics.sales(days))
        if (sales === undefined || "failure" in sales) return assert.fail("no sales")
        const cell = (name: string) => sales.rows[0]?.[sales.columns.findIndex((column) => column.name === name)]
        assert.deepStrictEqual([cell("orders"), cell("total"), cell("kept")], [whole.figures[0]?.orders, "70.00", "55.00"])
        assert.strictEqual(sales.columns[sales.chart.value]?.name, "kept")
        assert.deepInclude(sales, { from: days.from, to: days.to, timeZone: "UTC", more: false, view: "number" })
        if (byDay === undefined || "failure" in byDay) return assert.fail("no days")
        assert.deepStrictEqual(byDay.rows.map(([period]) => period), ["asked", "asked"])
        assert.strictEqual(byDay.chart.kind, "line")
        if (best === undefined || "failure" in best) return assert.fail("no products")
        assert.lengthOf(best.rows, 1)
        if (rate === undefined || "failure" in rate) return assert.fail("no rate")
        assert.strictEqual(rate.rows[0]?.[rate.chart.value], 1_500 / 7_000)
        assert.isTrue(tooMany !== undefined && "failure" in tooMany && tooMany.failure.code === "invalid_input")
        yield* keeper(metrics.delete(metric.id))
        const gone = (yield* analyst(dashboards.read(made.id))).tiles[3]
        assert.isTrue(gone !== undefined && "failure" in gone && gone.failure.code === "metric_not_found")
        // in another order
        const turned = yield* analyst(dashboards.update(made.id, { tiles: made.tiles.slice(0, 2).toReversed(), version: 1 }))
        assert.deepStrictEqual(turned.tiles.map(({ title }) => title), ["By day", "Sales"])
        assert.strictEqual(yield* tagOf(analyst(dashboards.update(made.id, { name: "Late", version: 1 }))), "VersionConflict")
      })
    )

    test(
      "are their owner's alone until they are shared, which takes the right to write reports",
      Effect.gen(function*() {
        const dashboards = yield* Dashboards
        const stores = yield* Stores
        const own = yield* analyst(dashboards.create({ name: "Mine", tiles: [tile("Sales")] }))
        assert.deepStrictEqual(yield* keeper(dashboards.list), [])
        for (const act of [dashboards.get(own.id), dashboards.read(own.id), dashboards.update(own.id, { name: "x" }), dashboards.delete(own.id)]) {
          assert.strictEqual(yield* tagOf(keeper(act as Effect.Effect<unknown, { readonly _tag: string }>)), "DashboardNotFound")
        }
        for (const act of [dashboards.create({ name: "All", tiles: [], shared: true }), dashboards.update(own.id, { shared: true })]) {
          assert.strictEqual(yield* tagOf(analyst(act as Effect.Effect<unknown, { readonly _tag: string }>)), "Forbidden")
        }
        const all = yield* keeper(dashboards.create({ name: "All", tiles: [tile("Sales")], shared: true }))
        assert.deepStrictEqual((yield* analyst(dashboards.list)).map(({ name }) => name), ["All", "Mine"])
        assert.lengthOf((yield* analyst(dashboards.read(all.id))).tiles, 1)
        assert.strictEqual(yield* tagOf(analyst(dashboards.update(all.id, { name: "Ours" }))), "Forbidden")
        assert.strictEqual(yield* tagOf(analyst(dashboards.delete(all.id))), "Forbidden")
        assert.strictEqual(yield* tagOf(nobody(dashboards.list)), "Forbidden")
        const other = yield* system(stores.create({ code: "other", name: "Other", currency: "EUR" as never }))
        yield* within(other.id)(Effect.gen(function*() {
          assert.deepStrictEqual(yield* analyst(dashboards.list), [])
          assert.strictEqual(yield* tagOf(analyst(dashboards.read(own.id))), "DashboardNotFound")
        }))
        const another = Actor.as(Actor.staff("another", ["analytics:read", "analytics:write"]))
        const refused = yield* Effect.flip(another(dashboards.update(all.id, { shared: false, name: "Gone" })))
        assert.deepStrictEqual(refused._tag === "InvalidInput" ? faultsAt(refused) : refused._tag, ["shared"])
        assert.deepInclude(yield* keeper(dashboards.update(all.id, { shared: false })), { shared: false, owner: "staff:keeper", version: 2 })
        assert.deepStrictEqual((yield* analyst(dashboards.list)).map(({ name }) => name), ["Mine"])
        yield* keeper(dashboards.delete(all.id, { version: 2 }))
        yield* analyst(dashboards.delete(own.id))
        assert.deepStrictEqual(yield* analyst(dashboards.list), [])
        const { items } = yield* system(Effect.flatMap(AuditLog, (audit) => audit.list({ subject: all.id })))
        assert.sameMembers(items.map(({ action }) => action), ["dashboard.update", "dashboard.create"])
      })
    )

    test(
      "shows no more tiles than can be worked out in a moment",
      Effect.gen(function*() {
        const dashboards = yield* Dashboards
        yield* TestClock.setTime(Date.parse("2026-11-20T12:00:00.000Z"))
        const hours = (title: string) =>
          tile(title, { definition: { figure: "sales", range: { last: 40, unit: "day" }, timeZone: "UTC", bucket: "hour" } })
        const { id } = yield* analyst(dashboards.create({
          name: "Hours",
          tiles: [...["1", "2", "3", "4", "5", "6"].map(hours), tile("Whole")]
        }))
        const { tiles } = yield* analyst(dashboards.read(id))
        assert.deepStrictEqual(tiles.map((one) => "failure" in one ? one.failure.code : one.title), [
          "1", "2", "3", "4", "5", "invalid_input", "Whole"
        ])
      })
    )

    test(
      "are handed to whom they are of, and their own go with them",
      Effect.gen(function*() {
        const dashboards = yield* Dashboards
        yield* keeper(dashboards.create({ name: "Mine", tiles: [tile("Sales")] }))
        yield* keeper(dashboards.create({ name: "All", tiles: [tile("Buyers")], shared: true }))
        yield* analyst(dashboards.create({ name: "Other", tiles: [] }))
        const holder = (yield* (yield* PersonalData).holders).find(({ name }) => name === "dashboards")
        const [all, mine, ...more] = yield* Stream.runCollect(holder?.hand("keeper") ?? Stream.empty)
        assert.deepInclude(all as object, { name: "All", shared: true, tiles: ["Buyers"] })
        assert.deepInclude(mine as object, { name: "Mine", shared: false, tiles: ["Sales"] })
        assert.lengthOf(more, 0)
        yield* holder?.forget("keeper") ?? Effect.void
        assert.deepStrictEqual((yield* keeper(dashboards.list)).map(({ name }) => name), ["All"])
        assert.deepStrictEqual((yield* analyst(dashboards.list)).map(({ name }) => name), ["All", "Other"])
      })
    )

    test(
      "are no more than may be, for each person and for the store, however many are made at once",
      Effect.gen(function*() {
        const dashboards = yield* Dashboards
        const make = (shared: boolean) =>
          Effect.forEach(Array.from({ length: maximumDashboards + 2 }), () => Effect.result(keeper(dashboards.create({ name: "One", tiles: [], shared }))), {
            concurrency: 8
          })
        for (const shared of [false, true]) {
          const failures = (yield* make(shared)).flatMap((one) => one._tag === "Failure" ? [one.failure] : [])
          assert.deepStrictEqual(failures.map(({ _tag }) => _tag), ["TooManyDashboards", "TooManyDashboards"])
        }
        const mine = (yield* keeper(dashboards.list)).find(({ shared }) => !shared)
        assert.strictEqual(yield* tagOf(keeper(dashboards.update(mine?.id ?? "", { shared: true }))), "TooManyDashboards")
        yield* analyst(dashboards.create({ name: "One", tiles: [] }))
        const many = Array.from({ length: 25 }, () => tile("Sales"))
        assert.strictEqual(yield* tagOf(analyst(dashboards.create({ name: "Wall", tiles: many }))), "InvalidInput")
      })
    )
  })
}
