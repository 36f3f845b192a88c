/**
 * What becomes of money that is to go back: never twice, and never more than was taken.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Currency from "../kernel/Currency.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as Fixture from "./GatewayFixture.ts"
import { faults, type GatewayHarness } from "./GatewayHarness.ts"
import type { Register } from "./Register.ts"

export const gatewayRefundSuite = (harness: GatewayHarness, register?: Register): void => {
  const { describe, test } = Fixture.tests(harness, register)

  /** The key of the news of what a refund is now, where the gateway tells. */
  const heard = Effect.fnUntraced(function*(it: Fixture.Tested, refund: string) {
    if (it.refunds?.webhook === undefined) return undefined
    const event = yield* it.gateway.parseWebhook(yield* it.refunds.webhook(refund))
    assert.isTrue(event.gatewayReference !== null || event.paymentId !== null, "a refund's news is its payment's")
    return event.key
  })

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

    test("that take their time are on their way until they end, and hold their amount", (it) =>
      Effect.gen(function*() {
        if (it.refunds === undefined) return
        yield* it.refunds.takeTime
        const payment = yield* Fixture.paid(it, "pay_1")
        const ask = { ...Fixture.asked(payment, "refund"), amount: it.money(10_000) }
        const { gatewayReference, idempotencyKey } = ask
        const first = yield* it.gateway.refund(ask)
        const told = Effect.forEach([first.reference, null], (refundReference) =>
          Effect.map(it.gateway.retrieveRefund({ gatewayReference, idempotencyKey, refundReference }), (found) => found?.status))
        assert.deepStrictEqual([first.status, first.amount], ["pending", it.money(10_000)])
        assert.deepStrictEqual(yield* told, ["pending", "pending"])
        const again = it.gateway.refund({ ...ask, idempotencyKey: "another" })
        assert.strictEqual(yield* Fixture.failure(again), "GatewayRejected", "its money is on its way already")
        const news = yield* heard(it, first.reference)
        yield* it.refunds.end(first.reference, "succeeded")
        assert.deepStrictEqual(yield* told, ["succeeded", "succeeded"])
        assert.strictEqual((yield* it.gateway.refund(ask)).reference, first.reference)
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [10_000, 10_000])
        if (news !== undefined) assert.notStrictEqual(yield* heard(it, first.reference), news, "that it ended is news")
      }))

    test("that were done and whose money comes back are told as failed, which is news", (it) =>
      Effect.gen(function*() {
        if (it.refunds?.comeBack === undefined) return
        yield* it.refunds.takeTime
        const payment = yield* Fixture.paid(it, "pay_1")
        const ask = { ...Fixture.asked(payment, "refund"), amount: it.money(10_000) }
        const { gatewayReference, idempotencyKey } = ask
        const { reference } = yield* it.gateway.refund(ask)
        const told = Effect.map(
          it.gateway.retrieveRefund({ gatewayReference, idempotencyKey, refundReference: reference }),
          (found) => found?.status
        )
        yield* it.refunds.end(reference, "succeeded")
        assert.strictEqual(yield* told, "succeeded")
        const news = yield* heard(it, reference)
        yield* it.refunds.comeBack(reference)
        assert.strictEqual(yield* told, "failed")
        if (news !== undefined) assert.notStrictEqual(yield* heard(it, reference), news, "that it came back is news")
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [10_000, 0])
      }))

    test("that fail later are told as failed, and the money can go back again", (it) =>
      Effect.gen(function*() {
        if (it.refunds === undefined) return
        yield* it.refunds.takeTime
        const payment = yield* Fixture.paid(it, "pay_1")
        const ask = { ...Fixture.asked(payment, "refund"), amount: it.money(10_000) }
        const { gatewayReference, idempotencyKey } = ask
        const first = yield* it.gateway.refund(ask)
        yield* it.refunds.end(first.reference, "failed")
        for (const refundReference of [first.reference, null]) {
          const found = yield* it.gateway.retrieveRefund({ gatewayReference, idempotencyKey, refundReference })
          assert.deepStrictEqual([found?.status, found?.amount], ["failed", it.money(10_000)])
          assert.isNotEmpty(found?.failure?.gatewayCode, "staff read why")
        }
        const window = { since: Timestamp.fromMillis(0), until: Timestamp.fromMillis(600_000), after: null }
        const [listed] = (yield* it.gateway.list(window)).items
        assert.deepStrictEqual(listed?.refunded, it.money(0), "the shop has the money again")
        assert.strictEqual((yield* Fixture.now(it, "pay_1", payment.reference)).status, "captured")
        yield* Effect.ignore(it.gateway.refund(ask))
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [10_000, 0], "a key is used once")
        const second = yield* it.gateway.refund({ ...ask, idempotencyKey: "another" })
        assert.notStrictEqual(second.reference, first.reference)
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [10_000, 10_000])
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
