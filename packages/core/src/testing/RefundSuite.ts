/**
 * Giving money back: never more than was taken, never twice, and never lost.
 */
import { assert, describe } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { AuditLog } from "../audit/AuditLog.ts"
import * as Actor from "../kernel/Actor.ts"
import type * as Timestamp from "../kernel/Timestamp.ts"
import { GatewayRejected, GatewayUnavailable } from "../payments/PaymentGateway.ts"
import { Payments } from "../payments/Payments.ts"
import * as Fixture from "./PaymentFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

export const refundSuite = (harness: StorageHarness): void => {
  const test = Fixture.test(harness)

  describe(`refunds on ${harness.name}`, () => {
    test("count wrong money that is on its way back as nobody's", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order } = yield* Fixture.ordered("sandbox_mismatch")
        bank.on("refund", () => Effect.fail(new GatewayUnavailable({ gateway: "sandbox", detail: "down" })))
        const refund = yield* payments.refund(order.id, { reason: "came wrong" })
        assert.strictEqual(refund.state, "pending")
        assert.strictEqual((yield* Fixture.orderNow(order.id)).paid.amount, 0)
      }), { settled: false })

    test("give all of it back, and put the pieces on the shelf again if that is wished", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const audit = yield* AuditLog
        const { order, payment, variantId } = yield* Fixture.ordered("sandbox_success", { pieces: 2 })
        const refund = yield* Fixture.staff(payments.refund(order.id, { reason: "broken", restock: true }))
        assert.strictEqual(refund.state, "succeeded")
        assert.deepStrictEqual(refund.amount, order.total)
        assert.notProperty(refund, "idempotencyKey")
        const after = yield* Fixture.orderNow(order.id)
        assert.strictEqual(after.status, "refunded")
        assert.strictEqual(after.paymentStatus, "refunded")
        assert.strictEqual((yield* payments.get(payment.id)).state, "refunded")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 10, available: 10 })
        assert.isTrue((yield* payments.balances).every(({ balance }) => balance.amount === 0))
        const [entry] = (yield* audit.list({ subject: order.id })).items
        assert.strictEqual(entry?.action, "order.refund")
        assert.strictEqual(entry?.actor, "staff:user_finance")
        assert.deepStrictEqual(yield* Fixture.told(refund.id), ["refund.requested", "refund.succeeded"])
      }))

    test("attack 56, step-up bypass: need a fresh proof of a person, and a stale one moves no money", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered()
        const before = yield* Fixture.orderNow(order.id)
        const asked = bank.calls.length
        const now = yield* Clock.currentTimeMillis
        const clerk = (secondFactor: boolean, minutes: number) =>
          Actor.as(Actor.customer("user_clerk", {
            sessionId: "sess_clerk",
            permissions: ["orders:refund"],
            assurance: { secondFactor, freshUntil: new Date(now + minutes * 60_000).toISOString() as Timestamp.Timestamp }
          }))
        const amount = Shop.usd(100)
        for (const secondFactor of [true, false]) {
          const error = yield* Effect.flip(clerk(secondFactor, 0)(payments.refund(order.id, { amount, reason: "" })))
          assert.deepInclude(error, { _tag: "StepUpRequired", secondFactor })
        }
        assert.deepStrictEqual(yield* payments.refunds(order.id), [])
        assert.deepStrictEqual(yield* Fixture.orderNow(order.id), before)
        assert.strictEqual((yield* payments.get(payment.id)).state, "captured")
        assert.strictEqual(bank.calls.length, asked)
        // who has just proved it, and a program with a key
        yield* clerk(true, 10)(payments.refund(order.id, { amount, reason: "late" }))
        yield* Fixture.staff(payments.refund(order.id, { amount, reason: "late" }))
        assert.lengthOf(yield* payments.refunds(order.id), 2)
      }))

    test("give parts of it back until nothing is left", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { as, order, payment, variantId } = yield* Fixture.ordered()
        for (const [amount, state] of [[1_000, "partially_refunded"], [1_499, "partially_refunded"]] as const) {
          yield* Fixture.staff(payments.refund(order.id, { amount: Shop.usd(amount), reason: "late" }))
          assert.strictEqual((yield* payments.get(payment.id)).state, state)
        }
        assert.strictEqual((yield* Fixture.orderNow(order.id)).paymentStatus, "partially_refunded")
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        const rest = yield* Fixture.staff(payments.refund(order.id, { reason: "the rest" }))
        assert.deepStrictEqual(rest.amount, Shop.usd(1))
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "refunded")
        assert.deepStrictEqual(yield* Shop.stockOf(variantId), { onHand: 9, available: 9 })
        assert.lengthOf(yield* as(payments.refunds(order.id)), 3)
      }))

    test("attack 25, refund over-capture: of 60 and 60 of 100 at the same moment: one of them", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        for (let round = 0; round < 20; round++) {
          const { order } = yield* Fixture.ordered()
          const amount = Shop.usd(order.total.amount * 0.6)
          const results = yield* Effect.all(
            Array.from({ length: 2 }, () =>
              Effect.result(Fixture.staff(payments.refund(order.id, { amount, reason: "race" })))),
            { concurrency: "unbounded" }
          )
          assert.deepStrictEqual(results.map(({ _tag }) => _tag).toSorted(), ["Failure", "Success"])
          for (const result of results) {
            if (result._tag === "Failure") assert.strictEqual(result.failure._tag, "RefundExceedsCaptured")
          }
        }
        assert.lengthOf(yield* bank.bank.refunds, 20)
      }))

    test("that are asked for ten times at once go out once", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order } = yield* Fixture.ordered()
        const results = yield* Effect.all(
          Array.from({ length: 10 }, () => Effect.result(Fixture.staff(payments.refund(order.id, { reason: "twice" })))),
          { concurrency: "unbounded" }
        )
        assert.lengthOf(results.filter(({ _tag }) => _tag === "Success"), 1)
        assert.lengthOf(yield* bank.bank.refunds, 1)
      }))

    test("attack 26, negative refund: of nothing, of less than nothing, of too much, or in another currency are refused", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order } = yield* Fixture.ordered()
        const asked = bank.calls.length
        const tried = (amount: unknown) =>
          Effect.map(
            Effect.flip(Fixture.staff(payments.refund(order.id, { amount: amount as never, reason: "" }))),
            (error) => error._tag
          )
        assert.strictEqual(yield* tried(Shop.usd(0)), "InvalidRefund")
        assert.strictEqual(yield* tried({ amount: 100, currency: "EUR" }), "InvalidRefund")
        assert.strictEqual(yield* tried(Shop.usd(order.total.amount + 1)), "RefundExceedsCaptured")
        assert.strictEqual(yield* tried({ amount: Number.MAX_SAFE_INTEGER, currency: "USD" }), "RefundExceedsCaptured")
        for (const amount of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, "100", null]) {
          assert.strictEqual(yield* tried({ amount, currency: "USD" }), "InvalidInput")
        }
        assert.strictEqual(yield* tried({ amount: 1, currency: "usd" }), "InvalidInput")
        const mass = { reason: "", state: "succeeded" }
        assert.strictEqual((yield* Effect.flip(Fixture.staff(payments.refund(order.id, mass))))._tag, "InvalidInput")
        const nobody = Fixture.staff(payments.refund("ord_none", { reason: "" }))
        assert.strictEqual((yield* Effect.flip(nobody))._tag, "OrderNotFound")
        assert.strictEqual(bank.calls.length, asked)
        assert.lengthOf(yield* payments.refunds(order.id), 0)
        const refund = yield* Fixture.staff(payments.refund(order.id, { reason: "all of it is still there" }))
        assert.deepStrictEqual(refund.amount, order.total)
      }))

    test("of an order that was never paid, or of a payment of another order, are refused", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const unpaid = yield* Fixture.ordered("sandbox_decline")
        const paid = yield* Fixture.ordered()
        const error = yield* Effect.flip(Fixture.staff(payments.refund(unpaid.order.id, { reason: "" })))
        assert.strictEqual(error._tag, "RefundExceedsCaptured")
        const others = payments.refund(unpaid.order.id, { reason: "", paymentId: paid.payment.id })
        assert.strictEqual((yield* Effect.flip(Fixture.staff(others)))._tag, "PaymentNotFound")
      }))

    test("that the gateway refuses give the balance back", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order, payment } = yield* Fixture.ordered("sandbox_refund_decline")
        const refused = yield* Fixture.staff(payments.refund(order.id, { reason: "" }))
        assert.strictEqual(refused.state, "failed")
        assert.strictEqual(refused.failure?.gatewayCode, "refund_declined")
        bank.on("refund", () =>
          Effect.fail(new GatewayRejected({ gateway: "sandbox", gatewayCode: "no_funds", detail: "no funds" })))
        const rejected = yield* Fixture.staff(payments.refund(order.id, { reason: "" }))
        assert.strictEqual(rejected.failure?.gatewayCode, "no_funds")
        assert.deepStrictEqual(rejected.amount, order.total)
        assert.strictEqual((yield* payments.get(payment.id)).state, "captured")
        assert.strictEqual((yield* Fixture.orderNow(order.id)).refunded.amount, 0)
        assert.include(yield* Fixture.told(rejected.id), "refund.failed")
      }))

    test("whose answer is lost are asked for again with the same key, and go out once", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order } = yield* Fixture.ordered("sandbox_refund_timeout")
        const refund = yield* Fixture.staff(payments.refund(order.id, { amount: Shop.usd(2_000), reason: "" }))
        assert.strictEqual(refund.state, "pending")
        const more = Fixture.staff(payments.refund(order.id, { amount: Shop.usd(501), reason: "" }))
        assert.strictEqual((yield* Effect.flip(more))._tag, "RefundExceedsCaptured", "what is pending counts")
        yield* TestClock.adjust("61 seconds")
        assert.strictEqual((yield* payments.recover).refundsSettled, 1)
        assert.deepStrictEqual((yield* payments.refunds(order.id)).map(({ state }) => state), ["succeeded"])
        assert.lengthOf(yield* bank.bank.refunds, 1)
        assert.strictEqual((yield* Fixture.orderNow(order.id)).refunded.amount, 2_000)
      }))

    test("that take their time are waited for", () =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order } = yield* Fixture.ordered("sandbox_refund_pending")
        const refund = yield* Fixture.staff(payments.refund(order.id, { reason: "" }))
        assert.strictEqual(refund.state, "pending")
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "paid")
        yield* TestClock.adjust("61 seconds")
        yield* payments.recover
        assert.strictEqual((yield* Fixture.orderNow(order.id)).status, "refunded")
      }))

    test("that the bank says were of another amount wait for a person, and count until then", (bank) =>
      Effect.gen(function*() {
        const payments = yield* Payments
        const { order } = yield* Fixture.ordered()
        bank.on("refund", (answer) => Effect.map(answer, (refund) => ({ ...refund, amount: Shop.usd(1) })))
        const refund = yield* Fixture.staff(payments.refund(order.id, { reason: "" }))
        assert.strictEqual(refund.state, "pending")
        const more = Fixture.staff(payments.refund(order.id, { reason: "" }))
        assert.strictEqual((yield* Effect.flip(more))._tag, "RefundExceedsCaptured")
      }), { settled: false })
  })
}
