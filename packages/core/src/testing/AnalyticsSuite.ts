/**
 * The figures of a shop, on every storage: always what the sum over the orders is.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Analytics } from "../analytics/Analytics.ts"
import { AnalyticsRepository } from "../analytics/AnalyticsRepository.ts"
import * as Calendar from "../analytics/Calendar.ts"
import type { SalesPeriod } from "../analytics/SalesFigures.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { type Order, OrderStatus } from "../orders/Order.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import { Promotions } from "../promotions/Promotions.ts"
import { Stores } from "../stores/Stores.ts"
import { Taxes } from "../tax/Taxes.ts"
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

/** How orders of a time stand and what was paid for them, worked out of the orders one by one. */
const standing = (all: ReadonlyArray<Order>, range: { readonly placedFrom?: string; readonly placedTo?: string }) => {
  const placed = all.filter(({ placedAt }) => placedAt >= (range.placedFrom ?? "") && placedAt < (range.placedTo ?? "9"))
  const paid = placed.filter((order) => order.paid.amount > 0)
  const sum = (of: (order: Order) => number) => placed.reduce((sum, order) => sum + of(order), 0)
  const revenue = { paid: sum((order) => order.paid.amount), refunded: sum((order) => order.refunded.amount) }
  return {
    total: placed.length,
    byStatus: Object.fromEntries(OrderStatus.literals.map((status) => [status, placed.filter((order) => order.status === status).length])),
    revenue: paid.length === 0 ? [] : [{
      currency: "USD",
      orders: paid.length,
      paid: Shop.usd(revenue.paid),
      refunded: Shop.usd(revenue.refunded),
      net: Shop.usd(revenue.paid - revenue.refunded)
    }]
  }
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
          for (const range of [{}, { placedFrom: span.from }, { placedTo: span.to }, { placedFrom: span.from, placedTo: span.to }]) {
            const { byStatus, revenue, total } = yield* orders.stats(range)
            assert.deepStrictEqual<unknown>({ total, byStatus, revenue }, standing(all, range), JSON.stringify(range))
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
        const repository = yield* AnalyticsRepository
        yield* system(repository.forgetSums)
        // of the last of these days a part is still to be summed up
        assert.strictEqual(yield* system(repository.fold(9)), 9)
        yield* isRight()
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
      "of buyers, refunds, taxes and promotions agree with those of sales, whatever they are compared with",
      Effect.gen(function*() {
        const analytics = yield* Analytics
        const payments = yield* Payments
        const promotions = yield* Promotions
        const taxes = yield* Taxes
        const { variantId: lamp } = yield* Shop.product({ title: "Lamp", stock: 100 })
        const { variantId: mug } = yield* Shop.product({ title: "Mug", stock: 100 })
        yield* system(taxes.create({ name: "Oregon", country: "US", taxClass: "standard", ratePpm: 80_000 }))
        yield* TestClock.setTime(Date.parse("2025-11-20T12:00:00.000Z"))
        const old = yield* place(lamp, 1, "ada@example.com")
        yield* TestClock.setTime(Date.parse("2026-11-20T12:00:00.000Z"))
        yield* system(promotions.create({
          name: "Ten off",
          action: { type: "percent_off_order", args: { ratePpm: 100_000 } }
        }))
        const again = yield* place(lamp, 2, "ada@example.com")
        const first = yield* place(lamp, 1, "bob@example.com")
        yield* place(lamp, 1, "cyn@example.com", "sandbox_decline")
        yield* TestClock.adjust("1 day")
        yield* system(payments.refund(first.id, { amount: Shop.usd(300), reason: "" }))
        const days = { from: "2026-11-20", to: "2026-11-20", compare: "year" } as const
        const sales = yield* system(analytics.sales(days))
        assert.strictEqual(sales.previous?.figures[0]?.total.amount, old.total.amount)
        assert.strictEqual(sales.previous?.from, "2025-11-20T00:00:00.000Z")
        const buyers = yield* system(analytics.buyers(days))
        assert.deepStrictEqual(buyers.whole.figures.map((figures) => ({ ...figures })), [{
          currency: Shop.usd(0).currency,
          newBuyers: 1,
          returningBuyers: 1,
          newOrders: 1,
          newKept: Shop.usd(first.total.amount - 300),
          returningOrders: 1,
          returningKept: again.total,
          erasedOrders: 0,
          erasedKept: Shop.usd(0)
        }])
        assert.deepStrictEqual([buyers.previous?.figures[0]?.newBuyers, buyers.previous?.figures[0]?.newKept], [1, old.total])
        const taxed = yield* system(analytics.taxes(days))
        assert.deepInclude(taxed.whole.figures[0], { country: "US", region: "OR", name: "Oregon", ratePpm: 80_000, orders: 2 })
        assert.strictEqual(taxed.whole.figures[0]?.tax.amount, sales.whole.figures[0]?.tax.amount)
        assert.isAbove(sales.whole.figures[0]?.tax.amount ?? 0, 0)
        const used = yield* system(analytics.promotions(days))
        assert.deepInclude(used.whole.figures[0], {
          name: "Ten off",
          orders: 2,
          discount: Shop.usd(again.discount.amount + first.discount.amount),
          revenue: Shop.usd(again.total.amount + first.total.amount)
        })
        assert.deepStrictEqual(used.previous?.figures, [])
        const back = yield* system(analytics.refunds({ from: "2026-11-20", to: "2026-11-21", bucket: "day" }))
        assert.deepStrictEqual(back.periods.map(({ figures }) => figures.map(({ amount, refunds }) => [refunds, amount.amount])), [[], [[1, 300]]])
        const worst = yield* system(analytics.topProducts({ from: "2026-11-20", to: "2026-11-20", order: "worst" }))
        assert.deepStrictEqual(worst.map(({ quantity, title, variantId }) => [title, variantId as string, quantity]), [["Mug", mug, 0], ["Lamp", lamp, 3]])
      })
    )

    test(
      "of stock say what it has cost, as far as that is known, and what it would be sold for",
      Effect.gen(function*() {
        const analytics = yield* Analytics
        const inventory = yield* Inventory
        yield* Shop.product({ title: "Lamp", stock: 10, price: Shop.usd(2_000), cost: Shop.usd(900) })
        const { variantId: mug } = yield* Shop.product({ title: "Mug", stock: 4, price: Shop.usd(500) })
        yield* Shop.product({ title: "Vase", stock: 0 })
        const north = yield* system(inventory.createLocation({ code: "north", name: "North" }))
        yield* system(inventory.adjust({ adjustments: [{ variantId: mug, locationId: north.id, delta: 3 }], reason: "found" }))
        const value = yield* system(analytics.stockValue)
        assert.deepInclude(value, { variants: 2, pieces: 17, costedPieces: 10, cost: Shop.usd(9_000), retail: Shop.usd(23_500) })
        assert.deepStrictEqual(
          value.locations.map(({ code, cost, costedPieces, pieces, retail, variants }) => [code, variants, pieces, costedPieces, cost.amount, retail.amount]),
          [["main", 2, 14, 10, 9_000, 22_000], ["north", 1, 3, 0, 0, 1_500]]
        )
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
        const acts = [
          analytics.sales(days),
          analytics.topProducts(days),
          analytics.dashboard,
          analytics.segments,
          analytics.buyers(days),
          analytics.refunds(days),
          analytics.taxes(days),
          analytics.promotions(days),
          analytics.stockValue
        ]
        for (const act of acts) {
          assert.strictEqual((yield* Effect.flip(pat(act as Effect.Effect<unknown, { readonly _tag: string }>)))._tag, "Forbidden")
        }
        assert.strictEqual((yield* Effect.flip(staff(analytics.rebuild)))._tag, "Forbidden")
        const other = yield* stores.create({ code: "other", name: "Other", currency: "EUR" })
        yield* within(other.id)(Effect.gen(function*() {
          assert.deepStrictEqual((yield* staff(analytics.sales(days))).whole.figures, [])
          assert.deepStrictEqual(yield* staff(analytics.topProducts(days)), [])
          assert.deepStrictEqual((yield* staff(analytics.segments)).segments, [])
          assert.deepStrictEqual((yield* staff(analytics.buyers(days))).whole.figures, [])
          assert.deepStrictEqual((yield* staff(analytics.stockValue)).locations, [])
          assert.deepStrictEqual(yield* staff(analytics.topProducts({ ...days, order: "worst" })), [])
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
