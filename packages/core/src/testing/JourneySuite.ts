/**
 * Figures of people on every storage: what became of their carts, when they come back, and what they bring.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Analytics } from "../analytics/Analytics.ts"
import { Carts } from "../cart/Carts.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { Payments } from "../payments/Payments.ts"
import { Stores } from "../stores/Stores.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const analyst = Actor.as(Actor.staff("analyst", ["analytics:read"]))

export const journeySuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  const place = Effect.fnUntraced(function*(variantId: string, email: string, quantity = 1) {
    const { order } = yield* Shop.place(yield* Shop.guest([variantId, quantity]), undefined, { email })
    return order
  })

  describe(`figures of people on ${harness.name}`, () => {
    test(
      "say what became of carts, those that were thrown away since, too",
      Effect.gen(function*() {
        const analytics = yield* Analytics
        const carts = yield* Carts
        const payments = yield* Payments
        const { variantId } = yield* Shop.product({ stock: 100 })
        yield* TestClock.setTime(Date.parse("2026-06-10T12:00:00.000Z"))
        yield* Shop.guest()
        yield* Shop.guest([variantId, 1])
        const known = yield* Shop.guest([variantId, 1])
        yield* Actor.as(known.actor)(carts.update(known.cart.id, { email: "ada@example.com" }))
        yield* place(variantId, "bob@example.com")
        yield* Shop.place(yield* Shop.guest([variantId, 1]), "sandbox_redirect", { email: "cyn@example.com" })
        const back = yield* place(variantId, "dan@example.com")
        yield* system(payments.refund(back.id, { reason: "" }))
        const query = { from: "2026-06-10", to: "2026-06-11", bucket: "day", compare: true } as const
        const funnel = { carts: 5, checkouts: 4, orders: 3, sold: 2 }
        const none = { carts: 0, checkouts: 0, orders: 0, sold: 0 }
        const said = Effect.map(analyst(analytics.funnel(query)), ({ periods, previous, whole }) => [whole, ...periods, previous].map((one) => one?.figures))
        assert.deepStrictEqual(yield* said, [[funnel], [funnel], [none], [none]])
        yield* TestClock.adjust("40 days")
        assert.strictEqual(yield* carts.deleteExpired, 3)
        assert.deepStrictEqual(yield* said, [[funnel], [funnel], [none], [none]])
      })
    )

    test(
      "say who came back in which month, how they stand, and what they bring",
      Effect.gen(function*() {
        const analytics = yield* Analytics
        const stores = yield* Stores
        const { variantId } = yield* Shop.product({ stock: 1_000 })
        const time = (at: string) => TestClock.setTime(Date.parse(`${at}T12:00:00.000Z`))
        yield* time("2026-06-10")
        const one = (yield* place(variantId, "ada@example.com")).total
        yield* place(variantId, "bob@example.com")
        yield* time("2026-07-10")
        yield* place(variantId, "ada@example.com")
        yield* place(variantId, "ada@example.com")
        yield* place(variantId, "cyn@example.com")
        yield* system(analytics.fold)
        yield* time("2026-08-31")
        // still June for who was first then, and already September in Auckland
        yield* place(variantId, "bob@example.com")
        const report = yield* analyst(analytics.cohorts({ months: 3 }))
        const kept = (orders: number) => Shop.usd(orders * one.amount)
        const none = { buyers: 0, orders: 0, kept: Shop.usd(0) }
        assert.deepStrictEqual(report.cohorts.map(({ buyers, from, months }) => [from.slice(0, 10), buyers, months] as const), [
          ["2026-06-01", 2, [
            { buyers: 2, orders: 2, kept: kept(2) },
            { buyers: 1, orders: 2, kept: kept(2) },
            { buyers: 1, orders: 1, kept: kept(1) }
          ]],
          ["2026-07-01", 1, [{ buyers: 1, orders: 1, kept: kept(1) }, none]],
          ["2026-08-01", 0, [none]]
        ])
        const auckland = yield* analyst(analytics.cohorts({ months: 2, timeZone: "Pacific/Auckland" }))
        assert.deepStrictEqual(auckland.cohorts.map(({ from }) => from as string), ["2026-07-31T12:00:00.000Z", "2026-08-31T12:00:00.000Z"])

        const rfm = yield* analyst(analytics.rfm({}))
        assert.deepStrictEqual(
          rfm.cells.map(({ buyers, frequency, monetary, orders, recency, segment }) => [recency, frequency, monetary, segment, buyers, orders]),
          // of three buyers: bob was here last, then ada and cyn at once; ada bought most often
          [[4, 2, 2, "loyal", 1, 2], [1, 4, 4, "at_risk", 1, 3], [1, 1, 1, "hibernating", 1, 1]]
        )
        assert.deepStrictEqual(rfm.segments.map(({ buyers, kept, segment }) => [segment, buyers, kept.amount]), [
          ["at_risk", 1, 3 * one.amount],
          ["hibernating", 1, one.amount],
          ["loyal", 1, 2 * one.amount]
        ])

        const value = yield* analyst(analytics.lifetimeValue({}))
        assert.deepInclude(value, { buyers: 3, orders: 6, kept: kept(6), historic: kept(2), predicted: null })
        // with enough buyers there is a model: some come back each month, most do not
        const orders = yield* OrderRepository
        yield* time("2026-09-01")
        for (let buyer = 0; buyer < 50; buyer++) yield* place(variantId, `buyer${buyer}@example.com`)
        yield* time("2026-10-01")
        for (let buyer = 0; buyer < 10; buyer++) yield* place(variantId, `buyer${buyer}@example.com`)
        yield* time("2026-11-01")
        const later = yield* analyst(analytics.lifetimeValue({}))
        assert.deepInclude(later, { buyers: 53, orders: 66 })
        assert.deepInclude(later.predicted, { method: "BG/NBD", sample: 53, days: 365 })
        assert.isAbove(later.predicted?.orders ?? 0, 0.05)
        assert.isBelow(later.predicted?.orders ?? 0, 3)
        assert.strictEqual(later.predicted?.lifetime.amount, later.historic.amount + (later.predicted?.value.amount ?? 0))
        // who is forgotten is nobody's buyer any more
        const ada = yield* Shop.account("ada@example.com")
        yield* Shop.place(yield* Shop.customer(ada, [variantId, 1]), undefined, { email: "ada@example.com" })
        yield* orders.forget(ada)
        assert.deepInclude(yield* analyst(analytics.lifetimeValue({})), { buyers: 53, orders: 66 })

        const pat = Actor.as(Actor.staff("pat", ["orders:read"]))
        const days = { from: "2026-06-01", to: "2026-06-30" }
        for (const act of [analytics.funnel(days), analytics.cohorts({}), analytics.rfm({}), analytics.lifetimeValue({})]) {
          assert.strictEqual((yield* Effect.flip(pat(act as Effect.Effect<unknown, { readonly _tag: string }>)))._tag, "Forbidden")
        }
        const other = yield* system(stores.create({ code: "other", name: "Other", currency: "USD" }))
        yield* within(other.id)(Effect.gen(function*() {
          assert.strictEqual((yield* analyst(analytics.cohorts({ months: 36 }))).cohorts.reduce((sum, { buyers }) => sum + buyers, 0), 0)
          assert.deepStrictEqual((yield* analyst(analytics.rfm({}))).cells, [])
          assert.deepInclude(yield* analyst(analytics.lifetimeValue({})), { buyers: 0, orders: 0, predicted: null })
          assert.deepInclude((yield* analyst(analytics.funnel(days))).whole.figures[0], { carts: 0 })
        }))
      })
    )
  })
}
