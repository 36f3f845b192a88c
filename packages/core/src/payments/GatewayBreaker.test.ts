import { assert, describe, it } from "@effect/vitest"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { TestClock } from "effect/testing"
import * as GatewayBreaker from "./GatewayBreaker.ts"
import { type GatewayError, GatewayRejected, GatewayUnavailable } from "./PaymentGateway.ts"

const silent = Effect.fail(new GatewayUnavailable({ gateway: "bank", detail: "no answer" }))
const refusal = Effect.fail(new GatewayRejected({ gateway: "bank", gatewayCode: null, detail: "no" }))

/** How many of some calls reached the gateway. */
const reached = Effect.fnUntraced(function*(
  breaker: GatewayBreaker.GatewayBreaker,
  count: number,
  answer: Effect.Effect<unknown, GatewayError>
) {
  let calls = 0
  for (let call = 0; call < count; call++) {
    yield* Effect.ignore(breaker.call(Effect.suspend(() => {
      calls += 1
      return answer
    })))
  }
  return calls
})

describe("a gateway's breaker", () => {
  it.effect("leaves a gateway alone that did not answer five times in a row, and tries again with one call", () =>
    Effect.gen(function*() {
      const breaker = GatewayBreaker.make("bank")
      assert.strictEqual(yield* reached(breaker, 20, silent), 5)
      assert.isTrue(yield* breaker.isOpen)
      yield* TestClock.adjust("30 seconds")
      assert.isFalse(yield* breaker.isOpen)
      assert.strictEqual(yield* reached(breaker, 20, silent), 1, "it is tried once, and rests again")
      yield* TestClock.adjust("30 seconds")
      assert.strictEqual(yield* reached(breaker, 20, Effect.void), 20, "it is back")
      assert.isFalse(yield* breaker.isOpen)
    }))

  it.effect("counts only calls in a row, and a refusal is an answer", () =>
    Effect.gen(function*() {
      const breaker = GatewayBreaker.make("bank")
      for (let round = 0; round < 5; round++) {
        assert.strictEqual(yield* reached(breaker, 4, silent), 4)
        assert.strictEqual(yield* reached(breaker, 1, refusal), 1)
      }
      assert.isFalse(yield* breaker.isOpen)
    }))

  it.effect("lets one call try while the others are told at once", () =>
    Effect.gen(function*() {
      const breaker = GatewayBreaker.make("bank", { failures: 2, restsFor: "10 seconds" })
      yield* reached(breaker, 2, silent)
      yield* TestClock.adjust("10 seconds")
      const answer = yield* Deferred.make<void>()
      const trying = yield* Effect.forkChild(breaker.call(Deferred.await(answer)))
      yield* Effect.yieldNow
      assert.strictEqual(yield* reached(breaker, 3, Effect.void), 0)
      yield* Deferred.succeed(answer, undefined)
      yield* Fiber.join(trying)
      assert.strictEqual(yield* reached(breaker, 3, Effect.void), 3)
    }))

  it.effect("hears from calls in the background that the gateway is back, or that it is away", () =>
    Effect.gen(function*() {
      const breaker = GatewayBreaker.make("bank")
      for (let call = 0; call < 20; call++) yield* Effect.ignore(breaker.listen(silent))
      assert.isTrue(yield* breaker.isOpen)
      assert.strictEqual(yield* reached(breaker, 1, Effect.void), 0)
      yield* breaker.listen(Effect.void)
      assert.isFalse(yield* breaker.isOpen)
      assert.strictEqual(yield* reached(breaker, 1, Effect.void), 1)
    }))

  it.effect("learns nothing from whoever goes away before the answer", () =>
    Effect.gen(function*() {
      const breaker = GatewayBreaker.make("bank", { failures: 1 })
      const fiber = yield* Effect.forkChild(breaker.call(Effect.never))
      yield* Effect.yieldNow
      yield* Fiber.interrupt(fiber)
      assert.isFalse(yield* breaker.isOpen)
    }))
})
