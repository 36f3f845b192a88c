/**
 * What becomes of money that was only authorised: taken in whole or in part, or given up, and never both.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fixture from "./GatewayFixture.ts"
import { faults, type GatewayHarness } from "./GatewayHarness.ts"
import type { Register } from "./Register.ts"

export const gatewayCaptureSuite = (harness: GatewayHarness, register?: Register): void => {
  const { describe, test } = Fixture.tests(harness, register)

  /** A payment whose money is reserved; `undefined` where the gateway knows no such thing, and refuses to try. */
  const authorized = Effect.fnUntraced(function*(it: Fixture.Tested, id = "pay_1") {
    if (!it.gateway.capabilities.manualCapture) {
      const request = Fixture.request(it, id, "pays", { capture: false })
      assert.strictEqual(yield* Fixture.failure(it.gateway.create(request)), "GatewayRejected")
      assert.lengthOf(yield* it.records, 0)
      return undefined
    }
    const payment = yield* Fixture.paid(it, id, "pays", { capture: false })
    assert.strictEqual(payment.status, "authorized")
    assert.deepStrictEqual(payment.amount, it.money(10_000))
    assert.deepStrictEqual(yield* Fixture.moved(it, id), [0, 0])
    return payment
  })

  describe(`authorisations through ${harness.name}`, () => {
    test("are captured, once", (it) =>
      Effect.gen(function*() {
        const payment = yield* authorized(it)
        if (payment === undefined) return
        const capture = { ...Fixture.asked(payment, "capture"), amount: it.money(10_000) }
        for (let time = 0; time < 2; time++) {
          const captured = yield* it.gateway.capture(capture)
          assert.deepStrictEqual([captured.status, captured.amount], ["captured", it.money(10_000)])
        }
        // a second one, with a key of its own, takes nothing more, however it is answered
        yield* Effect.ignore(it.gateway.capture({ ...capture, idempotencyKey: "another" }))
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [10_000, 0])
        // nor is the capture of another payment taken for this one
        const other = yield* authorized(it, "pay_2")
        if (other === undefined) return
        const captured = yield* it.gateway.capture({ ...Fixture.asked(other, "capture"), amount: it.money(10_000) })
        assert.deepStrictEqual([captured.reference, captured.status], [other.reference, "captured"])
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_2"), [10_000, 0])
      }))

    test("are captured in part, if the gateway can, and never above", (it) =>
      Effect.gen(function*() {
        const payment = yield* authorized(it)
        if (payment === undefined) return
        const part = { ...Fixture.asked(payment, "part"), amount: it.money(4_000) }
        const above = { ...Fixture.asked(payment, "above"), amount: it.money(10_001) }
        assert.strictEqual(yield* Fixture.failure(it.gateway.capture(above)), "GatewayRejected")
        if (it.gateway.capabilities.partialCapture) {
          const captured = yield* it.gateway.capture(part)
          assert.deepStrictEqual([captured.status, captured.amount], ["captured", it.money(4_000)])
          assert.deepStrictEqual((yield* Fixture.now(it, "pay_1", payment.reference)).amount, it.money(4_000))
          assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [4_000, 0])
        } else {
          assert.strictEqual(yield* Fixture.failure(it.gateway.capture(part)), "GatewayRejected")
          assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [0, 0])
        }
      }))

    test("are captured to the last minor unit, if the gateway can in part", (it) =>
      Effect.gen(function*() {
        const payment = yield* authorized(it)
        if (payment === undefined || !it.gateway.capabilities.partialCapture) return
        const amount = Fixture.odd(it.gateway, harness.currency)[0] ?? it.money(1)
        const captured = yield* it.gateway.capture({ ...Fixture.asked(payment, "capture"), amount })
        assert.deepStrictEqual([captured.status, captured.amount], ["captured", amount])
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [amount.amount, 0])
      }))

    test("that were given up are never captured", (it) =>
      Effect.gen(function*() {
        const payment = yield* authorized(it)
        if (payment === undefined) return
        assert.strictEqual((yield* it.gateway.cancel(Fixture.asked(payment, "cancel"))).status, "cancelled")
        assert.strictEqual((yield* Fixture.now(it, "pay_1", payment.reference)).status, "cancelled")
        const capture = { ...Fixture.asked(payment, "capture"), amount: it.money(10_000) }
        assert.strictEqual(yield* Fixture.failure(it.gateway.capture(capture)), "GatewayRejected")
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [0, 0])
      }))

    test("that were captured are not given up", (it) =>
      Effect.gen(function*() {
        const payment = yield* authorized(it)
        if (payment === undefined) return
        yield* it.gateway.capture({ ...Fixture.asked(payment, "capture"), amount: it.money(10_000) })
        assert.strictEqual(
          yield* Fixture.failure(it.gateway.cancel(Fixture.asked(payment, "cancel"))),
          "GatewayRejected"
        )
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [10_000, 0])
      }))

    for (const fault of faults) {
      test(`are captured once though nobody heard the first time (${fault.replaceAll("_", " ")})`, (it) =>
        Effect.gen(function*() {
          const payment = yield* authorized(it)
          if (payment === undefined) return
          const capture = { ...Fixture.asked(payment, "capture"), amount: it.money(10_000) }
          yield* it.fail(fault)
          assert.strictEqual(yield* Fixture.failure(it.gateway.capture(capture)), "GatewayUnavailable")
          assert.strictEqual((yield* it.gateway.capture(capture)).status, "captured")
          assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [10_000, 0])
        }))
    }
  })

  describe(`payments that wait for a buyer at ${harness.name}`, () => {
    test("are given up, so that the buyer cannot pay any more, or what comes late is told", (it) =>
      Effect.gen(function*() {
        const away = yield* it.gateway.create(Fixture.request(it, "pay_1", "is_sent_away"))
        const given = yield* Effect.result(it.gateway.cancel(Fixture.asked(away, "cancel")))
        yield* Effect.ignore(it.visit(away.reference, "is_sent_away"))
        const [captured] = yield* Fixture.moved(it, "pay_1")
        const now = yield* Fixture.now(it, "pay_1", away.reference)
        if (it.gateway.capabilities.lateMoney !== true && given._tag === "Success" && given.success.status === "cancelled") {
          assert.strictEqual(captured, 0)
          assert.strictEqual(now.status, "cancelled")
        } else {
          assert.strictEqual(now.status === "captured", captured > 0, "whatever it said, it tells the truth")
        }
      }))
  })
}
