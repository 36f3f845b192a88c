/**
 * How staff find orders, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { Fulfilments } from "../fulfilment/Fulfilments.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { Orders } from "../orders/Orders.ts"
import { Stores } from "../stores/Stores.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const system = Actor.as(Actor.system("test"))

export const orderSearchSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () =>
      Effect.andThen(Shop.ships, body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  const find = (query: Parameters<Orders["Service"]["list"]>[0]) =>
    Effect.gen(function*() {
      const { items } = yield* system((yield* Orders).list(query))
      return items.map(({ number }) => number)
    })

  /** The order of somebody who buys some pieces, an hour after the one before. */
  const bought = Effect.fnUntraced(function*(name: string, email: string, ...pieces: ReadonlyArray<Shop.Pieces>) {
    yield* TestClock.adjust("1 hour")
    const buyer = yield* Shop.guest(...pieces)
    return (yield* Shop.place(buyer, "sandbox_success", { email, shippingAddress: { ...Shop.address, name } })).order
  })

  describe(`finding orders on ${harness.name}`, () => {
    test(
      "by whole words of names, by SKU, number and address, however they are written, newest first",
      Effect.gen(function*() {
        const lamp = (yield* Shop.product({ title: "Lamp", sku: "LAMP-Xl", stock: 10 })).variantId
        const mug = (yield* Shop.product({ title: "Mug", sku: "MUG", stock: 10 })).variantId
        const zoe = (yield* bought("Zoë  Müller", "zoe@example.com", [lamp, 1])).number
        const ada = (yield* bought("Ada Lovelace", "ada@example.com", [mug, 1], [lamp, 2])).number
        const otherZoe = (yield* bought("Zoe Lovelace", "other@example.com", [mug, 1])).number
        assert.deepStrictEqual(yield* find({ search: "zoe" }), [otherZoe, zoe])
        assert.deepStrictEqual(yield* find({ search: "MULLER, Zoë" }), [zoe])
        assert.deepStrictEqual(yield* find({ search: "lovelace mug" }), [otherZoe, ada])
        assert.deepStrictEqual(yield* find({ search: "lamp-xl" }), [ada, zoe])
        assert.deepStrictEqual(yield* find({ search: `#${ada}` }), [ada])
        assert.deepStrictEqual(yield* find({ search: " Other@Example.com" }), [otherZoe])
        assert.deepStrictEqual(yield* find({ search: "zoe other@example.com" }), [otherZoe])
        // parts of words are none, and nothing asked is all
        assert.deepStrictEqual(yield* find({ search: "love" }), [])
        assert.deepStrictEqual(yield* find({ search: " ," }), [otherZoe, ada, zoe])
        // together with other filters, and page by page
        assert.deepStrictEqual(yield* find({ search: "lovelace", status: "cancelled" }), [])
        const first = yield* system((yield* Orders).list({ search: "lovelace", limit: 1 }))
        const second = yield* system((yield* Orders).list({ search: "lovelace", limit: 1, after: first.nextCursor ?? "" }))
        assert.deepStrictEqual([...first.items, ...second.items].map(({ number }) => number), [otherZoe, ada])
        assert.isNull(second.nextCursor)
        const refused = yield* Effect.flip(system((yield* Orders).list({ after: first.nextCursor ?? "" })))
        assert.strictEqual(refused._tag, "InvalidInput")
      })
    )

    test(
      "by tags, which only staff see, set and are told of",
      Effect.gen(function*() {
        const orders = yield* Orders
        const { variantId } = yield* Shop.product({ stock: 10 })
        const buyer = yield* Shop.customer("user_ada", [variantId, 1])
        const { order } = yield* Shop.place(buyer)
        const { order: other } = yield* Shop.place(yield* Shop.guest([variantId, 1]))
        const tagged = yield* system(orders.tag(order.id, { tags: ["wholesale", "vip", "vip"], version: order.version }))
        assert.deepStrictEqual(tagged.tags, ["vip", "wholesale"])
        assert.deepStrictEqual((yield* system(orders.get(order.id))).tags, ["vip", "wholesale"])
        yield* system(orders.tag(other.id, { tags: ["vip"] }))
        assert.sameMembers([...(yield* find({ tag: "vip" }))], [order.number, other.number])
        assert.deepStrictEqual(yield* find({ tag: "vip", search: "wholesale" }), [])
        assert.deepStrictEqual(yield* find({ tag: "wholesale" }), [order.number])
        // the next tags are all that it has
        yield* system(orders.tag(order.id, { tags: ["late"] }))
        assert.deepStrictEqual(yield* find({ tag: "vip" }), [other.number])
        assert.deepStrictEqual(yield* find({ tag: "late", search: String(order.number) }), [order.number])
        // the buyer sees nothing of it, in the order, in its timeline or by asking
        const ada = Actor.as(Actor.customer("user_ada"))
        assert.notProperty(yield* ada(orders.get(order.id)), "tags")
        assert.notInclude((yield* ada(orders.timeline(order.id))).map(({ type }) => type), "order.tagged")
        assert.include((yield* system(orders.timeline(order.id))).map(({ type }) => type), "order.tagged")
        assert.lengthOf((yield* ada(orders.listMine({ tag: "no such" }))).items, 1)
        // nor do words tell of a tag, or come among the tags
        assert.lengthOf((yield* ada(orders.listMine({ search: "tag:late" }))).items, 0)
        const pieces: Shop.Pieces = [(yield* Shop.product({ stock: 1 })).variantId, 1]
        const forged = yield* bought("tag:forged Jones", "forged@example.com", pieces)
        assert.deepStrictEqual(yield* find({ tag: "forged" }), [])
        assert.deepStrictEqual(yield* find({ search: "forged jones" }), [forged.number])
        assert.strictEqual((yield* Effect.flip(ada(orders.tag(order.id, { tags: [] }))))._tag, "Forbidden")
        const stale = yield* Effect.flip(system(orders.tag(order.id, { tags: [], version: order.version })))
        assert.strictEqual(stale._tag, "VersionConflict")
        for (const tag of ["VIP", " vip", "", "x".repeat(41)]) {
          assert.strictEqual((yield* Effect.flip(system(orders.tag(order.id, { tags: [tag] }))))._tag, "InvalidInput")
        }
      })
    )

    test(
      "by how much of them has left, and by what they come to",
      Effect.gen(function*() {
        const fulfilments = yield* Fulfilments
        const { variantId } = yield* Shop.product({ stock: 10 })
        const small = yield* bought("Ada", "ada@example.com", [variantId, 1])
        const large = yield* bought("Bob", "bob@example.com", [variantId, 3])
        const lineId = large.lines[0]?.id ?? ""
        assert.deepStrictEqual(yield* find({ fulfilmentStatus: "unfulfilled" }), [large.number, small.number])
        const first = yield* system(fulfilments.create(large.id, { lines: [{ lineId, quantity: 1 }] }))
        assert.deepStrictEqual(yield* find({ fulfilmentStatus: "partially_shipped" }), [])
        yield* system(fulfilments.advance(first.id, { event: "ship" }))
        assert.deepStrictEqual(yield* find({ fulfilmentStatus: "partially_shipped" }), [large.number])
        const rest = yield* system(fulfilments.create(large.id))
        yield* system(fulfilments.advance(rest.id, { event: "ship" }))
        assert.deepStrictEqual(yield* find({ fulfilmentStatus: "shipped" }), [large.number])
        for (const { id } of [first, rest]) yield* system(fulfilments.advance(id, { event: "deliver" }))
        assert.deepStrictEqual(yield* find({ fulfilmentStatus: "delivered" }), [large.number])
        assert.deepStrictEqual(yield* find({ fulfilmentStatus: "unfulfilled" }), [small.number])
        // who works without fulfilments moves the order by hand
        yield* system((yield* Orders).changeStatus(small.id, { event: "ship" }))
        assert.deepStrictEqual(yield* find({ fulfilmentStatus: "shipped" }), [small.number])

        const total = large.total.amount
        assert.deepStrictEqual(yield* find({ currency: "USD", totalFrom: total, totalTo: total }), [large.number])
        assert.deepStrictEqual(yield* find({ totalTo: total - 1 }), [small.number])
        assert.deepStrictEqual(yield* find({ currency: "EUR", totalFrom: 0 }), [])
        const lines = yield* system(Stream.runCollect((yield* Orders).export({ search: "bob" })))
        assert.lengthOf(lines, 2)
      })
    )

    test(
      "not by what belongs to another store, nor by the name of somebody who was forgotten",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ sku: "LAMP", stock: 10 })
        const ada = yield* Shop.account("ada@example.com")
        const { order } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 1]), "sandbox_success", {
          shippingAddress: { ...Shop.address, name: "Ada Lovelace" }
        })
        for (const event of ["ship", "deliver"] as const) yield* system((yield* Orders).changeStatus(order.id, { event }))
        const { id: elsewhere } = yield* system((yield* Stores).create({ code: "other", name: "Other", currency: "USD" }))
        for (const search of ["lovelace", "lamp"]) {
          assert.deepStrictEqual(yield* find({ search }), [order.number])
          assert.deepStrictEqual(yield* within(elsewhere)(find({ search })), [])
        }
        yield* (yield* OrderRepository).forget(ada)
        assert.deepStrictEqual(yield* find({ search: "lovelace" }), [])
        assert.deepStrictEqual(yield* find({ search: "lamp" }), [order.number])
      })
    )
  })
}
