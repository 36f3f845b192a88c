import { assert, describe, it } from "@effect/vitest"
import * as Currency from "@stoa/core/kernel/Currency"
import type { PaymentGateway } from "@stoa/core/payments/PaymentGateway"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import * as fc from "fast-check"
import * as Answers from "./PaystackAnswers.ts"
import { make, type PaystackOptions } from "./PaystackGateway.ts"
import { limits, units } from "./PaystackUnits.ts"
import { FakePaystack } from "./testing/index.ts"

const money = (amount: number, currency: string) => ({ amount, currency: Currency.Currency.make(currency) })

const request = (id: string): Parameters<PaymentGateway["create"]>[0] => ({
  paymentId: id,
  orderNumber: 1001,
  idempotencyKey: `${id}:create`,
  amount: money(10_000, "NGN"),
  method: null,
  returnUrl: "https://shop.example/thanks",
  email: "ada@example.com",
  capture: true
})

const test = (
  name: string,
  body: (fake: FakePaystack.FakePaystack, gateway: PaymentGateway) => Effect.Effect<unknown, unknown>,
  options: Partial<PaystackOptions> = {}
) =>
  it.effect(name, () =>
    Effect.scoped(Effect.gen(function*() {
      const fake = yield* FakePaystack.open()
      yield* body(fake, make({ secretKey: fake.secretKey, baseUrl: fake.url, ...options }))
    })))

describe("what Paystack counts in", () => {
  it("is hundredths, of XOF too, which is always whole", () => {
    assert.strictEqual(units.toGateway(money(1, "XOF")), 100)
    assert.deepStrictEqual(units.fromGateway(100, "XOF"), money(1, "XOF"))
    assert.isUndefined(units.fromGateway(150, "XOF"))
    assert.strictEqual(units.toGateway(money(1_999, "NGN")), 1_999)
  })

  it("is the same there and back, for every currency", () => {
    for (const currency of units.currencies) {
      fc.assert(fc.property(fc.integer({ min: limits(currency).minimum ?? 1, max: 10 ** 10 }), (amount) => {
        const there = units.toGateway(money(amount, currency)) ?? Number.NaN
        assert.deepStrictEqual(units.fromGateway(there, currency), money(amount, currency))
      }))
    }
  })
})

describe("payments through Paystack", () => {
  test("say what Paystack knows of the card", (fake, gateway) =>
    Effect.gen(function*() {
      const away = yield* gateway.create(request("pay_1"))
      assert.isNull(away.card, "nobody has paid yet")
      yield* fake.visit(away.reference, "pays")
      const paid = yield* gateway.retrieve({ paymentId: "pay_1", gatewayReference: away.reference, idempotencyKey: "k" })
      assert.deepStrictEqual(paid?.card, {
        fingerprint: "SIG_fake4081",
        brand: "visa",
        last4: "4081",
        country: "NG",
        funding: "debit",
        checks: { address: null, postalCode: null, securityCode: null },
        threeDSecure: null
      })
    }))

  test("are made again with another reference where nobody could be sent to the page", (fake, gateway) =>
    Effect.gen(function*() {
      yield* fake.fail("lost_answer")
      yield* Effect.flip(gateway.create(request("pay_1")))
      assert.isUndefined(
        yield* gateway.retrieve({ paymentId: "pay_1", gatewayReference: null, idempotencyKey: "k" }),
        "nobody can be at that page"
      )
      const again = yield* gateway.create(request("pay_1"))
      assert.strictEqual(again.reference, "pay-1.2")
      yield* fake.visit(again.reference, "pays")
      const paid = yield* gateway.retrieve({ paymentId: "pay_1", gatewayReference: null, idempotencyKey: "k" })
      assert.deepStrictEqual([paid?.reference, paid?.status], ["pay-1.2", "captured"])
      const event = yield* gateway.parseWebhook(yield* fake.webhook(again.reference))
      assert.deepStrictEqual([event.gatewayReference, event.paymentId], ["pay-1.2", "pay_1"])
    }))

  test("are not authorised only, and ask nobody for it", (fake, gateway) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(gateway.create({ ...request("pay_1"), capture: false }))
      assert.strictEqual(error._tag, "GatewayRejected")
      assert.lengthOf(fake.requests, 0)
    }))

  test("that come late, after they were given up, are told as they are", (fake, gateway) =>
    Effect.gen(function*() {
      const { reference } = yield* gateway.create(request("pay_1"))
      assert.strictEqual((yield* gateway.cancel({ gatewayReference: reference, idempotencyKey: "c" })).status, "cancelled")
      yield* fake.visit(reference, "pays")
      const now = yield* gateway.retrieve({ paymentId: "pay_1", gatewayReference: reference, idempotencyKey: "k" })
      assert.strictEqual(now?.status, "captured")
      assert.strictEqual(
        (yield* Effect.flip(gateway.cancel({ gatewayReference: reference, idempotencyKey: "c" })))._tag,
        "GatewayRejected"
      )
    }))

  test("give back slowly: first it is pending, and done when somebody looks again", (fake, gateway) =>
    Effect.gen(function*() {
      const { reference } = yield* gateway.create(request("pay_1"))
      yield* fake.visit(reference, "pays")
      const ask = { gatewayReference: reference, idempotencyKey: "ref_1" }
      const asked = yield* gateway.refund({ ...ask, amount: money(100, "NGN") })
      assert.strictEqual(asked.status, "pending")
      const found = yield* gateway.retrieveRefund({ ...ask, refundReference: asked.reference })
      assert.strictEqual(found?.status, "succeeded")
    }))

  test("are for staff to put right with a key that Paystack does not accept", (_, gateway) =>
    Effect.gen(function*() {
      assert.strictEqual((yield* Effect.flip(gateway.create(request("pay_1"))))._tag, "GatewayMisconfigured")
    }), { secretKey: "sk_test_another" })
})

describe("what Paystack says", () => {
  const transaction = { reference: "pay-1", status: "success", amount: 40_333, requested_amount: 30_050, currency: "NGN" }

  it("of a payment whose fees the buyer bears is what was asked for", () => {
    assert.deepStrictEqual(Answers.payment(transaction).amount, money(30_050, "NGN"))
    assert.deepStrictEqual(Answers.payment({ ...transaction, amount: 100 }).amount, money(100, "NGN"), "but never more")
  })

  it.each([
    ["success", "captured"],
    ["failed", "failed"],
    ["abandoned", "requires_action"],
    ["ongoing", "requires_action"],
    ["pending", "processing"],
    ["queued", "processing"],
    ["reversed", "cancelled"],
    ["something new", "processing"]
  ])("as %s is %s", (status, expected) => {
    assert.strictEqual(Answers.payment({ ...transaction, status }).status, expected)
  })

  it.each([["pending", "pending"], ["needs-attention", "pending"], ["processed", "succeeded"], ["failed", "failed"]])(
    "of a refund as %s is %s",
    (status, expected) => {
      assert.strictEqual(Answers.refund({ id: 1, amount: 100, currency: "NGN", status }).status, expected)
    }
  )
})

describe("webhooks of Paystack", () => {
  test("about refunds, whose amounts are text or numbers, have a key for each news", (fake, gateway) =>
    Effect.gen(function*() {
      const read = (event: string, data: unknown) =>
        Effect.flatMap(fake.sign(new TextEncoder().encode(JSON.stringify({ event, data }))), gateway.parseWebhook)
      const about = { transaction_reference: "pay-1", refund_reference: null, currency: "NGN" }
      const pending = yield* read("refund.pending", { ...about, status: "pending", amount: "10000" })
      const failed = yield* read("refund.failed", { ...about, status: "failed", amount: 10_000 })
      assert.deepStrictEqual([pending.gatewayReference, failed.paymentId], ["pay-1", "pay_1"])
      assert.notStrictEqual(pending.key, failed.key)
      const dispute = yield* read("charge.dispute.create", { id: 1, status: "pending", transaction: { reference: "pay-1" } })
      assert.strictEqual(dispute.gatewayReference, "pay-1")
      const other = yield* read("transfer.success", { id: 7, reference: "payroll", status: "success" })
      assert.isNull(other.paymentId)
    }))

  test("about refunds that nothing names are news of their own minutes later, though another of as much has failed", (fake, gateway) =>
    Effect.gen(function*() {
      const failed = (more: Readonly<Record<string, unknown>>) =>
        Effect.map(
          Effect.flatMap(fake.sign(new TextEncoder().encode(JSON.stringify({
            event: "refund.failed",
            data: { transaction_reference: "pay-1", refund_reference: null, status: "failed", amount: 10_000, ...more }
          }))), gateway.parseWebhook),
          ({ key }) => key
        )
      const first = yield* failed({})
      const named = yield* failed({ refund_reference: "ref-1" })
      assert.strictEqual(yield* failed({}), first, "it may come twice")
      assert.notStrictEqual(yield* failed({ amount: 5_000 }), first)
      yield* TestClock.adjust("3 minutes")
      assert.notStrictEqual(yield* failed({}), first)
      assert.strictEqual(yield* failed({ refund_reference: "ref-1" }), named)
    }))
})

it("a gateway without the secret of its webhooks is refused when it is made", () => {
  assert.throws(() => make({ secretKey: "" }), /secretKey/)
})
