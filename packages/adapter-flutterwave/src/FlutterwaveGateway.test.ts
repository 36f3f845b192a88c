import { assert, describe, it } from "@effect/vitest"
import * as Currency from "@stoa/core/kernel/Currency"
import type { PaymentGateway } from "@stoa/core/payments/PaymentGateway"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import * as Answers from "./FlutterwaveAnswers.ts"
import { make, type FlutterwaveOptions } from "./FlutterwaveGateway.ts"
import { units } from "./FlutterwaveUnits.ts"
import { FakeFlutterwave } from "./testing/index.ts"

const money = (amount: number, currency: string) => ({ amount, currency: Currency.Currency.make(currency) })

const request = (id: string): Parameters<PaymentGateway["create"]>[0] => ({
  paymentId: id,
  orderNumber: 1001,
  idempotencyKey: `${id}:create`,
  amount: money(1_999, "NGN"),
  method: null,
  returnUrl: null,
  email: "ada@example.com",
  capture: true
})

const test = (
  name: string,
  body: (fake: FakeFlutterwave.FakeFlutterwave, gateway: PaymentGateway) => Effect.Effect<unknown, unknown>,
  options: Partial<FlutterwaveOptions> = {}
) =>
  it.effect(name, () =>
    Effect.scoped(Effect.gen(function*() {
      const fake = yield* FakeFlutterwave.open()
      yield* body(fake, make({ ...fake.keys, baseUrl: fake.url, returnUrl: "https://shop.example/back", ...options }))
    })))

describe("what Flutterwave counts in", () => {
  it.each([
    ["NGN", 1_999, 19.99],
    ["XOF", 5, 5],
    ["UGX", 5_000, 5_000],
    ["RWF", 100, 100],
    ["USD", 1, 0.01]
  ])("%s %d is %d there", (currency, here, there) => {
    assert.strictEqual(units.toMajor(money(here, currency)), there)
    assert.deepStrictEqual(units.fromMajor(there, currency), money(here, currency))
  })

  it("is the same there and back, as a number in JSON and as text, for every currency", () => {
    for (const currency of units.currencies) {
      fc.assert(fc.property(fc.integer({ min: 1, max: 10 ** 12 }), (amount) => {
        const there = units.toMajor(money(amount, currency)) ?? Number.NaN
        assert.deepStrictEqual(units.fromMajor(JSON.parse(JSON.stringify(there)), currency), money(amount, currency))
        assert.deepStrictEqual(units.fromMajor(String(there), currency), money(amount, currency))
      }))
    }
  })
})

describe("payments through Flutterwave", () => {
  test("say what Flutterwave knows of the card, and know it again by a hash with the shop's key", (fake, gateway) =>
    Effect.gen(function*() {
      yield* gateway.create(request("pay_1"))
      yield* fake.visit("pay_1", "pays")
      const known = { paymentId: "pay_1", gatewayReference: "pay_1", idempotencyKey: "k" }
      const { fingerprint = null, ...facts } = (yield* gateway.retrieve(known))?.card ?? {}
      assert.deepStrictEqual(facts, {
        brand: "VISA",
        last4: "4081",
        country: "NG",
        funding: "debit",
        checks: { address: null, postalCode: null, securityCode: null },
        threeDSecure: null
      })
      assert.match(fingerprint ?? "", /^[\w-]{43}$/)
      const card = { first_6digits: "408408", last_4digits: "4081", expiry: "12/34" }
      const transaction = { id: 1, tx_ref: "pay_1", status: "successful", amount: 1, currency: "NGN", card }
      assert.strictEqual(Answers.cardOf(transaction, fake.keys.secretKey)?.fingerprint, fingerprint)
      assert.notStrictEqual(Answers.cardOf(transaction, "another shop's")?.fingerprint, fingerprint)
    }))

  test("attack 43, verif-hash only: are what its API says, whatever a webhook says that anybody may have sent", (fake, gateway) =>
    Effect.gen(function*() {
      const { reference } = yield* gateway.create(request("pay_1"))
      const lie = { event: "charge.completed", data: { id: 1, tx_ref: reference, status: "successful", amount: 19.99 } }
      const event = yield* gateway.parseWebhook(yield* fake.sign(new TextEncoder().encode(JSON.stringify(lie))))
      assert.strictEqual(event.gatewayReference, reference)
      const now = yield* gateway.retrieve({ paymentId: "pay_1", gatewayReference: reference, idempotencyKey: "k" })
      assert.strictEqual(now?.status, "requires_action")
    }))

  test("are found by their refund, where all that is said of that is its own id, in whichever way it is written", (fake, gateway) =>
    Effect.gen(function*() {
      const read = (data: unknown) =>
        Effect.flatMap(fake.sign(new TextEncoder().encode(JSON.stringify({ event: "refund.failed", data }))), gateway.parseWebhook)
      for (const data of [{ id: 77, status: "failed" }, { Id: 77, status: "failed", FlwRef: "x", TransactionId: 5 }]) {
        const { gatewayReference, refundReference } = yield* read(data)
        assert.deepStrictEqual([gatewayReference, refundReference], [null, "77"])
      }
      assert.strictEqual((yield* Effect.flip(read({ status: "failed" })))._tag, "WebhookRejected")
    }))

  test("are found again with the same page where the answer was lost", (fake, gateway) =>
    Effect.gen(function*() {
      yield* fake.fail("lost_answer")
      yield* Effect.flip(gateway.create(request("pay_1")))
      const again = yield* gateway.create(request("pay_1"))
      assert.strictEqual(again.nextAction?.url, `${fake.url}/pay/pay_1`)
      yield* fake.visit("pay_1", "pays")
      const paid = yield* gateway.retrieve({ paymentId: "pay_1", gatewayReference: null, idempotencyKey: "k" })
      assert.deepStrictEqual([paid?.status, paid?.amount], ["captured", money(1_999, "NGN")])
    }))

  test("come back after a card was declined at the page, with another card", (fake, gateway) =>
    Effect.gen(function*() {
      const { reference } = yield* gateway.create(request("pay_1"))
      yield* fake.visit(reference, "has_too_little")
      const known = { paymentId: "pay_1", gatewayReference: reference, idempotencyKey: "k" }
      assert.strictEqual((yield* gateway.retrieve(known))?.failure?.gatewayCode, "Insufficient Funds")
      yield* fake.visit(reference, "pays")
      assert.strictEqual((yield* gateway.retrieve(known))?.status, "captured")
    }))

  test("give back in decimals that add up", (fake, gateway) =>
    Effect.gen(function*() {
      const { reference } = yield* gateway.create(request("pay_1"))
      yield* fake.visit(reference, "pays")
      const refund = (key: string, amount: number) =>
        gateway.refund({ gatewayReference: reference, idempotencyKey: key, amount: money(amount, "NGN") })
      const first = yield* refund("a", 10)
      assert.strictEqual(first.status, "pending", "\"completed\" is begun")
      yield* refund("b", 1_989)
      assert.strictEqual((yield* Effect.flip(refund("c", 1)))._tag, "GatewayRejected")
      const known = { gatewayReference: reference, refundReference: null, idempotencyKey: "a" }
      assert.strictEqual((yield* gateway.retrieveRefund(known))?.status, "succeeded")
    }))

  test("are for staff to put right with a key that Flutterwave does not accept", (_, gateway) =>
    Effect.gen(function*() {
      assert.strictEqual((yield* Effect.flip(gateway.create(request("pay_1"))))._tag, "GatewayMisconfigured")
    }), { secretKey: "FLWSECK_TEST-another" })
})

describe("what Flutterwave says", () => {
  it.each([
    ["completed", "pending"],
    ["completed-bank-transfer", "succeeded"],
    ["completed-momo", "succeeded"],
    ["failed", "failed"],
    ["something new", "pending"]
  ])("of a refund as %s is %s", (status, expected) => {
    assert.strictEqual(Answers.refund({ id: 1, tx_id: 1, amount_refunded: 1, status }, "NGN").status, expected)
  })

  it.each([["successful", "captured"], ["failed", "failed"], ["pending", "processing"], ["something new", "processing"]])(
    "of a payment as %s is %s",
    (status, expected) => {
      assert.strictEqual(Answers.payment({ id: 1, tx_ref: "pay_1", amount: 1, currency: "NGN", status }).status, expected)
    }
  )
})

it("a gateway without the secret of its webhooks is refused when it is made", () => {
  assert.throws(() => make({ secretKey: "FLWSECK-1", secretHash: "", returnUrl: "https://shop.example/thanks" }), /secretHash/)
})
