import { sqlite } from "@stoa/adapter-sqlite"
import * as MemoryMedia from "@stoa/core/testing/MemoryMedia"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"
import { placed } from "./testing/PlacedOrder.ts"

describe("figures over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  let owner: Awaited<ReturnType<typeof server.signInOwner>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }), { media: { storage: MemoryMedia.make().storage } })
    owner = await server.signInOwner()
  })
  afterAll(() => server.close())

  it("are for staff: sales, products, buyers and a dashboard in one call", async () => {
    const { shop } = server
    const today = () => new Date().toISOString().slice(0, 10)
    // a day and a month may end at any moment of a test
    const began = today()
    const { order, productId } = await placed(shop, 2)
    const day = order.placedAt.slice(0, 10)
    const query = { from: began, to: day, timeZone: "UTC" }
    const hours = began === day ? 24 : 48
    const inMonth = async <A>(ask: () => Promise<A>): Promise<readonly [A, isThatOfTheOrder: boolean]> => {
      for (;;) {
        const before = today().slice(0, 7)
        const answer = await ask()
        if (before === today().slice(0, 7)) return [answer, before === day.slice(0, 7)]
      }
    }
    const staff = owner.as.analytics
    const sales = await staff.sales({ query: { ...query, bucket: "hour", compare: true } })
    assert.deepInclude(sales.whole.figures[0], { orders: 1, items: 2, total: { ...order.total }, firstOrders: 1 })
    assert.lengthOf(sales.periods, hours)
    assert.deepStrictEqual(sales.previous?.figures, [])
    assert.deepStrictEqual(await staff.trends({ query: { ...query, bucket: "hour", compare: true } }), sales)
    const best = await staff.products({ query: { ...query, by: "quantity", limit: 5 } })
    assert.deepInclude(best.items[0], { title: "Lamp", quantity: 2, productId })
    assert.deepStrictEqual(await staff.topOfDashboard({ query }), best)
    assert.deepStrictEqual((await staff.customers()).segments.map(({ buyers, segment }) => [segment, buyers]), [["new", 1]])
    const buyers = await staff.buyers({ query: { ...query, compare: "year" } })
    assert.deepInclude(buyers.whole.figures[0], { newBuyers: 1, returningBuyers: 0, newKept: { ...order.total } })
    assert.deepStrictEqual(buyers.previous?.figures, [])
    assert.deepStrictEqual((await staff.refunds({ query: { ...query, compare: true, bucket: "hour" } })).periods.length, hours)
    assert.deepStrictEqual((await staff.taxes({ query })).whole.figures, [])
    assert.deepStrictEqual((await staff.invoicedTaxes({ query })).whole.figures, [])
    assert.deepInclude((await staff.vendors({ query })).whole.figures[0], { vendorId: null, vendor: null, orders: 1, pieces: 2 })
    assert.deepStrictEqual((await staff.promotions({ query: { ...query, by: "code" } })).whole.figures, [])
    assert.deepInclude(await staff.stock(), { variants: 1 })
    assert.deepInclude((await staff.products({ query: { ...query, order: "worst" } })).items[0], { title: "Lamp", quantity: 2 })
    assert.deepStrictEqual(
      await problem(staff.buyers({ query: { ...query, compare: "decade" as "year" } })),
      [400, "invalid_input"]
    )
    assert.deepStrictEqual(await problem(staff.forecast({ query: { bucket: "day", steps: 7 } })), [409, "history_too_short"])
    assert.deepInclude((await staff.demand({ query: { leadDays: 7 } })).items[0], { title: "Lamp", available: 8, reorder: 0 })
    assert.deepInclude((await staff.funnel({ query: { ...query, bucket: "hour" } })).whole.figures[0], { orders: 1, sold: 1 })
    const { cohorts } = await staff.cohorts({ query: { months: 2 } })
    const own = cohorts.find(({ from, to }) => from <= order.placedAt && order.placedAt < to)
    assert.deepInclude(own?.months[0], { buyers: 1, orders: 1 })
    assert.deepInclude((await staff.rfm({ query: {} })).cells[0], { buyers: 1, segment: "hibernating" })
    assert.deepInclude(await staff.lifetimeValue({ query: {} }), { buyers: 1, historic: { ...order.total }, predicted: null })
    const [board, isOfTheMonth] = await inMonth(() => staff.dashboard())
    assert.deepStrictEqual([board.month.figures[0]?.orders, board.openOrders], [isOfTheMonth ? 1 : undefined, { paid: 1 }])
    assert.deepStrictEqual(await problem(staff.sales({ query: { from: day, to: "2020-01-01" } })), [400, "invalid_input"])
    const made = await owner.as.reports.make({ payload: { definition: { figure: "sales", range: { from: day, to: day } }, name: "To day" } })
    assert.deepInclude(made, { status: "waiting", progress: 0 })
    assert.deepStrictEqual(await problem(owner.as.reports.file({ params: { id: made.id } })), [409, "report_not_ready"])
    await shop.jobs.drain()
    assert.deepInclude(await owner.as.reports.get({ params: { id: made.id } }), { status: "ready", progress: 100, lines: 1 })
    const answer = await server.handler(
      new Request(`http://shop.test/api/v1/admin/reports/${made.id}/file`, { headers: { authorization: `Bearer ${owner.accessToken}` } })
    )
    assert.deepStrictEqual([answer.status, answer.headers.get("content-type"), answer.headers.get("content-disposition")], [
      200,
      "text/csv; charset=utf-8",
      "attachment; filename=\"to-day.csv\""
    ])
    assert.include(await answer.text(), `asked,${day}T00:00:00.000Z,`)
    const definition = { figure: "taxes", range: { last: 1, unit: "month" } } as const
    const saved = await owner.as.reports.save({ payload: { name: "Taxes", definition } })
    assert.deepStrictEqual((await owner.as.reports.saved()).items, [saved])
    await owner.as.reports.updateSaved({ params: { id: saved.id }, payload: { name: "VAT" } })
    assert.deepStrictEqual(
      await problem(owner.as.reports.updateSaved({ params: { id: saved.id }, payload: { name: "GST", version: 1 } })),
      [412, "version_conflict"]
    )
    const schedule = { every: "month", hour: 7, monthDay: 2, recipients: [owner.user.id] } as const
    const monthly = await owner.as.reports.updateSaved({ params: { id: saved.id }, payload: { schedule } })
    assert.deepInclude(monthly, { schedule, version: 3 })
    assert.match(monthly.nextAt ?? "", /-02T07:00:00\.000Z$/)
    assert.deepStrictEqual(
      await problem(owner.as.reports.updateSaved({ params: { id: saved.id }, payload: { schedule: { ...schedule, format: "pdf" } } })),
      [400, "report_format_unavailable"]
    )
    await owner.as.reports.deleteSaved({ params: { id: saved.id } })
    await owner.as.reports.delete({ params: { id: made.id } })
    assert.deepStrictEqual((await owner.as.reports.list({ query: {} })).items, [])

    const { dashboards, metrics } = owner.as
    const metric = await metrics.create({ payload: { name: "Kept for a piece", formula: "kept / items", unit: "money" } })
    assert.deepStrictEqual((await metrics.list()).items, [metric])
    const { whole } = await metrics.values({ params: { id: metric.id }, query: { ...query, bucket: "hour" } })
    const each = Math.floor(order.total.amount / 2 + 0.5)
    assert.deepStrictEqual(whole.figures, [{ currency: order.total.currency, value: each }])
    assert.deepStrictEqual(await problem(metrics.create({ payload: { name: "Wrong", formula: "kept / visits", unit: "money" } })), [
      400,
      "invalid_input"
    ])
    const tile = { title: "Kept", view: "number", definition: { figure: "metric", metricId: metric.id, range: { from: began, to: day } } } as const
    const mornings = await dashboards.create({ payload: { name: "Mornings", tiles: [tile], shared: true } })
    assert.deepStrictEqual((await dashboards.list()).items, [mornings])
    assert.deepStrictEqual(await dashboards.get({ params: { id: mornings.id } }), mornings)
    const { tiles: [shown] } = await dashboards.figures({ params: { id: mornings.id } })
    assert.isTrue(shown !== undefined && "rows" in shown && shown.rows[0]?.[shown.chart.value] === (each / 100).toFixed(2))
    const renamed = await dashboards.update({ params: { id: mornings.id }, payload: { name: "Evenings" } })
    assert.deepInclude(renamed, { name: "Evenings", tiles: [tile], version: 2 })
    assert.deepStrictEqual(
      await problem(dashboards.update({ params: { id: mornings.id }, payload: { name: "Nights", version: 1 } })),
      [412, "version_conflict"]
    )
    await metrics.update({ params: { id: metric.id }, payload: { unit: "money", version: 1 } })
    await metrics.delete({ params: { id: metric.id } })
    assert.deepStrictEqual(await problem(metrics.get({ params: { id: metric.id } })), [404, "metric_not_found"])
    assert.deepInclude((await dashboards.figures({ params: { id: mornings.id } })).tiles[0], {
      failure: { code: "metric_not_found", message: `There is no metric ${metric.id}` }
    })
    await dashboards.delete({ params: { id: mornings.id } })
    assert.deepStrictEqual(await problem(dashboards.figures({ params: { id: mornings.id } })), [404, "dashboard_not_found"])

    const pat = await server.signIn("pat@example.com")
    assert.deepStrictEqual(await problem(pat.as.dashboards.list()), [403, "forbidden"])
    assert.deepStrictEqual(await problem(pat.as.analytics.dashboard()), [403, "forbidden"])
  })
})
