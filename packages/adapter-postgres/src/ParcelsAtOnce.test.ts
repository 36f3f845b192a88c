/**
 * Parcels of an order that somebody calls off, or stops, while somebody else hands them over: one of the two is refused.
 */
import { assert, describe, it } from "@effect/vitest"
import { Fulfilments } from "@stoa/core/fulfilment/Fulfilments"
import { Jobs } from "@stoa/core/jobs/Jobs"
import * as Actor from "@stoa/core/kernel/Actor"
import { Orders } from "@stoa/core/orders/Orders"
import * as Shop from "@stoa/core/testing/Shop"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { storageOfRows } from "./conformance/PostgresHarness.ts"
import { between, whileOpen } from "./testing/WhileOpen.ts"

const packed = Effect.gen(function*() {
  const fulfilments = yield* Fulfilments
  const orders = yield* Orders
  yield* Shop.ships
  const { variantId } = yield* Shop.product({ price: Shop.usd(2_000), stock: 5 })
  const { order } = yield* Shop.place(yield* Shop.guest([variantId, 1]))
  const { id } = yield* fulfilments.create(order.id)
  return {
    ship: fulfilments.advance(id, { event: "ship" }),
    cancel: orders.cancel(order.id, { reason: "changed my mind" }),
    hold: orders.changeStatus(order.id, { event: "hold", reason: "the address is a car park" }),
    now: Effect.map(Effect.all([orders.get(order.id), fulfilments.get(id)]), ([{ status }, parcel]) => [status, parcel.status])
  }
})

/** An order that somebody works on, whose two pieces are in no parcel yet. */
const begun = Effect.gen(function*() {
  const fulfilments = yield* Fulfilments
  const orders = yield* Orders
  const jobs = yield* Jobs
  yield* Shop.ships
  const { variantId } = yield* Shop.product({ price: Shop.usd(2_000), stock: 5 })
  const { order } = yield* Shop.place(yield* Shop.guest([variantId, 2]))
  yield* orders.changeStatus(order.id, { event: "process" })
  yield* jobs.drain
  return {
    pack: fulfilments.create(order.id),
    cancel: orders.cancel(order.id, { reason: "changed my mind" }),
    lines: Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT id FROM order_lines WHERE order_id = ${order.id} FOR UPDATE`),
    hold: orders.changeStatus(order.id, { event: "hold", reason: "the address is a car park" }),
    parcels: Effect.andThen(jobs.drain, Effect.map(fulfilments.ofOrder(order.id), (all) => all.map(({ status }) => status)))
  }
})

const tagOf = <A, E extends { readonly _tag: string }>(
  result: { readonly _tag: "Success"; readonly success: A } | { readonly _tag: "Failure"; readonly failure: E }
) => result._tag === "Success" ? "done" : result.failure._tag

describe("parcels of an order that two work on, in PostgreSQL", () => {
  const test = (name: string, body: Effect.Effect<void, unknown, Shop.ShopServices | SqlClient.SqlClient>) =>
    it.effect(name, () => Effect.provide(Actor.as(Actor.system("test"))(body), Shop.layer<SqlClient.SqlClient>(storageOfRows())))

  test("do not leave while their order is being cancelled", Effect.gen(function*() {
    const { cancel, now, ship } = yield* packed
    const { result } = yield* whileOpen(cancel, ship)
    assert.strictEqual(tagOf(result), "IllegalTransition")
    assert.deepStrictEqual(yield* now, ["cancelled", "pending"])
  }))

  test("do not leave while their order is being stopped", Effect.gen(function*() {
    const { hold, now, ship } = yield* packed
    const { result } = yield* whileOpen(hold, ship)
    assert.strictEqual(tagOf(result), "IllegalTransition")
    assert.deepStrictEqual(yield* now, ["on_hold", "pending"])
  }))

  test("keep their order from being cancelled while they leave", Effect.gen(function*() {
    const { cancel, now, ship } = yield* packed
    const { result } = yield* whileOpen(ship, cancel)
    assert.strictEqual(tagOf(result), "IllegalTransition")
    assert.deepStrictEqual(yield* now, ["shipped", "shipped"])
  }))

  test("do not wait for ever of an order that is cancelled while they are packed", Effect.gen(function*() {
    const { cancel, lines, pack, parcels } = yield* begun
    const { drain } = yield* Jobs
    // whoever packs has read the order and waits for its lines
    yield* between(lines, pack, Effect.andThen(cancel, drain))
    assert.notInclude(yield* parcels, "pending")
  }))

  test("are not packed of an order that is being cancelled", Effect.gen(function*() {
    const { cancel, pack, parcels } = yield* begun
    const { result } = yield* whileOpen(cancel, pack)
    assert.strictEqual(tagOf(result), "IllegalTransition")
    assert.deepStrictEqual(yield* parcels, [])
  }))

  test("are not packed of an order that is being stopped", Effect.gen(function*() {
    const { hold, pack, parcels } = yield* begun
    const { result } = yield* whileOpen(hold, pack)
    assert.strictEqual(tagOf(result), "IllegalTransition")
    assert.deepStrictEqual(yield* parcels, [])
  }))
})
