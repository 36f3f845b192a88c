/**
 * How rate limits must be shared on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import { Jobs } from "../jobs/Jobs.ts"
import { RateLimitCounters } from "../limits/RateLimitCounters.ts"
import * as RateLimitExpiry from "../limits/RateLimitExpiry.ts"
import * as StockedShop from "./StockedShop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const second = 1_000_000

const now = Effect.map(Clock.currentTimeMillis, (millis) => millis * 1_000)

/** Five in a minute. */
const limit = { cost: 12 * second, window: 60 * second } as const

const take = Effect.fnUntraced(function*(key = "visitor", more: Partial<typeof limit> = {}) {
  return yield* (yield* RateLimitCounters).take({ key, ...limit, ...more, now: yield* now })
})

const spend = Effect.fnUntraced(function*(...spent: ReadonlyArray<readonly [key: string, tokens: number]>) {
  const counters = yield* RateLimitCounters
  const at = yield* now
  const full = yield* counters.spend(spent.map(([key, tokens]) => ({ key, cost: tokens * limit.cost })), at)
  return spent.map(([key]) => ((full.get(key) ?? 0) - at) / second)
})

const granted = (results: ReadonlyArray<{ readonly granted: boolean }>) =>
  results.filter((result) => result.granted).length

export const rateLimitsSuite = (harness: StorageHarness): void => {
  const layer = () => Layer.provideMerge(RateLimitExpiry.layer, StockedShop.layer(harness))
  const test = <A, E>(name: string, body: () => Effect.Effect<A, E, Layer.Success<ReturnType<typeof layer>>>) =>
    it.effect(name, () => Effect.provide(Effect.suspend(body), layer()))

  describe(`shared rate limits, on ${harness.name}`, () => {
    test("so many are let in as the limit says, and told when there will be room again", () =>
      Effect.gen(function*() {
        const at = yield* now
        for (let count = 1; count <= 5; count++) {
          assert.deepStrictEqual(yield* take(), { granted: true, fullAt: at + count * limit.cost })
        }
        assert.deepStrictEqual(yield* take(), { granted: false, fullAt: at + limit.window })
        assert.deepStrictEqual(yield* take(), { granted: false, fullAt: at + limit.window })
        assert.isTrue((yield* take("somebody else")).granted)
        yield* TestClock.adjust("12 seconds")
        assert.isTrue((yield* take()).granted)
        assert.isFalse((yield* take()).granted)
        yield* TestClock.adjust("1 hour")
        for (let count = 1; count <= 5; count++) assert.isTrue((yield* take()).granted)
        assert.isFalse((yield* take()).granted)
      }))

    test("of many at once exactly as many are let in as the limit says", () =>
      Effect.gen(function*() {
        const results = yield* Effect.all(Array.from({ length: 40 }, () => take()), { concurrency: "unbounded" })
        assert.strictEqual(granted(results), 5)
      }))

    test("what one process lets in is taken from what the others may", () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* spend(["visitor", 3], ["crawler", 9]), [36, 108])
        assert.deepStrictEqual(yield* spend(["visitor", 1]), [48])
        assert.strictEqual(granted([yield* take(), yield* take()]), 1)
        // it took more than there was, and waits until that is earned again
        yield* TestClock.adjust("59 seconds")
        assert.isFalse((yield* take("crawler")).granted)
        yield* TestClock.adjust("1 second")
        assert.isTrue((yield* take("crawler")).granted)
      }))

    test("processes that tell of the same callers at once lose nothing", () =>
      Effect.gen(function*() {
        const keys = Array.from({ length: 20 }, (_, index) => `caller ${index}`)
        yield* Effect.all(
          Array.from({ length: 10 }, (_, index) =>
            spend(...(index % 2 === 0 ? keys : keys.toReversed()).map((key) => [key, 1] as const))),
          { concurrency: "unbounded" }
        )
        assert.deepStrictEqual(yield* spend(...keys.map((key) => [key, 0] as const)), keys.map(() => 120))
      }))

    test("a process whose clock is behind gives nobody more", () =>
      Effect.gen(function*() {
        const counters = yield* RateLimitCounters
        const at = yield* now
        for (let count = 1; count <= 5; count++) yield* take()
        const behind = yield* counters.take({ key: "visitor", ...limit, now: at - 30 * second })
        assert.deepStrictEqual(behind, { granted: false, fullAt: at + limit.window })
      }))

    test("each store has its own", () =>
      Effect.gen(function*() {
        const other = yield* StockedShop.addStore("other")
        yield* spend(["visitor", 5])
        assert.isFalse((yield* take()).granted)
        assert.isTrue((yield* StockedShop.inStore(other)(take())).granted)
      }))

    test("counters that are full again are forgotten, the others stay", () =>
      Effect.gen(function*() {
        const counters = yield* RateLimitCounters
        const jobs = yield* Jobs
        yield* spend(["visitor", 1], ["crawler", 5])
        yield* TestClock.adjust("12 seconds")
        yield* jobs.runCron("limits.forget")
        assert.isFalse((yield* Effect.all([take("crawler"), take("crawler")]))[1].granted)
        yield* TestClock.adjust("1 hour")
        assert.strictEqual(yield* counters.deleteFull(yield* now), 1)
      }))
  })
}
