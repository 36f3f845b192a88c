import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import type { Currency } from "../kernel/Currency.ts"
import type { PaymentGateway } from "./PaymentGateway.ts"
import * as PaymentGateways from "./PaymentGateways.ts"
import * as SandboxGateway from "./SandboxGateway.ts"

const known = { paymentId: "pay_1", gatewayReference: "gw_1", idempotencyKey: "k" }

const asked = (changes: Partial<PaymentGateway>) =>
  Effect.flatMap(
    PaymentGateways.make([{ ...SandboxGateway.make(), ...changes }]).get("sandbox"),
    (gateway) => gateway.retrieve(known)
  )

describe("the payment gateways of an engine", () => {
  it.effect("are found by name, and one that is not there is named", () =>
    Effect.gen(function*() {
      const gateways = PaymentGateways.make([SandboxGateway.make(), SandboxGateway.make({ name: "other" })])
      assert.deepStrictEqual(gateways.names, ["sandbox", "other"])
      assert.strictEqual((yield* gateways.get("other")).name, "other")
      const error = yield* Effect.flip(gateways.get("__proto__"))
      assert.deepStrictEqual(error.available, ["sandbox", "other"])
      assert.throws(() => PaymentGateways.make([SandboxGateway.make(), SandboxGateway.make()]))
    }))

  it.effect("count as silent when they hang", () =>
    Effect.gen(function*() {
      const fiber = yield* Effect.forkChild(Effect.flip(asked({ retrieve: () => Effect.never })))
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "GatewayUnavailable")
    }))

  it.effect("count as silent when their adapter is broken", () =>
    Effect.gen(function*() {
      const thrown = asked({
        retrieve: () => {
          throw new Error("a bug")
        }
      })
      assert.strictEqual((yield* Effect.flip(thrown))._tag, "GatewayUnavailable")
      assert.strictEqual((yield* Effect.flip(asked({ retrieve: () => Effect.die("a bug") })))._tag, "GatewayUnavailable")
    }))

  it.effect.each([1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])("count as silent when they say %d", (amount) =>
    Effect.gen(function*() {
      const payment = {
        reference: "gw_1",
        status: "captured",
        amount: { amount, currency: "USD" as Currency },
        nextAction: null,
        failure: null
      } as const
      const error = yield* Effect.flip(asked({ retrieve: () => Effect.succeed(payment) }))
      assert.strictEqual(error._tag, "GatewayUnavailable")
    }))

  it.effect("count as silent when they speak of a currency that is none", () =>
    Effect.gen(function*() {
      const error = yield* Effect.flip(asked({
        retrieve: () =>
          Effect.succeed({
            reference: "gw_1",
            status: "captured",
            amount: { amount: 1, currency: "usd" as Currency },
            nextAction: null,
            failure: null
          })
      }))
      assert.strictEqual(error._tag, "GatewayUnavailable")
    }))

  it.effect("refuse a webhook that is too large before their adapter sees it", () =>
    Effect.gen(function*() {
      const gateway = yield* PaymentGateways.make([SandboxGateway.make()]).get("sandbox")
      const body = new Uint8Array(PaymentGateways.largestWebhook + 1)
      assert.strictEqual((yield* Effect.flip(gateway.parseWebhook({ body, headers: {} }))).reason, "oversized")
    }))

  it.effect("say which amounts they take instead of one that they do not", () =>
    Effect.gen(function*() {
      const sandbox = SandboxGateway.make()
      const limited: PaymentGateway = {
        ...sandbox,
        capabilities: { ...sandbox.capabilities, limits: () => ({ minimum: 55, maximum: 1_005, step: 10 }) }
      }
      const tried = (amount: number) => PaymentGateways.takes(limited, { amount, currency: "USD" as Currency }, undefined)
      for (const amount of [60, 500, 1_000]) yield* tried(amount)
      for (
        const [amount, below, above] of [[50, null, 60], [55, null, 60], [61, 60, 70], [1_001, 1_000, null], [9_999, 1_000, null]]
      ) {
        const error = yield* Effect.flip(tried(amount ?? 0))
        assert(error._tag === "AmountUnsupported")
        assert.deepStrictEqual([error.below, error.above], [below, above], `${amount}`)
      }
    }))

  it.effect("are chosen by amount, currency, country and method, in the order in which they were given", () =>
    Effect.gen(function*() {
      const sandbox = SandboxGateway.make()
      const gateway = (name: string, changes: Partial<PaymentGateway["capabilities"]>): PaymentGateway => ({
        ...sandbox,
        name,
        capabilities: { ...sandbox.capabilities, ...changes }
      })
      const gateways = PaymentGateways.make([
        gateway("at-the-door", { offline: true }),
        gateway("small", { countries: ["US"], limits: () => ({ maximum: 3_000 }) }),
        gateway("euro", { currencies: ["EUR"] }),
        gateway("cards", { methods: ["card"] })
      ])
      const chosen = (amount: number, currency: string, country: string | null, method?: string) =>
        Effect.map(
          Effect.result(gateways.choose({ amount: { amount, currency: currency as Currency }, country, method })),
          (result) => result._tag === "Success" ? result.success.name : result.failure._tag
        )
      assert.strictEqual(yield* chosen(3_000, "USD", "US"), "small")
      assert.strictEqual(yield* chosen(3_001, "USD", "US"), "cards")
      assert.strictEqual(yield* chosen(3_000, "USD", "CA"), "cards")
      assert.strictEqual(yield* chosen(3_000, "USD", null), "small")
      assert.strictEqual(yield* chosen(3_001, "EUR", "US"), "euro")
      assert.strictEqual(yield* chosen(3_001, "USD", "US", "card"), "cards")
      assert.strictEqual(yield* chosen(3_001, "USD", "US", "cheque"), "NoGatewayAvailable")
    }))

  it.effect("answer within a time of their own", () =>
    Effect.gen(function*() {
      const fiber = yield* Effect.forkChild(Effect.flip(asked({ retrieve: () => Effect.never, timeout: "3 seconds" })))
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "GatewayUnavailable")
    }))
})
