/**
 * Who may see and move the money of an order: nobody learns of a payment that is not theirs, and no store of another's.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as Actor from "../kernel/Actor.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import { Payments } from "../payments/Payments.ts"
import { Stores } from "../stores/Stores.ts"
import * as Fixture from "./PaymentFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

export const paymentAccessSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`the payments of others on ${harness.name}`, () => {
    test("are not to be seen by others, whatever they know of them", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered()
        const other = yield* Fixture.ordered()
        const strangers = [
          Actor.guest(),
          Actor.guest({ orderToken: "order_guess" }),
          Actor.customer("user_bob"),
          Actor.staff("user_stock", ["inventory:*"])
        ]
        for (const stranger of strangers) {
          const as = Actor.as(stranger)
          for (const reference of [payment.id, payment.gatewayReference ?? "", "pay_none"]) {
            assert.strictEqual((yield* Effect.flip(as(payments.get(reference))))._tag, "PaymentNotFound")
            assert.strictEqual((yield* Effect.flip(as(payments.verify(reference))))._tag, "PaymentNotFound")
          }
          assert.strictEqual((yield* Effect.flip(as(payments.refunds(order.id))))._tag, "OrderNotFound")
          const paying = as(payments.initialize({ orderId: order.id, gateway: "sandbox" }))
          assert.strictEqual((yield* Effect.flip(paying))._tag, "OrderNotFound")
        }
        assert.strictEqual((yield* Effect.flip(other.as(payments.get(payment.id))))._tag, "PaymentNotFound")
      }))

    test("are listed for the customer whose they are, and all of them only for staff", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { variantId } = yield* Shop.product()
        const mine: Array<string> = []
        for (const customerId of ["user_ada", "user_bob", "user_ada"]) {
          const { payment } = yield* Shop.place(yield* Shop.customer(customerId, [variantId, 1]))
          if (customerId === "user_ada" && payment !== null) mine.push(payment.id)
        }
        const ada = Actor.as(Actor.customer("user_ada"))
        const first = yield* ada(payments.listMine({ limit: 1 }))
        const second = yield* ada(payments.listMine({ limit: 1, after: first.nextCursor ?? "" }))
        assert.deepStrictEqual([...first.items, ...second.items].map(({ id }) => id).toSorted(), mine.toSorted())
        assert.isNull(second.nextCursor)
        assert.lengthOf((yield* Fixture.staff(payments.list({ state: "captured" }))).items, 3)
        assert.strictEqual((yield* Effect.flip(ada(payments.list())))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(Actor.as(Actor.guest())(payments.listMine())))._tag, "Unauthenticated")
        assert.strictEqual((yield* Effect.flip(ada(payments.listMine({ after: "x" }))))._tag, "InvalidInput")
      }))

    test("are changed by those only who may", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, payment } = yield* Fixture.ordered("sandbox_authorize")
        const asked = bank.calls.length
        const readers = Actor.as(Actor.staff("user_reader", ["payments:read", "orders:read"]))
        for (const change of [payments.capture(payment.id), payments.cancel(payment.id)]) {
          assert.strictEqual((yield* Effect.flip(as(change)))._tag, "Unauthenticated")
          assert.strictEqual((yield* Effect.flip(readers(change)))._tag, "Forbidden")
        }
        const refund = payments.refund(order.id, { reason: "mine" })
        assert.strictEqual((yield* Effect.flip(as(refund)))._tag, "Unauthenticated")
        assert.strictEqual((yield* Effect.flip(readers(refund)))._tag, "Forbidden")
        assert.strictEqual((yield* Effect.flip(as(payments.ledger(order.id))))._tag, "Unauthenticated")
        assert.strictEqual((yield* Effect.flip(as(payments.balances)))._tag, "Unauthenticated")
        const paying = readers(payments.initialize({ orderId: order.id, gateway: "sandbox" }))
        assert.strictEqual((yield* Effect.flip(paying))._tag, "OrderNotFound")
        assert.strictEqual(bank.calls.length, asked)
      }))

    test("of one store are nothing to another store of the same database", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const stores = yield* Stores
        const { order, payment } = yield* Fixture.redirected()
        const { id } = yield* stores.create({ code: "other", name: "Other store", currency: "USD" })
        const there = Effect.provideService(CurrentStore, id)
        assert.strictEqual((yield* Effect.flip(there(payments.get(payment.id))))._tag, "PaymentNotFound")
        const byReference = there(payments.verify(payment.gatewayReference ?? ""))
        assert.strictEqual((yield* Effect.flip(byReference))._tag, "PaymentNotFound")
        assert.strictEqual((yield* Effect.flip(there(payments.capture(payment.id))))._tag, "PaymentNotFound")
        assert.strictEqual((yield* Effect.flip(there(payments.refund(order.id, { reason: "" }))))._tag, "OrderNotFound")
        assert.deepStrictEqual((yield* there(payments.list())).items, [])
        assert.deepStrictEqual(yield* there(payments.ledger(order.id)), [])
        assert.deepStrictEqual(yield* there(payments.balances), [])
        yield* TestClock.adjust("20 minutes")
        assert.deepStrictEqual(yield* there(payments.recover), {
          paymentsSettled: 0,
          refundsSettled: 0,
          ordersCancelled: 0
        })
        assert.strictEqual((yield* payments.get(payment.id)).state, "requires_action")
      }), { settled: false })
  })
}
