/**
 * Exchanges whose new order somebody calls off at the moment in which the old pieces arrive.
 */
import { assert, describe, it } from "@effect/vitest"
import { Jobs } from "@stoa/core/jobs/Jobs"
import * as Actor from "@stoa/core/kernel/Actor"
import { Orders } from "@stoa/core/orders/Orders"
import { Returns } from "@stoa/core/returns/Returns"
import * as Shop from "@stoa/core/testing/Shop"
import { Payments } from "@stoa/core/payments/Payments"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import { storageOfRows } from "./conformance/PostgresHarness.ts"
import { whileOpen } from "./testing/WhileOpen.ts"

const staff = Actor.as(Actor.system("test"))

/** A board that has arrived and comes back for another one, whose order waits for it. */
const awaited = Effect.gen(function*() {
  const orders = yield* Orders
  const returns = yield* Returns
  yield* Shop.ships
  const { variantId } = yield* Shop.product({ stock: 5 })
  const other = yield* Shop.product({ title: "Oak board", stock: 5 })
  const { order, token } = yield* Shop.place(yield* Shop.guest([variantId, 2]))
  for (const event of ["ship", "deliver"] as const) yield* staff(orders.changeStatus(order.id, { event }))
  const lineId = order.lines[0]?.id ?? ""
  const buyer = Actor.as(Actor.guest({ orderToken: token }))
  const exchange = [{ variantId: other.variantId, quantity: 1 }]
  const { id } = yield* buyer(returns.request(order.id, { lines: [{ lineId, quantity: 1, reason: "changed_mind" }], exchange }))
  const newId = (yield* staff(returns.approve(id))).exchange?.orderId ?? ""
  return {
    id,
    order,
    newId,
    callOff: buyer(orders.cancel(newId)),
    receive: staff(returns.receive(id, { lines: [{ lineId, restock: 1, scrap: 0 }] }))
  }
})

describe("exchanges that two work on, in PostgreSQL", () => {
  const test = (name: string, body: Effect.Effect<void, unknown, Shop.ShopServices | SqlClient.SqlClient>) =>
    it.effect(name, () => Effect.provide(body, Shop.layer<SqlClient.SqlClient>(storageOfRows())))

  test("pay nothing for new pieces that are being called off, and the money waits for staff", Effect.gen(function*() {
    const { callOff, id, newId, order, receive } = yield* awaited
    yield* whileOpen(callOff, receive)
    yield* (yield* Jobs).drain
    const orders = yield* Orders
    const payments = yield* Payments
    const { amount, owed, status } = yield* staff(Effect.flatMap(Returns, (returns) => returns.get(id)))
    assert.deepStrictEqual([status, amount?.amount, owed.amount], ["received", 2_000, 2_000])
    const called = yield* staff(orders.get(newId))
    assert.deepStrictEqual([called.status, called.paid.amount], ["cancelled", 0])
    assert.deepStrictEqual(yield* staff(payments.refunds(order.id)), [])
  }))
})
