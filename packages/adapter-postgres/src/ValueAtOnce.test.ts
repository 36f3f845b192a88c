/**
 * Points and gift cards that two change at the same moment: what comes second goes by what the first has left.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Actor from "@stoa/core/kernel/Actor"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import { LoyaltyPoints } from "@stoa/core/loyalty/LoyaltyPoints"
import { Orders } from "@stoa/core/orders/Orders"
import * as Shop from "@stoa/core/testing/Shop"
import { GiftCards } from "@stoa/core/value/GiftCards"
import { StoredValueRepository } from "@stoa/core/value/StoredValueRepository"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import { storageOfRows } from "./conformance/PostgresHarness.ts"
import { whileOpen } from "./testing/WhileOpen.ts"

const staff = Actor.as(Actor.system("test"))

describe("value that two change at once, in PostgreSQL", () => {
  const test = (
    name: string,
    body: Effect.Effect<void, unknown, Shop.ShopServices | SqlClient.SqlClient | StoredValueRepository>
  ) => it.effect(name, () => Effect.provide(body, Shop.layer<SqlClient.SqlClient | StoredValueRepository>(storageOfRows())))

  test("an order that is cancelled gives no points, although somebody was working them out while it was", Effect.gen(function*() {
    const loyalty = yield* LoyaltyPoints
    const orders = yield* Orders
    yield* Shop.ships
    yield* staff(loyalty.setProgram({ active: true, pointsPer100: 10, confirmedBy: "paid", expireDays: null, pointValue: 1, tiers: [] }))
    const { variantId } = yield* Shop.product({ price: Shop.usd(2_000) })
    const ada = yield* Shop.account("ada@example.com")
    const { order } = yield* Shop.place(yield* Shop.customer(ada, [variantId, 1]))
    const cancelled = Effect.andThen(staff(orders.cancel(order.id, { reason: "changed my mind" })), loyalty.settle(order.id))
    const { result } = yield* whileOpen(cancelled, loyalty.settle(order.id))
    assert.strictEqual(result._tag, "Success")
    const { balance, pending } = yield* Actor.as(Actor.customer(ada))(loyalty.mine)
    assert.deepStrictEqual([balance, pending], [0, 0])
  }))

  test("nothing is left on a gift card that is voided while money comes back onto it", Effect.gen(function*() {
    const cards = yield* GiftCards
    const repository = yield* StoredValueRepository
    const { giftCard: { id } } = yield* staff(cards.create({ amount: Shop.usd(1_000) }))
    const at = yield* Timestamp.now
    const comesBack = Effect.andThen(
      repository.hold(id),
      repository.move({ key: "refund:1", valueId: id, kind: "refund", amount: 500, orderId: null, reason: null, at }, { spending: false })
    )
    yield* whileOpen(staff(comesBack), staff(cards.void(id)))
    const card = yield* staff(cards.get(id))
    assert.deepStrictEqual([card.status, card.balance.amount], ["void", 0])
  }))
})
