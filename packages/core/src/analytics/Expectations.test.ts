import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { Currency } from "../kernel/Currency.ts"
import { within } from "../kernel/CurrentStore.ts"
import * as Expectations from "./Expectations.ts"

const seen = (again: number) =>
  Array.from({ length: 60 }, (_, index) => ({ again: index % 3 === 0 ? again : 0, last: index % 3 === 0 ? 10 + index % 7 : 0, known: 30 + index % 20 }))

describe("how often buyers are expected to come back", () => {
  it.effect("is worked out once an hour for a store and currency, by one at a time", () =>
    Effect.gen(function*() {
      const { of } = yield* Expectations.make
      const usd = Currency.make("USD")
      const first = yield* of(usd, seen(2), 52)
      assert.isAbove(first, 0)
      // as if other buyers had come meanwhile
      assert.strictEqual(yield* of(usd, seen(9), 52), first)
      assert.notStrictEqual(yield* of(Currency.make("EUR"), seen(9), 52), first)
      assert.notStrictEqual(yield* within("store_01jd5m8x2vf6grc1x7e9w0b3qk" as never)(of(usd, seen(9), 52)), first)
      yield* TestClock.adjust("59 minutes")
      assert.strictEqual(yield* of(usd, seen(9), 52), first)
      yield* TestClock.adjust("1 minute")
      const answers = yield* Effect.all([of(usd, seen(9), 52), of(usd, seen(2), 52)], { concurrency: 2 })
      assert.strictEqual(answers[0], answers[1], "whoever comes second takes what the first has worked out")
    }))

  it.effect("keeps nobody else waiting while it is worked out", () =>
    Effect.gen(function*() {
      const { of } = yield* Expectations.make
      let turns = 0
      const others = yield* Effect.forkChild(Effect.forever(Effect.andThen(Effect.sync(() => turns++), Effect.yieldNow)))
      yield* of(Currency.make("USD"), seen(3), 52)
      assert.isAbove(turns, 20)
      yield* Fiber.interrupt(others)
    }))
})
