/**
 * Guests who shop in the same moment, whose carts are begun, and read, by one statement.
 */
import { assert, describe, it } from "@effect/vitest"
import { Carts } from "@stoa/core/cart/Carts"
import * as Actor from "@stoa/core/kernel/Actor"
import { Transactor } from "@stoa/core/kernel/Transactor"
import { Stores } from "@stoa/core/stores/Stores"
import * as Shop from "@stoa/core/testing/Shop"
import { Statements } from "@stoa/core/testing/Statements"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { multiply, planOf, shop } from "./conformance/QueryPlan.ts"
import { counting } from "./conformance/PostgresHarness.ts"

const crowd = <A, E, R>(people: ReadonlyArray<Effect.Effect<A, E, R>>) => Effect.all(people, { concurrency: "unbounded" })

/** A guest who has just begun a cart. */
const arrive = Effect.gen(function*() {
  const carts = yield* Carts
  const { cart, token } = yield* Actor.as(Actor.guest())(carts.create())
  const as = Actor.as(Actor.guest({ cartToken: token }))
  return {
    cartId: cart.id,
    add: (variantId: string) => as(carts.addItem("mine", { variantId, quantity: 1 })),
    note: (note: string) => as(carts.update("mine", { note })),
    see: as(carts.get("mine"))
  }
})

describe("guests who shop in the same moment", () => {
  const test = (name: string, body: Effect.Effect<void, unknown, Shop.ShopServices | Statements>) =>
    it.effect(name, () => Effect.provide(body, Shop.layer<Statements>(counting.storage())))

  test("each have their own cart with what they put into it, by fewer statements than they are", Effect.gen(function*() {
    const { record } = yield* Statements
    const mug = yield* Shop.product({ price: Shop.usd(100), stock: 100 })
    const plate = yield* Shop.product({ price: Shop.usd(2_000), stock: 100 })
    yield* arrive
    const [guests, begun] = yield* record(crowd(Array.from({ length: 12 }, () => arrive)))
    assert.strictEqual(new Set(guests.map(({ cartId }) => cartId)).size, 12)
    assert.isAtMost(begun.length, 2, begun.join("\n"))
    yield* (guests[0]?.add(mug.variantId) ?? Effect.void)
    const [filled, statements] = yield* record(crowd(guests.map(({ add }, index) =>
      add(index % 3 === 0 ? plate.variantId : mug.variantId))))
    assert.deepStrictEqual(
      filled.map(({ id, lines, pricing }) => [id, lines.map(({ variantId }) => variantId), pricing.subtotal.amount]),
      guests.map(({ cartId }, index) => [
        cartId,
        [...(index === 0 ? [mug.variantId] : []), index % 3 === 0 ? plate.variantId : mug.variantId],
        (index === 0 ? 100 : 0) + (index % 3 === 0 ? 2_000 : 100)
      ])
    )
    // each writes for themselves
    assert.isAtMost(statements.filter((text) => text.includes("FROM carts AS c")).length, 2, statements.join("\n"))
    const seen = yield* crowd(guests.map(({ see }) => see))
    assert.deepStrictEqual(seen.map(({ lines, version }) => [lines.length, version]), filled.map(({ lines, version }) => [lines.length, version]))
  }))

  test("are told at once where nobody's cart is to blame, and are not made to wait for each other's", Effect.gen(function*() {
    const { fail, record } = yield* Statements
    yield* arrive
    const among = (statement: string) => statement.includes("INSERT INTO carts")
    const [exits, statements] = yield* record(
      fail(crowd(Array.from({ length: 12 }, () => Effect.result(arrive))), { at: 1, moment: "before", among }, "lock_timeout")
    )
    const refused = exits.flatMap((exit) => exit._tag === "Failure" && exit.failure._tag === "StorageError" ? [exit.failure.reason] : [])
    assert.isAbove(refused.length, 1)
    assert.deepStrictEqual([...new Set(refused)], ["busy"])
    assert.isAtMost(statements.filter(among).length, 2, statements.join("\n"))
  }))

  test("change a cart that this process knows by one statement, and see it again by a small one", Effect.gen(function*() {
    const { record } = yield* Statements
    const mug = yield* Shop.product({ price: Shop.usd(100), stock: 100 })
    const { add, see, note } = yield* arrive
    yield* add(mug.variantId)
    yield* add(mug.variantId)
    const [, changing] = yield* record(note("ring twice"))
    assert.deepStrictEqual([changing.length, changing[0]?.startsWith("UPDATE carts")], [1, true], changing.join("\n"))
    const [seen, reading] = yield* record(see)
    assert.deepStrictEqual([seen.note, seen.version, seen.lines.map(({ quantity }) => quantity)], ["ring twice", 4, [2]])
    assert.deepStrictEqual([reading.length, reading.join().includes("c.lines")], [1, false], reading.join("\n"))
  }))

  test("find both things in the cart into which they put two at once, and strangers find nothing", Effect.gen(function*() {
    const carts = yield* Carts
    const mug = yield* Shop.product({ price: Shop.usd(100), stock: 100 })
    const plate = yield* Shop.product({ price: Shop.usd(2_000), stock: 100 })
    const { add, see } = yield* arrive
    const stranger = Actor.as(Actor.guest({ cartToken: "cart_of_nobody" }))(Effect.flip(carts.get("mine")))
    const [, , error] = yield* Effect.all([add(mug.variantId), add(plate.variantId), stranger], { concurrency: "unbounded" })
    assert.strictEqual(error._tag, "CartNotFound")
    const { lines, pricing } = yield* see
    assert.sameMembers(lines.map(({ variantId }) => variantId), [mug.variantId, plate.variantId])
    assert.strictEqual(pricing.subtotal.amount, 2_100)
  }))

  test("begin carts in the store as it is when its settings have changed", Effect.gen(function*() {
    const stores = yield* Stores
    yield* arrive
    const { name, version } = yield* stores.current
    yield* stores.update({ name: `${name} and more`, version })
    const guests = yield* crowd(Array.from({ length: 6 }, () => arrive))
    assert.strictEqual(new Set(guests.map(({ cartId }) => cartId)).size, 6)
    for (const { see } of guests) assert.strictEqual((yield* see).version, 1)
  }))

  test("keep a cart that was begun in a transaction to themselves until it is over", Effect.gen(function*() {
    const { transaction } = yield* Transactor
    const result = yield* Effect.result(transaction(Effect.gen(function*() {
      const guests = yield* Effect.all([arrive, arrive])
      assert.strictEqual((yield* guests[0].see).version, 1)
      return yield* Effect.fail(guests[0])
    })))
    assert.strictEqual(result._tag, "Failure")
    if (result._tag === "Failure" && "see" in result.failure) {
      assert.strictEqual((yield* Effect.flip(result.failure.see))._tag, "CartNotFound")
    }
  }))
})

describe("the statements that ask whether a cart is as it was", () => {
  it.effect("find it and its goods by an index", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { variantId } = yield* Shop.product({ price: Shop.usd(100), stock: 100 })
      yield* multiply(sql, "products", { id: "'product' || n", slug: "'product' || n" }, 2_000)
      yield* multiply(sql, "variants", { id: "'variant' || n", product_id: "'product' || n", sku: "NULL" }, 2_000)
      yield* multiply(sql, "stock_levels", { variant_id: "'variant' || n" }, 2_000)
      const { add, note, see } = yield* arrive
      yield* add(variantId)
      yield* add(variantId)
      yield* crowd(Array.from({ length: 400 }, () => arrive))
      yield* sql.unsafe("VACUUM ANALYZE").unprepared
      for (const change of [note("ring twice"), see]) {
        const { text, whole } = yield* planOf(change)
        assert.deepStrictEqual(whole.filter((table) => ["carts", "variants", "products", "stock_levels"].includes(table)), [], text)
      }
    }).pipe(Effect.provide(shop())))
})

describe("the statement for guests who look at their carts in the same moment", () => {
  it.effect("finds each of them by an index", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const { variantId } = yield* Shop.product({ price: Shop.usd(100), stock: 100 })
      const guests = yield* Effect.all([arrive, arrive, arrive])
      for (const { add } of guests) yield* add(variantId)
      yield* crowd(Array.from({ length: 400 }, () => arrive))
      yield* sql.unsafe("VACUUM ANALYZE").unprepared
      const { text, value, whole } = yield* planOf(crowd(guests.map(({ see }) => see)))
      assert.deepStrictEqual(value.map(({ id }) => id), guests.map(({ cartId }) => cartId))
      assert.deepStrictEqual(whole.filter((table) => table === "carts"), [], text)
    }).pipe(Effect.provide(shop())))
})
