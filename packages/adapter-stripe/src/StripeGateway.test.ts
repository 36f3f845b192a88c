import { assert, describe, it } from "@effect/vitest"
import * as Currency from "@stoa/core/kernel/Currency"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import type { PaymentGateway } from "@stoa/core/payments/PaymentGateway"
import * as Effect from "effect/Effect"
import { make, type StripeOptions } from "./StripeGateway.ts"
import { FakeStripe } from "./testing/index.ts"

const usd = (amount: number) => ({ amount, currency: Currency.Currency.make("USD") })

const request = (id: string, method: string | null): Parameters<PaymentGateway["create"]>[0] => ({
  paymentId: id,
  orderNumber: 1001,
  idempotencyKey: `${id}:create`,
  amount: usd(10_000),
  method,
  returnUrl: "https://shop.example/thanks",
  email: "ada@example.com",
  capture: true
})

const test = (
  name: string,
  body: (fake: FakeStripe.FakeStripe, gateway: PaymentGateway) => Effect.Effect<unknown, unknown>,
  options: Partial<StripeOptions> = {}
) =>
  it.effect(name, () =>
    Effect.scoped(Effect.gen(function*() {
      const fake = yield* FakeStripe.open()
      const { secretKey, webhookSecret } = fake
      yield* body(fake, make({ secretKey, webhookSecret, ...fake.address, ...options }))
    })))

describe("payments through Stripe", () => {
  test("need a means of payment, and ask nobody without one", (fake, gateway) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(gateway.create(request("pay_1", null)))
      assert(error._tag === "GatewayRejected")
      assert.strictEqual(error.failure, "method_unsupported")
      const saved = yield* Effect.flip(gateway.create({ ...request("pay_2", "pm_card_visa"), savedMethod: "pm_alone" }))
      assert.strictEqual(saved._tag, "GatewayRejected")
      assert.lengthOf(fake.requests, 0)
    }))

  test("are declined where the bank asks for a page and there is none to come back to", (_, gateway) =>
    Effect.gen(function*() {
      const payment = yield* gateway.create({ ...request("pay_1", "pm_card_threeDSecure2Required"), returnUrl: null })
      assert.strictEqual(payment.status, "failed")
      assert.strictEqual(payment.failure?.code, "authentication_failed")
    }))

  test("come back to the shop's own address if the payment says none", (_, gateway) =>
    Effect.gen(function*() {
      const payment = yield* gateway.create({ ...request("pay_1", "pm_card_threeDSecure2Required"), returnUrl: null })
      assert.strictEqual(payment.status, "requires_action")
    }), { returnUrl: "https://shop.example/back" })

  test("may be made with a confirmation token", (_, gateway) =>
    Effect.gen(function*() {
      assert.strictEqual((yield* gateway.create(request("pay_1", "ctoken_card_visa"))).status, "captured")
    }))

  test("end as declined when the buyer's bank does not know them", (fake, gateway) =>
    Effect.gen(function*() {
      const { reference } = yield* gateway.create(request("pay_1", "pm_card_threeDSecure2Required"))
      yield* fake.reject(reference)
      const payment = yield* gateway.retrieve({ paymentId: "pay_1", gatewayReference: reference, idempotencyKey: "k" })
      assert.deepStrictEqual([payment?.status, payment?.failure?.code], ["failed", "authentication_failed"])
    }))

  test("say what Stripe knows of the card, also of one that was declined", (fake, gateway) =>
    Effect.gen(function*() {
      const paid = yield* gateway.create(request("pay_1", "pm_card_visa"))
      assert.deepStrictEqual(paid.card, {
        fingerprint: "Xt5EWLLDS7FJjR1c",
        brand: "visa",
        last4: "4242",
        country: "US",
        funding: "credit",
        checks: { address: null, postalCode: "failed", securityCode: "passed" },
        threeDSecure: null
      })
      const declined = yield* gateway.create(request("pay_2", "pm_card_visa_chargeDeclined"))
      assert.deepStrictEqual([declined.status, declined.card?.fingerprint], ["failed", "Xt5EWLLDS7FJjR1c"])
      const { reference } = yield* gateway.create(request("pay_3", "pm_card_threeDSecure2Required"))
      yield* fake.approve(reference)
      const known = { paymentId: "pay_3", gatewayReference: reference, idempotencyKey: "k" }
      assert.strictEqual((yield* gateway.retrieve(known))?.card?.threeDSecure, "authenticated")
    }))

  test("are for staff to put right with a key that Stripe does not accept", (_, gateway) =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(gateway.create(request("pay_1", "pm_card_visa")))
      assert(error._tag === "GatewayMisconfigured")
      assert.notInclude(error.detail, "sk_test")
    }), { secretKey: "sk_test_another" })

  test("are out of reach when Stripe does not answer in time", (fake, gateway) =>
    Effect.gen(function*() {
      yield* fake.outage("silent")
      assert.strictEqual((yield* Effect.flip(gateway.create(request("pay_1", "pm_card_visa"))))._tag, "GatewayUnavailable")
      yield* fake.outage(null)
      // who waits as long as it takes, which a busy machine decides
      const patient = make({ secretKey: fake.secretKey, webhookSecret: fake.webhookSecret, ...fake.address })
      assert.strictEqual((yield* patient.create(request("pay_1", "pm_card_visa"))).status, "captured")
    }), { timeout: 50 })

  test("are made with another key where Stripe keeps the answer that something broke", (fake, gateway) =>
    Effect.gen(function*() {
      yield* fake.fail("broken")
      yield* Effect.flip(gateway.create(request("pay_1", "pm_card_visa")))
      const first = yield* gateway.create(request("pay_1", "pm_card_visa"))
      assert.strictEqual((yield* gateway.create(request("pay_1", "pm_card_visa"))).reference, first.reference)
      assert.lengthOf(yield* fake.records, 1)
    }))
})

describe("cards that Stripe keeps", () => {
  test("can be kept without paying, and pay later", (fake, gateway) =>
    Effect.gen(function*() {
      const setup = yield* gateway.setup?.({
        idempotencyKey: "setup_1",
        method: "pm_card_visa",
        email: "ada@example.com",
        returnUrl: null
      }) ?? Effect.die("Stripe can")
      assert.strictEqual(setup.status, "saved")
      assert.strictEqual(setup.method?.last4, "4242")
      const payment = yield* gateway.create({ ...request("pay_1", null), savedMethod: setup.method?.reference ?? "" })
      assert.strictEqual(payment.status, "captured")
      yield* gateway.forget?.({ reference: setup.method?.reference ?? "" }) ?? Effect.void
      const error = yield* Effect.flip(gateway.create({ ...request("pay_2", null), savedMethod: setup.method?.reference ?? "" }))
      assert.strictEqual(error._tag, "GatewayRejected", "a card that was forgotten pays no more")
      assert.lengthOf(yield* fake.records, 1)
    }))

  test("that the bank does not take are not kept", (_, gateway) =>
    Effect.gen(function*() {
      const setup = yield* gateway.setup?.({
        idempotencyKey: "setup_1",
        method: "pm_card_visa_chargeDeclined",
        email: "ada@example.com",
        returnUrl: null
      }) ?? Effect.die("Stripe can")
      assert.deepStrictEqual([setup.status, setup.failure?.code, setup.method], ["failed", "declined", null])
    }))
})

describe("disputes at Stripe", () => {
  test("that are only an inquiry take nothing, and those that are real take a fee as well", (fake, gateway) =>
    Effect.gen(function*() {
      const { reference } = yield* gateway.create(request("pay_1", "pm_card_visa"))
      const asked = yield* fake.dispute(reference, { isInquiry: true })
      const inquiry = yield* gateway.disputes?.retrieve(asked) ?? Effect.die("Stripe can")
      assert.deepStrictEqual([inquiry?.status, inquiry?.withdrawn, inquiry?.fee], ["needs_response", false, null])
      const real = yield* gateway.disputes?.retrieve(yield* fake.dispute(reference)) ?? Effect.die("Stripe can")
      assert.deepStrictEqual([real?.withdrawn, real?.fee, real?.amount], [true, usd(1_500), usd(10_000)])
      assert.strictEqual(real?.respondBy, "1970-01-08T00:00:00.000Z")
    }))

  test("are told the shop's side with a file of each kind", (fake, gateway) =>
    Effect.gen(function*() {
      const { reference } = yield* gateway.create(request("pay_1", "pm_card_visa"))
      const dispute = yield* fake.dispute(reference)
      const say = (key: string, files: ReadonlyArray<string>) =>
        gateway.disputes?.submit({ reference: dispute, idempotencyKey: key, text: "It came", files }) ?? Effect.die("Stripe can")
      const asked = fake.requests.length
      for (const files of [["file_1", "file_2"], ["receipt:file_1", "receipt:file_2"], ["__proto__:file_1"]]) {
        assert.strictEqual((yield* Effect.flip(say("k", files)))._tag, "GatewayRejected")
      }
      assert.lengthOf(fake.requests, asked, "Stripe was not asked")
      assert.strictEqual((yield* say("k", ["file_1", "receipt:file_2"])).status, "under_review")
    }))
})

describe("webhooks of Stripe", () => {
  test("are read with the old secret and the new one while it is replaced", (fake) =>
    Effect.gen(function*() {
      const gateway = make({ secretKey: fake.secretKey, webhookSecret: ["whsec_new", fake.webhookSecret], ...fake.address })
      const { reference } = yield* gateway.create(request("pay_1", "pm_card_visa"))
      const event = yield* gateway.parseWebhook(yield* fake.webhook(reference))
      assert.deepStrictEqual([event.type, event.gatewayReference, event.paymentId], [
        "payment_intent.succeeded",
        reference,
        "pay_1"
      ])
      const renewed = yield* fake.sign((yield* fake.webhook(reference)).body, { secret: "whsec_new" })
      assert.strictEqual((yield* gateway.parseWebhook(renewed)).key, event.key)
    }))

  test("about a refund, or about anything else, say which payment they are about, if any", (fake, gateway) =>
    Effect.gen(function*() {
      const { reference } = yield* gateway.create(request("pay_1", "pm_card_visa"))
      yield* gateway.refund({ gatewayReference: reference, idempotencyKey: "r", amount: usd(100) })
      const refunded = yield* gateway.parseWebhook(yield* fake.webhook(reference))
      assert.deepStrictEqual([refunded.type, refunded.gatewayReference], ["charge.refunded", reference])
      const other = JSON.stringify({ id: "evt_1", object: "event", type: "payout.paid", data: { object: { object: "payout" } } })
      const event = yield* gateway.parseWebhook(yield* fake.sign(new TextEncoder().encode(other)))
      assert.deepStrictEqual(event, {
        key: "evt_1",
        type: "payout.paid",
        gatewayReference: null,
        paymentId: null,
        disputeReference: null,
        setupReference: null,
        refundReference: null
      })
      const back = { id: "re_1", object: "refund", payment_intent: reference, metadata: {} }
      const failed = JSON.stringify({ id: "evt_2", object: "event", type: "refund.failed", data: { object: back } })
      const news = yield* gateway.parseWebhook(yield* fake.sign(new TextEncoder().encode(failed)))
      assert.deepStrictEqual([news.gatewayReference, news.refundReference], [reference, "re_1"])
    }))
})

it("a gateway without the secret of its webhooks is refused when it is made", () => {
  assert.throws(() => make({ secretKey: "sk_test_1", webhookSecret: ["whsec_1", ""] }), /webhookSecret/)
})

describe("payouts of Stripe", () => {
  const window = { since: Timestamp.fromMillis(0), until: Timestamp.fromMillis(86_400_000), after: null }

  test("tell disputes apart, and say nothing of what they are made of where somebody asked for them by hand", (fake, gateway) =>
    Effect.gen(function*() {
      const { payouts } = gateway
      if (payouts === undefined) return assert.fail("Stripe tells of its payouts")
      const payment = yield* gateway.create(request("pay_1", "pm_card_visa"))
      const dispute = yield* fake.dispute(payment.reference)
      const { id } = yield* fake.payOut("USD", { status: "in_transit" })
      const entries = (yield* payouts.entries({ reference: id, after: null })).items
      assert.deepStrictEqual(
        entries.map(({ amount, fee, kind, paymentReference }) => [kind, paymentReference, amount.amount, fee.amount]).toSorted(),
        [["charge", payment.reference, 10_000, 290], ["dispute", payment.reference, -10_000, 1_500]]
      )
      yield* fake.decide(dispute, "won")
      yield* fake.payOut("USD", { automatic: false })
      yield* fake.payoutBecomes(id, "failed")
      const { items } = yield* payouts.list(window)
      assert.deepStrictEqual(items.map(({ amount, itemised, state }) => [state, amount.amount, itemised]), [
        ["paid", 10_000, false],
        ["failed", -1_790, true]
      ])
    }))
})
