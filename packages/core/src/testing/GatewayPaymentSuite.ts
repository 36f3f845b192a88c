/**
 * What becomes of money that a gateway is asked for: taken once, or not at all, and always told as it is.
 */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Currency from "../kernel/Currency.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { GatewayError } from "../payments/PaymentGateway.ts"
import * as Fixture from "./GatewayFixture.ts"
import { faults, type GatewayHarness, outages } from "./GatewayHarness.ts"
import type { Register } from "./Register.ts"

export const gatewayPaymentSuite = (harness: GatewayHarness, register?: Register): void => {
  const { describe, test } = Fixture.tests(harness, register)

  describe(`payments through ${harness.name}`, () => {
    test("take the money, and are the same whoever asks about them", (it) =>
      Effect.gen(function*() {
        const payment = yield* Fixture.paid(it, "pay_1")
        assert.strictEqual(payment.status, "captured")
        assert.deepStrictEqual(payment.amount, it.money(10_000))
        assert.isNull(payment.failure)
        assert.isNull(payment.nextAction)
        for (const reference of [payment.reference, null]) {
          const found = yield* Fixture.now(it, "pay_1", reference)
          assert.deepStrictEqual([found.reference, found.status, found.amount], [
            payment.reference,
            "captured",
            it.money(10_000)
          ])
        }
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [10_000, 0])
      }))

    test("are one for one key, one after the other and at once", (it) =>
      Effect.gen(function*() {
        const request = Fixture.request(it, "pay_1", "pays")
        const first = yield* it.gateway.create(request)
        assert.strictEqual((yield* it.gateway.create(request)).reference, first.reference)
        const another = Fixture.request(it, "pay_2", "pays")
        const all = yield* Effect.all(Array.from({ length: 5 }, () => Effect.result(it.gateway.create(another))), {
          concurrency: "unbounded"
        })
        for (const one of all) {
          // that the first is still at work says nothing of what becomes of it
          if (one._tag === "Failure") assert.strictEqual(one.failure._tag, "GatewayUnavailable")
        }
        const references = all.flatMap((one) => one._tag === "Success" ? [one.success.reference] : [])
        assert.strictEqual(new Set(references).size, 1)
        if (first.status === "requires_action") {
          for (const reference of [first.reference, ...references]) yield* it.visit(reference, "pays")
        }
        assert.lengthOf(yield* Fixture.charges(it), 2)
      }))

    test("refuse a key that was used for another amount", (it) =>
      Effect.gen(function*() {
        yield* Fixture.paid(it, "pay_1")
        const other = Fixture.request(it, "pay_1", "pays", { amount: it.money(20_000) })
        assert.strictEqual(yield* Fixture.failure(it.gateway.create(other)), "GatewayRejected")
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [10_000, 0])
      }))

    for (const [behaviour, code] of [["is_declined", "declined"], ["has_too_little", "insufficient_funds"]] as const) {
      test(`say that the buyer ${behaviour.replaceAll("_", " ")}, and keep the gateway's own word for it`, (it) =>
        Effect.gen(function*() {
          const payment = yield* Fixture.paid(it, "pay_1", behaviour)
          assert.strictEqual(payment.status, "failed")
          assert.strictEqual(payment.failure?.code, code)
          assert.isNotEmpty(payment.failure?.gatewayCode)
          assert.strictEqual((yield* Fixture.now(it, "pay_1", payment.reference)).status, "failed")
          assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [0, 0])
          assert.strictEqual((yield* Fixture.paid(it, "pay_2")).status, "captured", "another payment works")
        }))
    }

    test("send the buyer away, and are paid when they agreed there", (it) =>
      Effect.gen(function*() {
        const away = yield* it.gateway.create(Fixture.request(it, "pay_1", "is_sent_away"))
        assert.strictEqual(away.status, "requires_action")
        assert.match(away.nextAction?.url ?? "", /^https?:\/\//)
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [0, 0])
        const back = {
          paymentId: "pay_1",
          gatewayReference: away.reference,
          idempotencyKey: "pay_1:confirm",
          returnUrl: "https://shop.example/thanks"
        }
        assert.notStrictEqual((yield* it.gateway.confirm(back)).status, "captured", "coming back proves nothing")
        yield* it.visit(away.reference, "is_sent_away")
        const paid = yield* it.gateway.confirm({ ...back, idempotencyKey: "pay_1:confirm:2" })
        assert.deepStrictEqual([paid.status, paid.amount], ["captured", it.money(10_000)])
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [10_000, 0])
      }))

    test("take nothing from a buyer who turns round at the gateway's page", (it) =>
      Effect.gen(function*() {
        const away = yield* it.gateway.create(Fixture.request(it, "pay_1", "is_sent_away"))
        yield* it.leave(away.reference)
        const payment = yield* Fixture.now(it, "pay_1", away.reference)
        assert.include(["failed", "cancelled", "requires_action"], payment.status)
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [0, 0])
      }))

    test("say the same of the same card, and never its number", (it) =>
      Effect.gen(function*() {
        const first = (yield* Fixture.paid(it, "pay_1")).card ?? null
        const second = (yield* Fixture.paid(it, "pay_2")).card ?? null
        assert.deepStrictEqual(second, first)
        if (first === null) return
        const { fingerprint, ...facts } = first
        assert.notMatch(JSON.stringify(facts), /\d{7}/, "a number of which so much is told can be found out")
        assert.match(fingerprint ?? "none", /[a-z]/i, "it is no number")
        assert.match(first.country ?? "US", /^[A-Z]{2}$/)
        assert.match(first.last4 ?? "4242", /^\d{4}$/)
      }))

    test("that were never made are unknown", (it) =>
      Effect.gen(function*() {
        assert.isUndefined(yield* it.gateway.retrieve(Fixture.known("pay_1")))
      }))

    test("by a means that the gateway does not know are refused", (it) =>
      Effect.gen(function*() {
        const odd = Fixture.request(it, "pay_1", "pays", { method: "no_such_means" })
        assert.strictEqual(yield* Fixture.failure(it.gateway.create(odd)), "GatewayRejected")
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [0, 0])
      }))

    test("of another amount than was asked for are told as they are", (it) =>
      Effect.gen(function*() {
        const payment = yield* Fixture.paid(it, "pay_1", "pays_another_amount")
        const [captured] = yield* Fixture.moved(it, "pay_1")
        assert.strictEqual(payment.status, "captured")
        assert.notStrictEqual(payment.amount.amount, 10_000)
        assert.strictEqual(payment.amount.amount, captured)
      }))

    // both sides count by the adapter's own table, which its test of units holds to numbers that are written out
    test("attack 20, zero-decimal currencies: in every currency that it takes are of exactly what was asked for", (it) =>
      Effect.gen(function*() {
        const { currencies } = it.gateway.capabilities
        const codes = currencies === "all" ? ["USD", "JPY", "KWD", "ISK", "UGX", "XOF", "HUF", "CLF"] : currencies
        for (const code of codes) {
          const id = `pay_${code.toLowerCase()}`
          const amount = Fixture.amountIn(it.gateway, code)
          const payment = yield* Fixture.paid(it, id, "pays", { amount })
          assert.deepStrictEqual([payment.status, payment.amount], ["captured", amount], code)
          assert.deepStrictEqual((yield* Fixture.record(it, id))?.captured, amount, code)
        }
      }))

    test("are of what was asked for to the last minor unit, and go back so", (it) =>
      Effect.gen(function*() {
        const amounts = Fixture.odd(it.gateway, harness.currency)
        for (const amount of amounts) {
          const id = `pay_${amount.amount}`
          const payment = yield* Fixture.paid(it, id, "pays", { amount })
          assert.deepStrictEqual([payment.status, payment.amount], ["captured", amount])
          const refund = yield* it.gateway.refund({ ...Fixture.asked(payment, "refund"), amount })
          assert.deepStrictEqual(refund.amount, amount)
          assert.deepStrictEqual(yield* Fixture.moved(it, id), [amount.amount, amount.amount])
        }
      }))

    test("in a currency, or of an amount, that it does not take are refused before anything is taken", (it) =>
      Effect.gen(function*() {
        const { currencies, limits } = it.gateway.capabilities
        const refused = currencies === "all"
          ? []
          : Currency.all.filter((code) => !currencies.includes(code)).slice(0, 3).map((currency) => ({
            amount: 10_000,
            currency
          }))
        for (const code of currencies === "all" ? [harness.currency] : currencies) {
          const currency = Currency.Currency.make(code)
          const { maximum, minimum, step } = limits?.(currency) ?? {}
          if (minimum !== undefined && minimum > 1) refused.push({ amount: minimum - 1, currency })
          if (maximum !== undefined) refused.push({ amount: maximum + (step ?? 1), currency })
          if (step !== undefined && step > 1) refused.push({ amount: Fixture.amountIn(it.gateway, code).amount + 1, currency })
        }
        for (const amount of refused) {
          const id = `pay_${amount.currency}_${amount.amount}`
          const text = `${amount.amount} ${amount.currency}`
          const request = Fixture.request(it, id, "pays", { amount })
          assert.strictEqual(yield* Fixture.failure(it.gateway.create(request)), "GatewayRejected", text)
        }
        assert.lengthOf(yield* it.records, 0)
      }))

    test("are refused in a word of their own while the gateway does not accept the shop's key", (it) =>
      Effect.gen(function*() {
        const before = yield* Fixture.paid(it, "pay_1")
        const { gateway } = it
        yield* it.revoke(true)
        const calls = {
          create: gateway.create(Fixture.request(it, "pay_2", "pays")),
          retrieve: gateway.retrieve(Fixture.known("pay_1", before.reference)),
          "retrieve by our id": gateway.retrieve(Fixture.known("pay_1")),
          retrieveRefund: gateway.retrieveRefund({ ...Fixture.asked(before, "refund"), refundReference: null }),
          refund: gateway.refund({ ...Fixture.asked(before, "refund"), amount: it.money(10_000) }),
          list: gateway.list({ since: Timestamp.fromMillis(0), until: Timestamp.fromMillis(60_000), after: null })
        }
        for (const [name, call] of Object.entries<Effect.Effect<unknown, GatewayError>>(calls)) {
          const error = yield* Effect.flip(call)
          assert(error._tag === "GatewayMisconfigured", name)
          assert.strictEqual(error.advice, "contact")
          assert.isNotEmpty(error.gatewayCode)
        }
        assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [10_000, 0])
        yield* it.revoke(false)
        assert.isUndefined(yield* gateway.retrieve(Fixture.known("pay_2")), "nothing was made of it")
        assert.strictEqual((yield* Fixture.paid(it, "pay_2")).status, "captured")
      }))

    for (const outage of outages) {
      test(`are out of reach while it is ${outage}, and nobody guesses what became of them`, (it) =>
        Effect.gen(function*() {
          const payment = yield* Fixture.paid(it, "pay_1")
          const amount = it.money(it.gateway.capabilities.partialRefund ? 2_500 : 10_000)
          const refund = { ...Fixture.asked(payment, "refund"), amount }
          const request = Fixture.request(it, "pay_2", "pays")
          const back = { paymentId: "pay_1", idempotencyKey: "pay_1:confirm", returnUrl: "https://shop.example/thanks" }
          const window = { since: Timestamp.fromMillis(0), until: Timestamp.fromMillis(600_000), after: null }
          const gateway = yield* Fixture.asEngine(it)
          yield* it.outage(outage)
          const arrived = Effect.map(it.records, (all) => outage !== "silent" || all.length > 1)
          // first, as the engine does not ask for money any more once too much went wrong
          assert.strictEqual(yield* Fixture.fruitless(gateway.create(request), arrived), "GatewayUnavailable", "create")
          const calls: Record<string, Effect.Effect<unknown, GatewayError>> = {
            retrieve: gateway.retrieve(Fixture.known("pay_1", payment.reference)),
            "retrieve by our id": gateway.retrieve(Fixture.known("pay_1")),
            confirm: gateway.confirm({ ...back, gatewayReference: payment.reference }),
            retrieveRefund: gateway.retrieveRefund({ ...Fixture.asked(payment, "refund"), refundReference: null }),
            list: gateway.list(window),
            refund: gateway.refund(refund),
            ...(gateway.capabilities.manualCapture
              ? {
                capture: gateway.capture({ ...Fixture.asked(payment, "capture"), amount: it.money(10_000) }),
                cancel: gateway.cancel(Fixture.asked(payment, "cancel"))
              }
              : {})
          }
          for (const [name, call] of Object.entries(calls)) {
            assert.strictEqual(yield* Fixture.fruitless(call), "GatewayUnavailable", name)
          }
          yield* it.outage(null)
          const created = yield* it.gateway.create(request)
          if (created.status === "requires_action") yield* it.visit(created.reference, "pays")
          assert.strictEqual((yield* Fixture.now(it, "pay_2", created.reference)).status, "captured")
          assert.deepStrictEqual((yield* it.gateway.refund(refund)).amount, amount)
          assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [10_000, amount.amount])
          assert.deepStrictEqual(yield* Fixture.moved(it, "pay_2"), [10_000, 0])
        }))
    }

    for (const fault of faults) {
      test(`whose outcome nobody knows (${fault.replaceAll("_", " ")}) end with one charge`, (it) =>
        Effect.gen(function*() {
          const request = Fixture.request(it, "pay_1", "pays")
          yield* it.fail(fault)
          assert.strictEqual(yield* Fixture.failure(it.gateway.create(request)), "GatewayUnavailable")
          const found = yield* it.gateway.retrieve(Fixture.known("pay_1"))
          const again = yield* it.gateway.create(request)
          // what a gateway has, but nobody could be sent to, may be made again
          if (found !== undefined) assert.strictEqual(again.reference, found.reference)
          if (again.status === "requires_action") yield* it.visit(again.reference, "pays")
          assert.strictEqual((yield* Fixture.now(it, "pay_1", again.reference)).status, "captured")
          assert.lengthOf(yield* Fixture.charges(it), 1)
          assert.deepStrictEqual(yield* Fixture.moved(it, "pay_1"), [10_000, 0])
        }))
    }
  })
}
