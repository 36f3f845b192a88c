/**
 * Forecasts on every storage: of what was sold, by whoever may see it.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Analytics } from "../analytics/Analytics.ts"
import { Forecasts } from "../forecasts/Forecasts.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { Orders } from "../orders/Orders.ts"
import { Stores } from "../stores/Stores.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const analyst = Actor.as(Actor.staff("analyst", ["analytics:read"]))

export const forecastSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  describe(`forecasts on ${harness.name}`, () => {
    test(
      "are of the whole days before today, and of stock say what to order",
      Effect.gen(function*() {
        const forecasts = yield* Forecasts
        const analytics = yield* Analytics
        const orders = yield* Orders
        const stores = yield* Stores
        const { variantId: lamp } = yield* Shop.product({ title: "Lamp", stock: 30 })
        const { variantId: mug } = yield* Shop.product({ title: "Mug", stock: 5 })
        yield* TestClock.setTime(Date.parse("2026-11-01T12:00:00.000Z"))
        const place = Effect.fnUntraced(function*(quantity: number) {
          const { order } = yield* Shop.place(yield* Shop.guest([lamp, quantity]), undefined, { email: "ada@example.com" })
          return order
        })
        for (let day = 0; day < 4; day++) {
          yield* place(2)
          yield* TestClock.adjust("1 day")
        }
        const short = yield* Effect.flip(analyst(forecasts.sales()))
        assert.deepInclude(short, { _tag: "HistoryTooShort", pieces: 4, minimum: 8 })
        for (let day = 4; day < 10; day++) {
          yield* place(2)
          yield* TestClock.adjust("1 day")
          if (day === 6) yield* system(analytics.fold)
        }
        // one that is called off, and what is sold today, are no history
        const off = yield* place(3)
        yield* system(orders.cancel(off.id))
        yield* place(4)
        const forecast = yield* analyst(forecasts.sales({ measure: "items", steps: 3, interval: 90 }))
        assert.deepInclude(forecast, { currency: Shop.usd(0).currency, bucket: "day", history: 10, interval: 90 })
        assert.deepStrictEqual(
          forecast.points.map(({ expected, from, high, low }) => [from as string, low, expected, high]),
          [["2026-11-11T00:00:00.000Z", 2, 2, 2], ["2026-11-12T00:00:00.000Z", 2, 2, 2], ["2026-11-13T00:00:00.000Z", 2, 2, 2]]
        )
        assert.deepInclude(forecast.error, { held: 2, smape: 0 })
        const all = yield* analyst(forecasts.demand({ leadDays: 10 }))
        const said = all.items.map(({ available, enough, expected, history, lastsDays, method, reorder, safetyStock, title, variantId }) => ({
          variantId: variantId as string,
          title,
          method: method === "none" ? method : "fitted",
          history,
          expected,
          enough,
          safetyStock,
          available,
          reorder,
          lastsDays
        })).sort((a, b) => (a.title < b.title ? -1 : 1))
        assert.deepStrictEqual(said, [
          {
            variantId: lamp,
            title: "Lamp",
            method: "fitted",
            history: 10,
            expected: 20,
            enough: 20,
            safetyStock: 0,
            available: 6,
            reorder: 14,
            lastsDays: 3
          },
          {
            variantId: mug,
            title: "Mug",
            method: "none",
            history: 0,
            expected: 0,
            enough: 0,
            safetyStock: 0,
            available: 5,
            reorder: 0,
            lastsDays: null
          }
        ])
        // page by page, or of one
        const first = yield* analyst(forecasts.demand({ leadDays: 10, limit: 1 }))
        assert.lengthOf(first.items, 1)
        const second = yield* analyst(forecasts.demand({ leadDays: 10, limit: 1, after: first.nextCursor ?? "" }))
        assert.deepStrictEqual([...first.items, ...second.items], all.items)
        assert.isNull(second.nextCursor)
        assert.deepStrictEqual(
          (yield* analyst(forecasts.demand({ leadDays: 10, variantId: mug }))).items,
          all.items.filter(({ variantId }) => variantId === mug)
        )
        // for who may see it, in one store, and asked for in what there is
        const pat = Actor.as(Actor.staff("pat", ["orders:read"]))
        assert.strictEqual((yield* Effect.flip(pat(forecasts.sales())))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(pat(forecasts.demand())))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(analyst(forecasts.demand({ after: "nowhere" }))))._tag, "InvalidInput")
        assert.strictEqual((yield* Effect.flip(analyst(forecasts.sales({ timeZone: "Mars/Olympus" }))))._tag, "InvalidInput")
        const other = yield* system(stores.create({ code: "other", name: "Other", currency: "EUR" }))
        yield* within(other.id)(Effect.gen(function*() {
          assert.deepStrictEqual((yield* analyst(forecasts.demand())).items, [])
          assert.strictEqual((yield* Effect.flip(analyst(forecasts.sales())))._tag, "HistoryTooShort")
        }))
      })
    )
  })
}
