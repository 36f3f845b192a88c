/**
 * The figures of a shop, on every storage: always what the sum over the orders is.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Analytics } from "../analytics/Analytics.ts"
import * as Calendar from "../analytics/Calendar.ts"
import type { SalesPeriod } from "../analytics/SalesFigures.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import type { Order } from "../orders/Order.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { Stores } from "../stores/Stores.ts"
import * as Shop from "./Shop.ts"
import * as Chance from "./simulation/Chance.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))

const counts = ({ status }: Order) => status !== "pending" && status !== "failed" && status !== "cancelled"

/** What a time should sum up to, worked out of the orders one by one. */
const expected = (all: ReadonlyArray<Order>, { from, to }: Calendar.Span) => {
  const placed = all.filter(({ placedAt }) => placedAt >= from && placedAt < to)
  if (placed.length === 0) return []
  const sold = placed.filter(counts)
  const sum = (of: (order: Order) => number) => sold.reduce((sum, order) => sum + of(order), 0)
  const total = sum((order) => order.total.amount)
  const refunded = sum((order) => order.refunded.amount)
  const isFirst = ({ email, placedAt }: Order) =>
    !all.some((other) => counts(other) && other.email === email && other.placedAt < placedAt)
  return [{
    currency: "USD",
    placed: placed.length,
    cancelled: placed.filter(({ status }) => status === "cancelled").length,
    orders: sold.length,
    items: sum((order) => order.lines.reduce((pieces, { quantity }) => pieces + quantity, 0)),
    subtotal: Shop.usd(sum((order) => order.subtotal.amount)),
    discount: Shop.usd(sum((order) => order.discount.amount)),
    shipping: Shop.usd(sum((order) => order.shippingTotal.amount)),
    tax: Shop.usd(sum((order) => order.tax.amount)),
    total: Shop.usd(total),
    refunded: Shop.usd(refunded),
    kept: Shop.usd(total - refunded),
    averageOrder: Shop.usd(sold.length === 0 ? 0 : Math.round(total / sold.length)),
    firstOrders: sold.filter(isFirst).length
  }]
}

export const analyticsSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  const allOrders = Effect.gen(function*() {
    const orders = yield* Orders
    const { items } = yield* orders.list({ limit: 100 })
    return yield* Effect.forEach(items, ({ id }) => orders.get(id))
  }).pipe(system)

  const place = Effect.fnUntraced(function*(variantId: string, quantity: number, email: string, method?: Shop.Method) {
    const { order } = yield* Shop.place(yield* Shop.guest([variantId, quantity]), method, { email })
    return order
  })

  describe(`figures on ${harness.name}`, () => {
    test(
      "are the sum over the orders at any moment, whatever happened to them, in any days, pieces and time zone",
      Effect.gen(function*() {
        const analytics = yield* Analytics
        const orders = yield* Orders
        const payments = yield* Payments
        const chance = Chance.make(7)
        yield* TestClock.setTime(Date.parse("2026-10-23T21:00:00.000Z"))
        const { variantId: lamp } = yield* Shop.product({ title: "Lamp", stock: 1_000 })
        const { variantId: mug } = yield* Shop.product({ title: "Mug", stock: 1_000 })
        const zones = ["UTC", "America/St_Johns", "Asia/Kathmandu", "Europe/Berlin", "Pacific/Apia"] as const
        const buckets = [undefined, "hour", "day", "week", "month", "quarter", "year"] as const
        const isRight = Effect.fnUntraced(function*() {
          const all = yield* allOrders
          const timeZone = chance.pick(zones)
          const bucket = chance.pick(buckets)
          const day = 20 + chance.below(8)
          const query = { from: `2026-10-${day}`, to: `2026-10-${day + chance.below(4)}`, timeZone }
          const report = yield* analytics.sales({ ...query, ...(bucket === undefined ? {} : { bucket }), compare: true })
          const said = ({ figures }: SalesPeriod) => figures.map((one) => ({ ...one }))
          for (const period of [report.whole, ...report.periods, ...(report.previous === null ? [] : [report.previous])]) {
            assert.deepStrictEqual(said(period) as ReadonlyArray<unknown>, expected(all, period), JSON.stringify(query))
          }
          const ends = bucket === undefined ? [] : [report.whole.from, report.whole.to]
          assert.deepStrictEqual([...report.periods.slice(0, 1).map(({ from }) => from), ...report.periods.slice(-1).map(({ to }) => to)], ends)
          const zone = Calendar.zone(timeZone)
          const span = zone === undefined ? report.whole : Calendar.days(query.from, query.to, zone)
          for (const by of ["revenue", "quantity"] as const) {
            const lines = all.filter(({ placedAt, ...order }) => counts({ placedAt, ...order }) && placedAt >= span.from && placedAt < span.to)
              .flatMap((order) => order.lines)
            const sums = [lamp, mug].flatMap((variantId) => {
              const own = lines.filter((line) => line.variantId === variantId)
              const sum = (of: (line: (typeof own)[number]) => number) => own.reduce((sum, line) => sum + of(line), 0)
              return own.length === 0 ? [] : [{ variantId, quantity: sum((line) => line.quantity), revenue: sum((line) => line.net.amount) }]
            }).sort((a, b) => b[by] - a[by] || b.revenue - a.revenue || b.quantity - a.quantity || (a.variantId < b.variantId ? -1 : 1))
            const top = yield* analytics.topProducts({ ...query, by })
            assert.deepStrictEqual(
              top.map(({ quantity, revenue, variantId }) => ({ variantId: variantId as string, quantity, revenue: revenue.amount })),
              sums,
              JSON.stringify(query)
            )
          }
        }, system)
        for (let step = 0; step < 24; step++) {
          yield* TestClock.adjust(`${1 + chance.below(600)} minutes`)
          const email = `buyer${chance.below(4)}@example.com`
          const order = yield* place(
            chance.oneIn(2) ? lamp : mug,
            1 + chance.below(3),
            email,
            chance.oneIn(5) ? "sandbox_redirect" : chance.oneIn(6) ? "sandbox_decline" : undefined
          )
          if (order.status === "pending" && chance.oneIn(2)) yield* system(orders.cancel(order.id))
          if (order.status === "paid") {
            const what = chance.below(4)
            if (what === 0) yield* system(payments.refund(order.id, { amount: Shop.usd(100 + chance.below(100)), reason: "" }))
            if (what === 1) yield* system(payments.refund(order.id, { reason: "" }))
            if (what === 2) yield* system(orders.changeStatus(order.id, { event: "ship" }))
          }
          if (chance.oneIn(3)) yield* system(analytics.fold)
          if (step % 3 === 2) yield* isRight()
        }
        assert.isAbove(yield* system(analytics.rebuild), 0)
        yield* isRight()
        assert.strictEqual(yield* system(analytics.fold), 0)
      })
    )

    test(
      "of a dashboard say what was sold today and in thirty days, and what waits for somebody",
      Effect.gen(function*() {
        const analytics = yield* Analytics
        const stores = yield* Stores
        const orders = yield* Orders
        yield* stores.update({ settings: { timeZone: "Asia/Tokyo" } })
        const { variantId } = yield* Shop.product({ stock: 100 })
        // 23:30 in Tokyo, and half an hour later another day
        yield* TestClock.setTime(Date.parse("2026-11-20T14:30:00.000Z"))
        const first = yield* place(variantId, 1, "ada@example.com")
        yield* TestClock.adjust("1 hour")
        yield* place(variantId, 1, "ada@example.com", "sandbox_redirect")
        const second = yield* place(variantId, 2, "ada@example.com")
        yield* system(orders.changeStatus(first.id, { event: "ship" }))
        const board = yield* system(analytics.dashboard)
        const said = ({ figures }: SalesPeriod) =>
          figures.map(({ firstOrders, items, orders, placed, total }) => ({ placed, orders, items, total, firstOrders }))
        assert.strictEqual(board.timeZone, "Asia/Tokyo")
        assert.deepStrictEqual(said(board.today), [{ placed: 2, orders: 1, items: 2, total: second.total, firstOrders: 0 }])
        assert.deepStrictEqual(said(board.month), [{
          placed: 3,
          orders: 2,
          items: 3,
          total: Shop.usd(first.total.amount + second.total.amount),
          firstOrders: 1
        }])
        assert.deepStrictEqual(said(board.monthBefore), [])
        assert.deepStrictEqual(board.openOrders, { pending: 1, paid: 1 })
        assert.deepStrictEqual([board.requestedReturns, board.pendingReviews], [0, 0])
      })
    )

    test(
      "of buyers say who is new, who comes back and who stays away, and forget who is forgotten",
      Effect.gen(function*() {
        const analytics = yield* Analytics
        const { variantId } = yield* Shop.product({ stock: 100 })
        yield* TestClock.setTime(Date.parse("2024-01-10T12:00:00.000Z"))
        const lost = yield* place(variantId, 1, "lost@example.com")
        yield* TestClock.setTime(Date.parse("2025-08-10T12:00:00.000Z"))
        yield* place(variantId, 1, "once@example.com")
        yield* place(variantId, 1, "lapsing@example.com")
        yield* TestClock.adjust("1 day")
        yield* place(variantId, 1, "lapsing@example.com")
        yield* TestClock.setTime(Date.parse("2026-01-10T12:00:00.000Z"))
        yield* place(variantId, 1, "new@example.com")
        yield* place(variantId, 1, "active@example.com")
        yield* TestClock.adjust("1 day")
        yield* place(variantId, 2, "active@example.com")
        const said = Effect.map(system(analytics.segments), ({ segments }) =>
          segments.map(({ buyers, kept, lifetimeValue, orders, segment }) => [segment, buyers, orders, kept.amount, lifetimeValue.amount]))
        const one = lost.total.amount
        const goods = one - Shop.shippingRate.amount
        const standing = [
          ["active", 1, 2, 2 * one + goods, 2 * one + goods],
          ["lapsing", 1, 2, 2 * one, 2 * one],
          ["lost", 1, 1, one, one],
          ["new", 1, 1, one, one],
          ["once", 1, 1, one, one]
        ]
        assert.deepStrictEqual(yield* said, standing)
        yield* system(analytics.fold)
        assert.deepStrictEqual(yield* said, standing)
        // who is forgotten is in no segment, at once; what they bought stays in the sales
        const ada = yield* Shop.account("ada@example.com")
        for (const as of [Shop.customer(ada, [variantId, 1]), Shop.guest([variantId, 1])]) {
          yield* Shop.place(yield* as, undefined, { email: "ada@example.com" })
        }
        yield* system(analytics.fold)
        const orders = yield* OrderRepository
        yield* orders.forget(ada)
        // an order that was placed without the account still has the address
        assert.deepStrictEqual((yield* said).find(([segment]) => segment === "new"), ["new", 2, 2, 2 * one, one])
        yield* system(analytics.fold)
        assert.deepStrictEqual((yield* said).find(([segment]) => segment === "new"), ["new", 2, 2, 2 * one, one])
        const { whole } = yield* system(analytics.sales({ from: "2026-01-10", to: "2026-01-12" }))
        assert.strictEqual(whole.figures[0]?.orders, 5)
      })
    )

    test(
      "are for who may see them, of one store, and asked for in days that there are",
      Effect.gen(function*() {
        const analytics = yield* Analytics
        const stores = yield* Stores
        const { variantId } = yield* Shop.product({ stock: 100 })
        yield* TestClock.setTime(Date.parse("2026-11-20T14:30:00.000Z"))
        yield* place(variantId, 1, "ada@example.com")
        const days = { from: "2026-11-01", to: "2026-11-30" }
        const staff = Actor.as(Actor.staff("analyst", ["analytics:read"]))
        assert.strictEqual((yield* staff(analytics.sales(days))).whole.figures[0]?.orders, 1)
        const pat = Actor.as(Actor.staff("pat", ["orders:read"]))
        for (const act of [analytics.sales(days), analytics.topProducts(days), analytics.dashboard, analytics.segments]) {
          assert.strictEqual((yield* Effect.flip(pat(act as Effect.Effect<unknown, { readonly _tag: string }>)))._tag, "Forbidden")
        }
        assert.strictEqual((yield* Effect.flip(staff(analytics.rebuild)))._tag, "Forbidden")
        const other = yield* stores.create({ code: "other", name: "Other", currency: "EUR" })
        yield* within(other.id)(Effect.gen(function*() {
          assert.deepStrictEqual((yield* staff(analytics.sales(days))).whole.figures, [])
          assert.deepStrictEqual(yield* staff(analytics.topProducts(days)), [])
          assert.deepStrictEqual((yield* staff(analytics.segments)).segments, [])
        }))
        const refused = (query: Parameters<typeof analytics.sales>[0]) =>
          Effect.map(Effect.flip(staff(analytics.sales(query))), (error) => error._tag === "InvalidInput" ? error.faults[0]?.path[0] : error._tag)
        assert.strictEqual(yield* refused({ from: "2026-11-30", to: "2026-11-01" }), "to")
        assert.strictEqual(yield* refused({ from: "2026-02-30", to: "2026-03-01" }), "from")
        assert.strictEqual(yield* refused({ from: "1900-01-01", to: "2026-03-01" }), "to")
        assert.strictEqual(yield* refused({ ...days, timeZone: "Mars/Olympus" }), "timeZone")
        assert.strictEqual(yield* refused({ from: "2026-01-01", to: "2026-12-31", bucket: "hour" }), "bucket")
        // the job that keeps the sums
        const jobs = yield* Jobs
        yield* system(jobs.runCron("analytics.fold"))
        yield* jobs.drain
        assert.strictEqual(yield* system(analytics.fold), 0)
        assert.strictEqual((yield* staff(analytics.sales(days))).whole.figures[0]?.orders, 1)
      })
    )
  })
}
