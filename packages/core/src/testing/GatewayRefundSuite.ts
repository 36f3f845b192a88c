/**
 * What becomes of money that is to go back: never twice, and never more than was taken.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Currency from "../kernel/Currency.ts"
import * as Fixture from "./GatewayFixture.ts"
import { faults, type GatewayHarness } from "./GatewayHarness.ts"

export const gatewayRefundSuite = (harness: GatewayHarness): void => {
  const test = Fixture.test(harness)

  describe(`refunds through ${harness.name}`, () => {
    test("give all of it back, once for one key", (it) =>
      Effect.gen(function*() {
        const payment = yield* Fixture.paid(it, "pay_1")
        const ask = { ...Fixture.asked(payment, "refund"), amount: it.money(10_000) }
        const first = yield* it.gateway.refund(ask)
        assert.include(["pending", "succeeded"], first.status)
        assert.deepStrictEqual(first.amount, it.money(10_000))
        assert.strictEqual((yield* it.gateway.refund(ask)).reference, first.reference)
        const { gatewayReference, idempotencyKey } = ask
        for (const refundReference of [first.reference, null]) {
          const found = yield* it.gateway.retrieveRefund({ gatewayReference, idempotencyKey, refundReference })
          assert.strictEqual(found?.reference, first.reference)
          assert.deepStrictEqual(found?.amount, it.money(10_000))
        }
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [10_000, 10_000])
        assert.strictEqual((yield* Fixture.now(it, "pay_1", payment.reference)).status, "captured")
      }))

    test("give it back in parts, if the gateway can, and never more than is left", (it) =>
      Effect.gen(function*() {
        const payment = yield* Fixture.paid(it, "pay_1")
        const refund = (key: string, amount: number) =>
          it.gateway.refund({ ...Fixture.asked(payment, key), amount: it.money(amount) })
        assert.strictEqual(yield* Fixture.failure(refund("above", 10_001)), "GatewayRejected")
        if (!it.gateway.capabilities.partialRefund) {
          assert.strictEqual(yield* Fixture.failure(refund("part", 6_000)), "GatewayRejected")
          return assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [10_000, 0])
        }
        // two parts of the same amount are two refunds
        yield* refund("first", 3_000)
        yield* refund("second", 3_000)
        assert.strictEqual(yield* Fixture.failure(refund("third", 4_001)), "GatewayRejected")
        yield* refund("third again", 4_000)
        assert.strictEqual(yield* Fixture.failure(refund("fourth", 1)), "GatewayRejected")
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [10_000, 10_000])
      }))

    test("of nothing, of less than nothing, or in another currency are refused", (it) =>
      Effect.gen(function*() {
        const payment = yield* Fixture.paid(it, "pay_1")
        const other = Currency.Currency.make(harness.currency === "USD" ? "EUR" : "USD")
        for (const amount of [it.money(0), it.money(-100), { amount: 100, currency: other }]) {
          const refund = it.gateway.refund({ ...Fixture.asked(payment, `r${amount.amount}${amount.currency}`), amount })
          assert.strictEqual(yield* Fixture.failure(refund), "GatewayRejected", `${amount.amount} ${amount.currency}`)
        }
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [10_000, 0])
      }))

    test("of a payment that was not taken are refused", (it) =>
      Effect.gen(function*() {
        const payment = yield* Fixture.paid(it, "pay_1", "is_declined")
        const refund = it.gateway.refund({ ...Fixture.asked(payment, "refund"), amount: it.money(100) })
        assert.strictEqual(yield* Fixture.failure(refund), "GatewayRejected")
      }))

    test("that were never asked for are unknown", (it) =>
      Effect.gen(function*() {
        const payment = yield* Fixture.paid(it, "pay_1")
        const known = { ...Fixture.asked(payment, "refund"), refundReference: null }
        assert.isUndefined(yield* it.gateway.retrieveRefund(known))
      }))

    for (const fault of faults) {
      test(`whose outcome nobody knows (${fault.replaceAll("_", " ")}) go back once`, (it) =>
        Effect.gen(function*() {
          const payment = yield* Fixture.paid(it, "pay_1")
          // of a part, money that goes back twice would be noticed
          const amount = it.gateway.capabilities.partialRefund ? 2_500 : 10_000
          const ask = { ...Fixture.asked(payment, "refund"), amount: it.money(amount) }
          yield* it.fail(fault)
          assert.strictEqual(yield* Fixture.failure(it.gateway.refund(ask)), "GatewayUnavailable")
          assert.deepStrictEqual((yield* it.gateway.refund(ask)).amount, it.money(amount))
          yield* it.gateway.refund(ask)
          assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [10_000, amount])
        }))
    }
  })
}
