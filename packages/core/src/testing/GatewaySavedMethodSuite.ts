/**
 * What a gateway keeps for a buyer's next time: with a payment or without one, to pay with again, and to be forgotten.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { GatewayMethod } from "../payments/PaymentGateway.ts"
import * as Fixture from "./GatewayFixture.ts"
import { faults, type GatewayHarness } from "./GatewayHarness.ts"
import type { Register } from "./Register.ts"

/** What a gateway keeps of a payment. */
const kept = Effect.fnUntraced(function*(it: Fixture.Tested, id: string) {
  const { savedMethod } = yield* Fixture.paid(it, id, "pays", { saveMethod: true })
  return savedMethod ?? (yield* Effect.die("the gateway keeps the means of payment"))
})

/** A request to pay with what is kept. */
const paying = (it: Fixture.Tested, id: string, method: GatewayMethod, changes: { readonly offSession?: boolean } = {}) =>
  it.gateway.create(Fixture.request(it, id, "pays", { method: null, savedMethod: method.reference, ...changes }))

export const gatewaySavedMethodSuite = (harness: GatewayHarness, register?: Register): void => {
  const { describe, test } = Fixture.tests(harness, register)

  describe(`means of payment that ${harness.name} keeps`, () => {
    test("pay again, once for one key, and are no card numbers", (it) =>
      Effect.gen(function*() {
        if (!it.gateway.capabilities.savedMethods) return
        const method = yield* kept(it, "pay_1")
        assert.isNotEmpty(method.reference)
        assert.isAtMost(method.reference.length, 200)
        assert.match(method.last4 ?? "0000", /^\d{4}$/)
        for (const [id, changes] of [["pay_2", {}], ["pay_3", { offSession: true }]] as const) {
          const again = yield* paying(it, id, method, changes)
          assert.deepStrictEqual([again.status, again.amount], ["captured", it.money(10_000)])
          assert.deepStrictEqual(yield* Fixture.moved(it, id), [10_000, 0])
          assert.strictEqual((yield* paying(it, id, method, changes)).reference, again.reference, "one key charges once")
        }
        assert.lengthOf(yield* it.records, 3)
      }))

    test("are told again by whoever asks later, and not where the buyer has not agreed", (it) =>
      Effect.gen(function*() {
        if (!it.gateway.capabilities.savedMethods) return
        const method = yield* kept(it, "pay_1")
        assert.deepStrictEqual((yield* Fixture.now(it, "pay_1")).savedMethod, method)
        const plain = yield* Fixture.paid(it, "pay_2")
        assert.isNull(plain.savedMethod ?? null)
        assert.isNull((yield* Fixture.now(it, "pay_2", plain.reference)).savedMethod ?? null)
      }))

    test("send the buyer to the bank's page where the bank wants to see them, and are declined where they are not there", (it) =>
      Effect.gen(function*() {
        if (it.savedMethods?.challenge === undefined) return
        const method = yield* kept(it, "pay_1")
        yield* it.savedMethods.challenge
        const away = yield* paying(it, "pay_2", method)
        assert.strictEqual(away.status, "requires_action")
        assert.match(away.nextAction?.url ?? "", /^https?:\/\//)
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_2"), [0, 0])
        yield* it.visit(away.reference, "pays")
        assert.strictEqual((yield* Fixture.now(it, "pay_2", away.reference)).status, "captured")
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_2"), [10_000, 0])
        const alone = yield* paying(it, "pay_3", method, { offSession: true })
        assert.deepStrictEqual([alone.status, alone.failure?.code, alone.nextAction], ["failed", "authentication_failed", null])
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_3"), [0, 0])
      }))

    test("are forgotten, also twice, and cannot be paid with then", (it) =>
      Effect.gen(function*() {
        const { forget } = it.gateway
        if (forget === undefined || harness.name === "the sandbox") return
        const method = yield* kept(it, "pay_1")
        yield* forget({ reference: method.reference })
        yield* forget({ reference: method.reference })
        const refused = yield* Effect.result(paying(it, "pay_2", method))
        if (refused._tag === "Success") assert.strictEqual(refused.success.status, "failed")
        else assert.strictEqual(refused.failure._tag, "GatewayRejected")
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_2"), [0, 0])
      }))

    const setup = (it: Fixture.Tested, key: string, behaviour: "pays" | "is_declined" | "is_sent_away") =>
      it.gateway.setup?.({
        idempotencyKey: `${key}:setup`,
        method: it.method(behaviour) ?? "",
        email: "ada@example.com",
        returnUrl: "https://shop.example/account"
      }) ?? Effect.die("this gateway keeps nothing without a payment")

    test("are kept without a payment, once for one key, and pay afterwards", (it) =>
      Effect.gen(function*() {
        const { retrieveSetup } = it.gateway
        if (it.gateway.setup === undefined || retrieveSetup === undefined) return
        const first = yield* setup(it, "saved_1", "pays")
        assert.deepStrictEqual([first.status, first.failure, first.nextAction], ["saved", null, null])
        assert.deepStrictEqual(yield* setup(it, "saved_1", "pays"), first)
        assert.deepStrictEqual(yield* retrieveSetup({ reference: first.reference }), first)
        assert.lengthOf(yield* it.records, 0, "no money was taken")
        if (first.method === null) return assert.fail("the gateway keeps the means of payment")
        assert.strictEqual((yield* paying(it, "pay_1", first.method)).status, "captured")
        const declined = yield* setup(it, "saved_2", "is_declined")
        assert.deepStrictEqual([declined.status, declined.failure?.code, declined.method], ["failed", "declined", null])
        assert.isUndefined(yield* retrieveSetup({ reference: `${first.reference}0` }))
      }))

    test("are kept once the buyer has agreed at the bank's page, which a webhook tells", (it) =>
      Effect.gen(function*() {
        const { retrieveSetup } = it.gateway
        const setups = it.savedMethods?.setups
        if (setups === undefined || retrieveSetup === undefined) return
        for (const agrees of [true, false]) {
          const away = yield* setup(it, `saved_${agrees}`, "is_sent_away")
          assert.strictEqual(away.status, "requires_action")
          assert.match(away.nextAction?.url ?? "", /^https?:\/\//)
          assert.strictEqual((yield* retrieveSetup({ reference: away.reference }))?.status, "requires_action", "coming back proves nothing")
          yield* setups.visit(away.reference, agrees)
          const after = yield* retrieveSetup({ reference: away.reference })
          assert.deepStrictEqual([after?.status, after?.method === null], agrees ? ["saved", false] : ["failed", true])
          const event = yield* it.gateway.parseWebhook(yield* setups.webhook(away.reference))
          assert.deepStrictEqual([event.setupReference, event.gatewayReference, event.paymentId], [away.reference, null, null])
        }
      }))

    for (const fault of faults) {
      test(`are kept though nobody heard of it (${fault.replaceAll("_", " ")})`, (it) =>
        Effect.gen(function*() {
          if (it.savedMethods?.setups === undefined) return
          yield* it.fail(fault)
          assert.strictEqual(yield* Fixture.failure(setup(it, "saved_1", "pays")), "GatewayUnavailable")
          assert.strictEqual((yield* setup(it, "saved_1", "pays")).status, "saved")
        }))
    }
  })
}
