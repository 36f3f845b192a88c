import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import type { Currency } from "../kernel/Currency.ts"
import * as SandboxBank from "./SandboxBank.ts"
import * as SandboxGateway from "./SandboxGateway.ts"
import * as SandboxWebhook from "./SandboxWebhook.ts"

const usd = (amount: number) => ({ amount, currency: "USD" as Currency })

const request = (paymentId: string, method: string | null, amount = 1_000) => ({
  paymentId,
  orderNumber: 1001,
  idempotencyKey: `${paymentId}:create`,
  amount: usd(amount),
  method,
  returnUrl: null,
  email: "ada@example.com",
  capture: true
})

const known = (paymentId: string) => ({ paymentId, gatewayReference: null, idempotencyKey: `${paymentId}:create` })

describe("the sandbox gateway", () => {
  it.effect.each([
    ["sandbox_success", "captured", 1_000],
    ["sandbox_decline", "failed", 1_000],
    ["sandbox_insufficient_funds", "failed", 1_000],
    ["sandbox_redirect", "requires_action", 1_000],
    ["sandbox_authorize", "authorized", 1_000],
    ["sandbox_processing", "processing", 1_000],
    ["sandbox_mismatch", "captured", 999]
  ] as const)("%s is %s", ([method, status, amount]) =>
    Effect.gen(function*() {
      const sandbox = SandboxGateway.make()
      const payment = yield* sandbox.create(request("pay_1", method))
      assert.strictEqual(payment.status, status)
      assert.deepStrictEqual(payment.amount, usd(amount))
      assert.deepStrictEqual(yield* sandbox.retrieve(known("pay_1")), payment)
    }))

  it.effect("takes the money once for one idempotency key, however often and at once it is asked", () =>
    Effect.gen(function*() {
      const sandbox = SandboxGateway.make()
      const answers = yield* Effect.all(
        Array.from({ length: 20 }, () => sandbox.create(request("pay_1", null))),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(new Set(answers.map(({ reference }) => reference)).size, 1)
      assert.lengthOf(yield* sandbox.bank.charges, 1)
    }))

  it.effect("refuses an idempotency key that was used for something else", () =>
    Effect.gen(function*() {
      const sandbox = SandboxGateway.make()
      yield* sandbox.create(request("pay_1", null))
      const error = yield* Effect.flip(sandbox.create(request("pay_1", null, 2_000)))
      assert.strictEqual(error._tag, "GatewayRejected")
    }))

  it.effect("keeps silent before it took the money: it never heard of it, and takes it when asked again", () =>
    Effect.gen(function*() {
      const sandbox = SandboxGateway.make()
      const error = yield* Effect.flip(sandbox.create(request("pay_1", "sandbox_timeout_before")))
      assert.strictEqual(error._tag, "GatewayUnavailable")
      assert.isUndefined(yield* sandbox.retrieve(known("pay_1")))
      assert.strictEqual((yield* sandbox.create(request("pay_1", "sandbox_timeout_before"))).status, "captured")
      assert.lengthOf(yield* sandbox.bank.charges, 1)
    }))

  it.effect("keeps silent after it took the money", () =>
    Effect.gen(function*() {
      const sandbox = SandboxGateway.make()
      const error = yield* Effect.flip(sandbox.create(request("pay_1", "sandbox_timeout_after")))
      assert.strictEqual(error._tag, "GatewayUnavailable")
      assert.strictEqual((yield* sandbox.retrieve(known("pay_1")))?.status, "captured")
    }))

  it.effect("takes its time", () =>
    Effect.gen(function*() {
      const sandbox = SandboxGateway.make()
      yield* sandbox.create(request("pay_1", "sandbox_processing"))
      yield* TestClock.adjust("29 seconds")
      assert.strictEqual((yield* sandbox.retrieve(known("pay_1")))?.status, "processing")
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* sandbox.retrieve(known("pay_1")))?.status, "captured")
    }))

  it.effect("captures what it authorised, gives it up, and never both", () =>
    Effect.gen(function*() {
      const sandbox = SandboxGateway.make()
      const { reference } = yield* sandbox.create(request("pay_1", "sandbox_authorize"))
      const ask = { gatewayReference: reference, idempotencyKey: "k" }
      assert.strictEqual((yield* Effect.flip(sandbox.capture({ ...ask, amount: usd(1_001) })))._tag, "GatewayRejected")
      const both = yield* Effect.all([sandbox.capture({ ...ask, amount: usd(1_000) }), sandbox.cancel(ask)].map(Effect.result), {
        concurrency: "unbounded"
      })
      assert.deepStrictEqual(both.map(({ _tag }) => _tag), ["Success", "Failure"])
      assert.strictEqual((yield* sandbox.capture({ ...ask, amount: usd(1_000) })).status, "captured")
    }))

  it.effect("gives back at most what it took, once for each key", () =>
    Effect.gen(function*() {
      const sandbox = SandboxGateway.make()
      const { reference } = yield* sandbox.create(request("pay_1", null))
      const refund = (idempotencyKey: string, amount: number) =>
        sandbox.refund({ gatewayReference: reference, idempotencyKey, amount: usd(amount) })
      const first = yield* refund("ref_1", 600)
      assert.strictEqual(first.status, "succeeded")
      assert.deepStrictEqual(yield* refund("ref_1", 600), first)
      assert.strictEqual((yield* Effect.flip(refund("ref_2", 401)))._tag, "GatewayRejected")
      assert.strictEqual((yield* Effect.flip(refund("ref_3", -400)))._tag, "GatewayRejected")
      assert.strictEqual((yield* refund("ref_4", 400)).status, "succeeded")
      assert.lengthOf(yield* sandbox.bank.refunds, 2)
    }))

  it.effect("sends the buyer to the bank's page and tells the shop what became of it", () =>
    Effect.gen(function*() {
      const sandbox = SandboxGateway.make({ pageUrl: "http://127.0.0.1/sandbox/" })
      const events: Array<string> = []
      yield* sandbox.connect((webhook) =>
        Effect.map(sandbox.parseWebhook(webhook), ({ gatewayReference, paymentId, type }) =>
          events.push(`${type} ${gatewayReference} ${paymentId}`)))
      const paid = yield* sandbox.create(request("pay_1", "sandbox_redirect"))
      assert.deepStrictEqual(paid.nextAction, { _tag: "redirect", url: `http://127.0.0.1/sandbox/${paid.reference}` })
      yield* sandbox.approve(paid.reference)
      const refused = yield* sandbox.create(request("pay_2", "sandbox_redirect"))
      yield* sandbox.reject(refused.reference)
      assert.strictEqual((yield* Effect.flip(sandbox.approve(refused.reference)))._tag, "GatewayRejected")
      assert.deepStrictEqual(events, [
        `charge.captured ${paid.reference} pay_1`,
        `charge.failed ${refused.reference} pay_2`
      ])
    }))

  it.effect("rejects a webhook that is rightly signed but no event", () =>
    Effect.gen(function*() {
      const sandbox = SandboxGateway.make({ secret: "whsec_test" })
      const texts = ["", "null", "[]", "{}", "{\"id\":1}", "not json", "\uFEFF{}", `{"id":"${"x".repeat(300)}"}`]
      for (const text of texts) {
        const body = new TextEncoder().encode(text)
        const headers = { [SandboxWebhook.signatureHeader]: SandboxWebhook.sign(body, "whsec_test", 0) }
        const error = yield* Effect.flip(sandbox.parseWebhook({ body, headers }))
        assert.strictEqual(error.reason, "malformed", text)
      }
    }))

  it.effect("does not answer while its books are closed, rather than say that it never heard of a payment", () =>
    Effect.gen(function*() {
      const { bank, keepIn } = SandboxBank.later()
      const sandbox = SandboxGateway.make({ bank })
      assert.strictEqual((yield* Effect.flip(sandbox.retrieve(known("pay_1"))))._tag, "GatewayUnavailable")
      yield* keepIn(SandboxBank.memory())
      assert.isUndefined(yield* sandbox.retrieve(known("pay_1")))
    }))
})
