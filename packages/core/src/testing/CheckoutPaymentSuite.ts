/**
 * What becomes of an order while its money is on the way, on any storage: taken, declined, waited for, lost from sight.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { Orders } from "../orders/Orders.ts"
import { Payments } from "../payments/Payments.ts"
import * as Invariants from "./Invariants.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const staff = Actor.as(Actor.system("test"))

const allIsWell = Effect.gen(function*() {
  const bank = yield* Shop.Bank
  assert.deepStrictEqual(yield* Invariants.violations({ bank: Shop.bankRecords(bank) }), [])
})

export const checkoutPaymentSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () =>
      Effect.gen(function*() {
        yield* Shop.ships
        yield* body
        yield* allIsWell
      }).pipe(Effect.provide(Shop.layer(harness.storage()))))

  describe(`paying for an order on ${harness.name}`, () => {
    test(
      "keeps the order when the bank declines, frees its stock, and takes the money by another method",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 3 })
        const buyer = yield* Shop.guest([variantId, 3])
        const { order, payment, token } = yield* Shop.place(buyer, "sandbox_decline")
        assert.strictEqual(order.status, "failed")
        assert.strictEqual(order.paymentStatus, "unpaid")
        assert.strictEqual(payment?.state, "failed")
        assert.strictEqual(payment?.failure?.code, "declined")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 3, available: 3 })

        const payments = yield* Payments
        const as = Actor.as(Actor.guest({ orderToken: token }))
        const again = yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox", method: "sandbox_decline" }))
        assert.strictEqual(again.state, "failed")
        const paid = yield* as(payments.initialize({ orderId: order.id, gateway: "sandbox" }))
        assert.strictEqual(paid.state, "captured")
        const orders = yield* Orders
        assert.strictEqual((yield* as(orders.get(order.id))).status, "paid")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 0, available: 0 })
      })
    )

    test(
      "does not take the money again for stock that somebody else has bought since",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 1 })
        const { order, token } = yield* Shop.place(yield* Shop.guest([variantId, 1]), "sandbox_decline")
        yield* Shop.place(yield* Shop.guest([variantId, 1]))
        const payments = yield* Payments
        const refused = yield* payments.initialize({ orderId: order.id, gateway: "sandbox" }).pipe(
          Actor.as(Actor.guest({ orderToken: token })),
          Effect.flip
        )
        assert.strictEqual(refused._tag, "InsufficientStock")
        assert.strictEqual((yield* staff((yield* Orders).get(order.id))).status, "failed")
      })
    )

    test(
      "holds the stock while the buyer is at the bank, and sells it once the bank says so",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 4 })
        const buyer = yield* Shop.guest([variantId, 4])
        const { order, payment, token } = yield* Shop.place(buyer, "sandbox_redirect")
        assert.strictEqual(order.status, "pending")
        assert.strictEqual(payment?.state, "requires_action")
        assert.strictEqual(payment?.nextAction?._tag, "redirect")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 4, available: 0 })
        yield* allIsWell

        const payments = yield* Payments
        const as = Actor.as(Actor.guest({ orderToken: token }))
        // the buyer says that all went well, and the bank says otherwise
        assert.strictEqual((yield* as(payments.verify(payment?.id ?? ""))).state, "requires_action")
        const bank = yield* Shop.Bank
        yield* bank.approve(payment?.gatewayReference ?? "")
        assert.strictEqual((yield* as(payments.verify(payment?.id ?? ""))).state, "captured")
        assert.strictEqual((yield* as((yield* Orders).get(order.id))).status, "paid")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 0, available: 0 })
      })
    )

    test(
      "frees the stock of a buyer who never came back from the bank",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 4 })
        const { order } = yield* Shop.place(yield* Shop.guest([variantId, 4]), "sandbox_redirect")
        yield* TestClock.adjust("20 minutes")
        yield* staff((yield* Payments).recover)
        yield* (yield* Jobs).drain
        yield* staff((yield* Payments).recover)
        assert.strictEqual((yield* staff((yield* Orders).get(order.id))).status, "cancelled")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 4, available: 4 })
      })
    )

    test(
      "finds out about money that was taken while the answer was lost, and takes it once",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ stock: 2 })
        const { order, payment } = yield* Shop.place(yield* Shop.guest([variantId, 1]), "sandbox_timeout_after")
        assert.strictEqual(order.status, "pending")
        assert.strictEqual(payment?.state, "pending")
        yield* TestClock.adjust("5 minutes")
        yield* staff((yield* Payments).recover)
        assert.strictEqual((yield* staff((yield* Orders).get(order.id))).status, "paid")
        assert.strictEqual((yield* (yield* Shop.Bank).bank.charges.pipe(Effect.orDie)).length, 1)
      })
    )

    test(
      "has nothing to pay for an order that costs nothing",
      Effect.gen(function*() {
        const { variantId } = yield* Shop.product({ price: Shop.usd(0), requiresShipping: false, stock: 2 })
        const { order, payment } = yield* Shop.place(yield* Shop.guest([variantId, 1]))
        assert.strictEqual(payment, null)
        assert.strictEqual(order.status, "paid")
        assert.strictEqual(order.paymentStatus, "paid")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 1, available: 1 })
        const types = (yield* staff((yield* Orders).timeline(order.id))).map(({ type }) => type)
        assert.deepStrictEqual(types, ["order.placed", "order.paid"])
      })
    )
  })
}
