/**
 * What a gateway tells by itself, and what others tell in its name.
 */
import { assert } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import type { WebhookRejected } from "../payments/PaymentGateway.ts"
import { largestWebhook, make } from "../payments/PaymentGateways.ts"
import * as Fixture from "./GatewayFixture.ts"
import type { GatewayHarness, WebhookRequest } from "./GatewayHarness.ts"
import type { Register } from "./Register.ts"

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

export const gatewayWebhookSuite = (harness: GatewayHarness, register?: Register): void => {
  const { describe, test } = Fixture.tests(harness, register)

  const reason = (it: Fixture.Tested, webhook: WebhookRequest) =>
    Effect.map(
      Effect.flip(it.gateway.parseWebhook(webhook)),
      (error: WebhookRejected): WebhookRejected["reason"] => error.reason
    )

  const upperCased = ({ body, headers }: WebhookRequest): WebhookRequest => ({
    body,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.toUpperCase()]))
  })

  describe(`webhooks of ${harness.name}`, () => {
    test("say which payment they are about", (it) =>
      Effect.gen(function*() {
        const payment = yield* Fixture.paid(it, "pay_1")
        const event = yield* it.gateway.parseWebhook(yield* it.webhook(payment.reference))
        assert.isTrue(event.paymentId === "pay_1" || event.gatewayReference === payment.reference)
        if (event.gatewayReference !== null) assert.strictEqual(event.gatewayReference, payment.reference)
        if (event.paymentId !== null) assert.strictEqual(event.paymentId, "pay_1")
        assert.isNotEmpty(event.key)
        assert.isNotEmpty(event.type)
        assert.isAtMost(event.key.length, 200)
      }))

    test("have one key for every delivery, and another for every other news", (it) =>
      Effect.gen(function*() {
        const payment = yield* Fixture.paid(it, "pay_1")
        const webhook = yield* it.webhook(payment.reference)
        const { key } = yield* it.gateway.parseWebhook(webhook)
        yield* TestClock.adjust("1 minute")
        assert.strictEqual((yield* it.gateway.parseWebhook(webhook)).key, key)
        const other = yield* Fixture.paid(it, "pay_2")
        assert.notStrictEqual((yield* it.gateway.parseWebhook(yield* it.webhook(other.reference))).key, key)
        const failed = yield* Fixture.paid(it, "pay_3", "is_declined")
        assert.notStrictEqual((yield* it.gateway.parseWebhook(yield* it.webhook(failed.reference))).key, key)
        // what comes with a key that is known is never looked at
        const away = yield* it.gateway.create(Fixture.request(it, "pay_4", "is_sent_away"))
        const early = yield* it.gateway.parseWebhook(yield* it.webhook(away.reference))
        yield* it.visit(away.reference, "is_sent_away")
        const late = yield* it.gateway.parseWebhook(yield* it.webhook(away.reference))
        assert.notStrictEqual(late.key, early.key, "that a buyer has paid is news of its own")
      }))

    test("attacks 33 and 34, unsigned and wrongly signed: without a signature, or with a wrong one, are refused", (it) =>
      Effect.gen(function*() {
        const payment = yield* Fixture.paid(it, "pay_1")
        const webhook = yield* it.webhook(payment.reference)
        assert.strictEqual(yield* reason(it, { ...webhook, headers: {} }), "missing_signature")
        const names = Object.keys(webhook.headers).filter((name) => name !== "content-type")
        assert.isNotEmpty(names, "some header holds the signature")
        // each of them belongs to it: the time and the key's name, too, where they have headers of their own
        for (const name of names) {
          const { [name]: _, ...others } = webhook.headers
          assert.strictEqual(yield* reason(it, { ...webhook, headers: others }), "missing_signature", `without ${name}`)
          for (const value of ["", "x", "t=0,v1=00", "é".repeat(64), "0".repeat(64), "0".repeat(128), "x".repeat(100_000)]) {
            const forged = { ...webhook, headers: { ...webhook.headers, [name]: value } }
            assert.include(["missing_signature", "wrong_signature"], yield* reason(it, forged), `${name}: ${value.slice(0, 20)}`)
          }
        }
        const others = yield* it.sign(webhook.body, { secret: "not the gateway's" })
        assert.strictEqual(yield* reason(it, others), "wrong_signature")
        if (harness.webhooks.signsBody) {
          for (const at of [0, Math.floor(webhook.body.length / 2), webhook.body.length - 1]) {
            const flipped = Uint8Array.from(webhook.body)
            flipped[at] = (flipped[at] ?? 0) ^ 1
            assert.strictEqual(yield* reason(it, { ...webhook, body: flipped }), "wrong_signature")
          }
          const again = bytes(JSON.stringify(JSON.parse(new TextDecoder().decode(webhook.body)), null, 1))
          assert.strictEqual(yield* reason(it, { ...webhook, body: again }), "wrong_signature")
        }
        assert.include(["wrong_signature", "missing_signature"], yield* reason(it, upperCased(webhook)))
      }))

    test("from too long ago, or from the future, are refused if the signature holds the time", (it) =>
      Effect.gen(function*() {
        yield* TestClock.adjust("1 day")
        const payment = yield* Fixture.paid(it, "pay_1")
        const { body } = yield* it.webhook(payment.reference)
        const seconds = Math.floor((yield* Clock.currentTimeMillis) / 1_000)
        for (const away of [-86_000, -301, 301, 86_400 * 365]) {
          const webhook = yield* it.sign(body, { atSeconds: seconds + away })
          if (harness.webhooks.signsTime) assert.strictEqual(yield* reason(it, webhook), "stale", `${away} seconds`)
          else assert.isNotEmpty((yield* it.gateway.parseWebhook(webhook)).key)
        }
        for (const away of [-290, 0, 290]) {
          assert.isNotEmpty((yield* it.gateway.parseWebhook(yield* it.sign(body, { atSeconds: seconds + away }))).key)
        }
      }))

    test("that are rightly signed but no events are refused, and break nothing", (it) =>
      Effect.gen(function*() {
        const texts = ["", "null", "[]", "{}", "1", "\"\"", "not json", "{\"id\":1}", "{\"event\":null,\"data\":null}", "\u0000"]
        for (const text of [...texts, "[".repeat(50_000), `{"__proto__":{"id":"x"}}`]) {
          assert.strictEqual(yield* reason(it, yield* it.sign(bytes(text))), "malformed", text.slice(0, 30))
        }
        const noText = yield* it.sign(Uint8Array.of(0xff, 0xfe, 0x7b))
        assert.include(["malformed", "wrong_signature"], yield* reason(it, noText), "bytes that are no text")
      }))

    test("that are too large are refused before anybody looks at them", (it) =>
      Effect.gen(function*() {
        const gateways = make([it.gateway])
        const guarded = yield* gateways.get(it.gateway.name)
        const webhook = yield* it.sign(new Uint8Array(largestWebhook + 1).fill(0x20))
        assert.strictEqual((yield* Effect.flip(guarded.parseWebhook(webhook))).reason, "oversized")
      }))
  })
}
