/**
 * Staff who change an order, and others who take the money that is reserved for it at the same moment.
 */
import { assert, describe, it } from "@effect/vitest"
import { OrderEdits } from "@stoa/core/edits/OrderEdits"
import * as Actor from "@stoa/core/kernel/Actor"
import { Orders } from "@stoa/core/orders/Orders"
import { Payments } from "@stoa/core/payments/Payments"
import * as Shop from "@stoa/core/testing/Shop"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import { storageOfRows } from "./conformance/PostgresHarness.ts"
import { whileOpen } from "./testing/WhileOpen.ts"

const staff = Actor.as(Actor.system("test"))

/** An order of two pieces whose money is reserved, and what takes one of them out. */
const reserved = Effect.gen(function*() {
  const edits = yield* OrderEdits
  const { variantId } = yield* Shop.product()
  const { order, payment } = yield* Shop.place(yield* Shop.guest([variantId, 2]), "sandbox_authorize")
  const id = payment?.id ?? ""
  return {
    order,
    take: staff(Effect.flatMap(Payments, (payments) => payments.capture(id))),
    edit: staff(edits.apply(order.id, { lines: order.lines.map((line) => ({ lineId: line.id, quantity: 1 })) }))
  }
})

describe("an order that is changed while its money is taken, in PostgreSQL", () => {
  const test = (name: string, body: Effect.Effect<void, unknown, Shop.ShopServices | SqlClient.SqlClient>) =>
    it.effect(name, () => Effect.provide(Effect.andThen(Shop.ships, body), Shop.layer<SqlClient.SqlClient>(storageOfRows(), {})))

  test("is paid with what it costs after the change, and no more is taken", Effect.gen(function*() {
    const { edit, order, take } = yield* reserved
    const { result } = yield* whileOpen(edit, take)
    assert.strictEqual(result._tag, "Success")
    const now = yield* staff((yield* Orders).get(order.id))
    assert.deepStrictEqual([now.status, now.total.amount, now.paid.amount], ["paid", 2_500, 2_500])
    assert.deepStrictEqual(yield* staff((yield* Payments).refunds(order.id)), [])
  }))
})
