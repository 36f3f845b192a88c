/**
 * The live feed of a shop, on any storage: what happens is told once, in its order, to who may see figures.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Analytics } from "../analytics/Analytics.ts"
import type { FollowFeed } from "../analytics/ShopFeed.ts"
import { EventRepository } from "../events/EventRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { Reviews } from "../reviews/Reviews.ts"
import { Stores } from "../stores/Stores.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))
const analyst = Actor.as(Actor.staff("user_desk", ["analytics:read"]))

/** The first entries of the feed, which were written before it is asked. */
const first = (count: number, options: typeof FollowFeed.Encoded = {}) =>
  analyst(Effect.flatMap(Analytics, (analytics) => Stream.runCollect(Stream.take(analytics.follow(options), count))))

const typesOf = (entries: ReadonlyArray<{ readonly type: string }>) => entries.map(({ type }) => type)

export const shopFeedSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(body, Shop.layer(harness.storage())))

  describe(`the feed of a shop on ${harness.name}`, () => {
    test("tells orders, payments and stock that runs out, and of no person", Effect.gen(function*() {
      const { variantId } = yield* Shop.product({ stock: 6, requiresShipping: false })
      const { order } = yield* Shop.place(yield* Shop.guest([variantId, 2]))
      const entries = yield* first(4)
      assert.deepStrictEqual(typesOf(entries).sort(), ["order.paid", "order.placed", "payment.captured", "stock.low"])
      const of = (type: string) => entries.find((entry) => entry.type === type)
      assert.deepInclude(of("order.placed"), { orderId: order.id, number: order.number, amount: Shop.usd(4_000), variantId: null })
      assert.deepInclude(of("stock.low"), { orderId: null, variantId, available: 4, title: "Walnut board" })
      assert.notInclude(JSON.stringify(entries), "ada@example.com")
    }))

    test("tells that a review was written, with its stars and without its words", Effect.gen(function*() {
      const { productId } = yield* Shop.product()
      const ada = yield* Shop.account("ada@example.com")
      yield* Actor.as(Actor.customer(ada))(
        Effect.flatMap(Reviews, (reviews) => reviews.create({ product: productId, rating: 4, title: "Bright", text: "It lights the whole room.", authorName: "Ada" }))
      )
      const entries = yield* first(1)
      assert.deepStrictEqual(
        entries.map(({ orderId, productId, rating, title, type }) => [type, orderId, productId, rating, title]),
        [["review.written", null, productId, 4, "Walnut board"]]
      )
      assert.notMatch(JSON.stringify(entries), /Bright|lights|Ada/)
    }))

    test("goes on after an entry, and begins with the newest where nobody has said after which", Effect.gen(function*() {
      const { variantId } = yield* Shop.product({ stock: 900, requiresShipping: false })
      const orders: Array<string> = []
      for (let count = 0; count < 20; count++) orders.push((yield* Shop.place(yield* Shop.guest([variantId, 1]))).order.id)
      const lately = yield* first(50)
      assert.strictEqual(lately.at(-1)?.orderId, orders.at(-1))
      const entry = lately[10]
      const rest = yield* first(39, { after: entry?.id ?? "" })
      assert.deepStrictEqual(rest.map(({ id }) => id), lately.slice(11).map(({ id }) => id))
      // what nobody knows is nowhere
      assert.lengthOf(yield* first(50, { after: "evt_00000000000000000000000000" }), 50)
    }))

    test("tells what comes while it is read, each entry once", Effect.gen(function*() {
      const { variantId } = yield* Shop.product({ stock: 900, requiresShipping: false })
      yield* Shop.place(yield* Shop.guest([variantId, 1]))
      const placed = yield* analyst(Effect.flatMap(Analytics, (analytics) =>
        analytics.follow().pipe(
          Stream.filter(({ type }) => type === "order.placed"),
          // whoever has heard of an order makes the next one
          Stream.tap(() => Effect.flatMap(Shop.guest([variantId, 1]), (buyer) => Shop.place(buyer))),
          Stream.take(4),
          Stream.runCollect
        )))
      const numbers = placed.map(({ number }) => number ?? 0)
      assert.deepStrictEqual(numbers, [0, 1, 2, 3].map((more) => (numbers[0] ?? 0) + more))
    }))

    test("is for staff who see figures, and of their own store", Effect.gen(function*() {
      const { variantId } = yield* Shop.product({ stock: 900, requiresShipping: false })
      yield* Shop.place(yield* Shop.guest([variantId, 1]))
      const analytics = yield* Analytics
      for (const actor of [Actor.guest(), Actor.customer("user_1"), Actor.staff("user_2", ["orders:read"])]) {
        const refused = yield* Effect.flip(Actor.as(actor)(Stream.runHead(analytics.follow())))
        assert.include(["Unauthenticated", "Forbidden"], refused._tag)
      }
      const other = yield* system(Effect.flatMap(Stores, (stores) => stores.create({ code: "other", name: "Other", currency: "EUR" })))
      const [entry] = yield* first(1)
      const repository = yield* EventRepository
      assert.strictEqual(yield* within(other.id)(repository.placeOf(entry?.id ?? "")), undefined)
      assert.deepStrictEqual(yield* within(other.id)(repository.since(null, 100)), [])
    }))
  })
}
