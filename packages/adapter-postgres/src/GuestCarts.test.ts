/**
 * Guests who shop in the same moment, whose carts are begun, read and changed by one statement.
 */
import { assert, describe, it } from "@effect/vitest"
import { Carts } from "@stoa/core/cart/Carts"
import * as Actor from "@stoa/core/kernel/Actor"
import { Transactor } from "@stoa/core/kernel/Transactor"
import { Stores } from "@stoa/core/stores/Stores"
import * as Shop from "@stoa/core/testing/Shop"
import { Statements } from "@stoa/core/testing/Statements"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { multiply, planOf, shop } from "./conformance/QueryPlan.ts"
import { counting, countingIn } from "./conformance/PostgresHarness.ts"
import * as PostgresClient from "./PostgresClient.ts"
import * as TestDatabase from "./testing/TestDatabase.ts"

const crowd = <A, E, R>(people: ReadonlyArray<Effect.Effect<A, E, R>>) => Effect.all(people, { concurrency: "unbounded" })

/** A guest who has just begun a cart. */
const arrive = Effect.gen(function*() {
  const carts = yield* Carts
  const { cart, token } = yield* Actor.as(Actor.guest())(carts.create())
  const as = Actor.as(Actor.guest({ cartToken: token }))
  return {
    cartId: cart.id,
    buyer: { actor: Actor.guest({ cartToken: token }), cart },
    add: (variantId: string, quantity = 1) => as(carts.addItem("mine", { variantId, quantity })),
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

  test("cost no more where the shop's program calls their carts by their ids, many in the same moment", Effect.gen(function*() {
    const { record } = yield* Statements
    const carts = yield* Carts
    const mug = yield* Shop.product({ price: Shop.usd(100), stock: 100 })
    yield* Effect.flatMap(arrive, ({ add }) => Effect.andThen(add(mug.variantId), add(mug.variantId)))
    const guests = yield* crowd(Array.from({ length: 12 }, () => arrive))
    const program = Actor.as(Actor.system("till"))
    const [filled, filling] = yield* record(program(crowd(guests.map(({ cartId }, index) =>
      carts.addItem(cartId, { variantId: mug.variantId, quantity: index + 1 })))))
    assert.strictEqual(filling.length, 1, filling.join("\n"))
    assert.deepStrictEqual(filled.map(({ id, lines }) => [id, lines.map(({ quantity }) => quantity)]), guests.map(({ cartId }, index) => [cartId, [index + 1]]))
    const [seen, reading] = yield* record(program(crowd(guests.map(({ cartId }) => carts.get(cartId)))))
    assert.deepStrictEqual([reading.length, reading.join().includes("c.lines")], [1, false], reading.join("\n"))
    assert.deepStrictEqual(seen, filled)
  }))

  test("change their carts by one statement, each as they say, and one cart as often as they do", Effect.gen(function*() {
    const { record } = yield* Statements
    const mug = yield* Shop.product({ price: Shop.usd(100), stock: 100 })
    yield* Effect.flatMap(arrive, ({ add }) => Effect.andThen(add(mug.variantId), add(mug.variantId)))
    const guests = yield* crowd(Array.from({ length: 12 }, () => arrive))
    const [filled, filling] = yield* record(crowd(guests.map(({ add }, index) => add(mug.variantId, index + 1))))
    assert.strictEqual(filling.length, 1, filling.join("\n"))
    assert.deepStrictEqual(filled.map(({ id, lines }) => [id, lines.map(({ quantity }) => quantity)]), guests.map(({ cartId }, index) => [cartId, [index + 1]]))
    const [noted, noting] = yield* record(crowd(guests.map(({ note }, index) => note(`bell ${index}`))))
    assert.strictEqual(noting.length, 1, noting.join("\n"))
    assert.deepStrictEqual(noted.map(({ note, version }) => [note, version]), guests.map((_, index) => [`bell ${index}`, 3]))
    const [first, second] = guests
    if (first === undefined || second === undefined) throw new Error("Nobody has come")
    const [more, less] = [first.add(mug.variantId), second.note("no bell")]
    yield* crowd<unknown, unknown, Carts>([more, less, more, first.note("knock"), more])
    const [mine, theirs] = yield* crowd([first.see, second.see])
    assert.deepStrictEqual([mine?.note, mine?.version, mine?.lines.map(({ quantity }) => quantity)], ["knock", 7, [4]])
    assert.deepStrictEqual([theirs?.note, theirs?.version, theirs?.lines.map(({ quantity }) => quantity)], ["no bell", 4, [2]])
  }))

  test("put into their carts by one statement what sells meanwhile, and are told how much is left", Effect.gen(function*() {
    const { record } = yield* Statements
    const mug = yield* Shop.product({ price: Shop.usd(100), stock: 10 })
    yield* Shop.ships
    const guest = yield* arrive
    const other = yield* arrive
    yield* guest.add(mug.variantId)
    yield* other.add(mug.variantId, 6)
    yield* Shop.place(other.buyer)
    const [{ lines }, adding] = yield* record(guest.add(mug.variantId, 2))
    assert.strictEqual(adding.length, 1, adding.join("\n"))
    assert.deepStrictEqual(lines.map(({ available, quantity }) => [quantity, available]), [[3, 4]])
    const late = yield* arrive
    yield* late.add(mug.variantId, 3)
    yield* Shop.place(late.buyer)
    const error = yield* Effect.flip(guest.add(mug.variantId))
    assert.deepInclude(error, { _tag: "InsufficientStock", lines: [{ variantId: mug.variantId, requested: 4, available: 1 }] })
    const { lines: left, notices } = yield* guest.note("whenever there are more")
    assert.deepStrictEqual(left.map(({ available, quantity }) => [quantity, available]), [[3, 1]])
    assert.deepStrictEqual(notices.map(({ _tag }) => _tag), ["short_of_stock"])
  }))

  test("wait for nobody whose cart is held by a transaction", Effect.gen(function*() {
    const { transaction } = yield* Transactor
    const mug = yield* Shop.product({ price: Shop.usd(100), stock: 10 })
    const guests = yield* Effect.all([arrive, arrive, arrive])
    for (const { add } of guests) yield* add(mug.variantId)
    const [held, ...others] = guests
    const isHeld = yield* Deferred.make<void>()
    const mayEnd = yield* Deferred.make<void>()
    const holding = yield* Effect.forkChild(transaction(
      held.note("held").pipe(Effect.andThen(Deferred.succeed(isHeld, undefined)), Effect.andThen(Deferred.await(mayEnd)))
    ))
    yield* Deferred.await(isHeld)
    const waiting = yield* Effect.forkChild(held.add(mug.variantId))
    const changed = yield* crowd(others.map(({ note }) => note("free")))
    assert.deepStrictEqual(changed.map(({ note }) => note), ["free", "free"])
    yield* Deferred.succeed(mayEnd, undefined)
    yield* Fiber.join(holding)
    const { lines, note, version } = yield* Fiber.join(waiting)
    assert.deepStrictEqual([note, version, lines.map(({ quantity }) => quantity)], ["held", 4, [2]])
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

describe("guests whose server another one takes the place of", () => {
  it.effect("have their carts read anew, for rows of the other may bear the marks of this one", () =>
    Effect.gen(function*() {
      const url = yield* TestDatabase.migrated
      const onServer = (...statements: ReadonlyArray<string>) =>
        Effect.flatMap(SqlClient.SqlClient, (sql) => Effect.forEach(statements, (text) => sql.unsafe(text).unprepared)).pipe(
          Effect.provide(Layer.fresh(PostgresClient.layer({ url })))
        )
      // what the server says of its start is what the test says
      yield* onServer(
        "CREATE SCHEMA elsewhere",
        "CREATE TABLE elsewhere.server (since timestamptz)",
        "INSERT INTO elsewhere.server VALUES ('2026-01-01')",
        "CREATE FUNCTION elsewhere.pg_postmaster_start_time() RETURNS timestamptz STABLE LANGUAGE sql AS 'SELECT since FROM elsewhere.server'",
        `ALTER DATABASE "${new URL(url).pathname.slice(1)}" SET search_path = elsewhere, public, pg_catalog`
      )
      yield* Effect.gen(function*() {
        const { record } = yield* Statements
        const mug = yield* Shop.product({ price: Shop.usd(100), stock: 100 })
        const guests = yield* Effect.all([arrive, arrive])
        for (const { add } of guests) yield* Effect.andThen(add(mug.variantId), add(mug.variantId))
        const reads = (statements: ReadonlyArray<string>) => statements.filter((text) => text.includes("FROM carts AS c") && text.includes("c.lines")).length
        const say = (note: string) => record(crowd(guests.map((guest) => guest.note(note))))
        const [, known] = yield* say("known")
        assert.deepStrictEqual([known.length, reads(known)], [1, 0], known.join("\n"))
        yield* onServer("UPDATE elsewhere.server SET since = '2026-02-01'")
        const [said, anew] = yield* say("anew")
        assert.isAtLeast(reads(anew), 1, anew.join("\n"))
        assert.deepStrictEqual(said.map(({ lines, note, version }) => [note, version, lines.map(({ quantity }) => quantity)]), [["anew", 5, [2]], ["anew", 5, [2]]])
        const [, again] = yield* say("again")
        assert.deepStrictEqual([again.length, reads(again)], [1, 0], again.join("\n"))
      }).pipe(Effect.provide(Shop.layer<Statements>(countingIn(url))))
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
      const guests = yield* Effect.all([arrive, arrive, arrive])
      for (const guest of guests) yield* guest.add(variantId)
      for (const change of [note("ring twice"), see, crowd(guests.map((guest) => guest.note("ring once")))]) {
        const { text, whole } = yield* planOf<unknown, unknown, Carts>(change)
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
