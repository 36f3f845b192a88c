/**
 * How answers must be remembered on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { TestClock } from "effect/testing"
import * as IdempotencyExpiry from "../idempotency/IdempotencyExpiry.ts"
import { IdempotencyStore } from "../idempotency/IdempotencyStore.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as StockedShop from "./StockedShop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const key = { key: "k1", scope: "customer:cus_1 POST /checkout" } as const
const answer = { status: 201, headers: { location: "/orders/1" }, body: "{\"number\":1001}" } as const

const claim = Effect.fnUntraced(function*(more: {
  readonly key?: string
  readonly scope?: string
  readonly fingerprint?: string
} = {}) {
  const store = yield* IdempotencyStore
  const now = yield* Timestamp.now
  return yield* store.claim({ ...key, fingerprint: "a", now, leaseUntil: Timestamp.plus(now, "1 minute"), ...more })
})

export const idempotencySuite = (harness: StorageHarness): void => {
  const layer = () => Layer.provideMerge(IdempotencyExpiry.layer, StockedShop.layer(harness))
  const test = <A, E>(name: string, body: () => Effect.Effect<A, E, Layer.Success<ReturnType<typeof layer>>>) =>
    it.effect(name, () => Effect.provide(Effect.suspend(body), layer()))

  describe(`answers given already, on ${harness.name}`, () => {
    test("a request that comes again gets the answer of the first one", () =>
      Effect.gen(function*() {
        const store = yield* IdempotencyStore
        assert.deepStrictEqual(yield* claim(), { _tag: "claimed" })
        assert.deepStrictEqual(yield* claim(), { _tag: "in_progress" })
        yield* store.answer({ ...key, answer })
        assert.deepStrictEqual(yield* claim(), { _tag: "answered", answer })
        yield* store.answer({ ...key, answer: { ...answer, status: 500 } })
        assert.deepStrictEqual(yield* claim(), { _tag: "answered", answer })
      }))

    test("of many who ask at once exactly one does the work", () =>
      Effect.gen(function*() {
        const claims = yield* Effect.all(Array.from({ length: 40 }, () => claim()), { concurrency: "unbounded" })
        assert.deepStrictEqual(
          claims.map(({ _tag }) => _tag).toSorted(),
          ["claimed", ...Array.from({ length: 39 }, () => "in_progress")]
        )
      }))

    test("a key that is used for another request is refused, before and after the answer", () =>
      Effect.gen(function*() {
        const store = yield* IdempotencyStore
        yield* claim()
        assert.deepStrictEqual(yield* claim({ fingerprint: "b" }), { _tag: "mismatch" })
        yield* TestClock.adjust("2 minutes")
        assert.deepStrictEqual(yield* claim({ fingerprint: "b" }), { _tag: "mismatch" })
        yield* store.answer({ ...key, answer })
        assert.deepStrictEqual(yield* claim({ fingerprint: "b" }), { _tag: "mismatch" })
      }))

    test("what a process that died left behind is taken over when its lease is over, by one", () =>
      Effect.gen(function*() {
        yield* claim()
        yield* TestClock.adjust("59 seconds")
        assert.deepStrictEqual(yield* claim(), { _tag: "in_progress" })
        yield* TestClock.adjust("1 second")
        const claims = yield* Effect.all([claim(), claim(), claim()], { concurrency: "unbounded" })
        assert.deepStrictEqual(claims.map(({ _tag }) => _tag).toSorted(), ["claimed", "in_progress", "in_progress"])
      }))

    test("who has lost the lease can neither answer nor give up for the one who has it", () =>
      Effect.gen(function*() {
        const store = yield* IdempotencyStore
        const lost = Timestamp.plus(yield* Timestamp.now, "1 minute")
        yield* claim()
        yield* TestClock.adjust("1 minute")
        yield* claim()
        yield* store.release({ ...key, leaseUntil: lost })
        yield* store.answer({ ...key, leaseUntil: lost, answer })
        assert.deepStrictEqual(yield* claim(), { _tag: "in_progress" })
        yield* store.answer({ ...key, leaseUntil: Timestamp.plus(lost, "1 minute"), answer })
        assert.deepStrictEqual(yield* claim(), { _tag: "answered", answer })
      }))

    test("who works on goes on holding the key, and who has lost it does not", () =>
      Effect.gen(function*() {
        const store = yield* IdempotencyStore
        const first = Timestamp.plus(yield* Timestamp.now, "1 minute")
        yield* claim()
        yield* TestClock.adjust("50 seconds")
        const second = Timestamp.plus(yield* Timestamp.now, "1 minute")
        assert.isTrue(yield* store.prolong({ ...key, leaseUntil: first, until: second }))
        assert.isFalse(yield* store.prolong({ ...key, leaseUntil: first, until: second }))
        yield* TestClock.adjust("50 seconds")
        assert.deepStrictEqual(yield* claim(), { _tag: "in_progress" })
        yield* TestClock.adjust("10 seconds")
        assert.deepStrictEqual(yield* claim(), { _tag: "claimed" })
        const third = Timestamp.plus(yield* Timestamp.now, "1 minute")
        assert.isFalse(yield* store.prolong({ ...key, leaseUntil: second, until: third }))
        yield* store.answer({ ...key, answer })
        assert.isFalse(yield* store.prolong({ ...key, leaseUntil: third, until: Timestamp.plus(third, "1 minute") }))
        assert.deepStrictEqual(yield* claim(), { _tag: "answered", answer })
      }))

    test("a claim that is given up is free again, an answer stays", () =>
      Effect.gen(function*() {
        const store = yield* IdempotencyStore
        yield* claim()
        yield* store.release(key)
        assert.deepStrictEqual(yield* claim({ fingerprint: "b" }), { _tag: "claimed" })
        yield* store.answer({ ...key, answer })
        yield* store.release(key)
        assert.deepStrictEqual(yield* claim({ fingerprint: "b" }), { _tag: "answered", answer })
      }))

    test("keys of different senders, operations and stores are different keys", () =>
      Effect.gen(function*() {
        const other = yield* StockedShop.addStore("other")
        yield* claim()
        assert.deepStrictEqual(yield* claim({ scope: "customer:cus_2 POST /checkout" }), { _tag: "claimed" })
        assert.deepStrictEqual(yield* claim({ key: "k2" }), { _tag: "claimed" })
        const store = yield* IdempotencyStore
        yield* StockedShop.inStore(other)(Effect.gen(function*() {
          yield* store.answer({ ...key, answer })
          yield* store.release(key)
          assert.deepStrictEqual(yield* claim({ fingerprint: "b" }), { _tag: "claimed" })
        }))
        assert.deepStrictEqual(yield* claim(), { _tag: "in_progress" })
      }))

    test("keys are compared as they were sent, case and blanks included", () =>
      Effect.gen(function*() {
        const keys = ["order-a", "ORDER-A", "order-a ", " order-a", "order_a", "ördér-a", "order-a\u{1F333}", "order-a\u{1F334}"]
        for (const key of keys) assert.deepStrictEqual(yield* claim({ key }), { _tag: "claimed" }, JSON.stringify(key))
        for (const key of keys) assert.deepStrictEqual(yield* claim({ key }), { _tag: "in_progress" }, JSON.stringify(key))
      }))

    test("answers of somebody who is forgotten are gone, those of others and work in progress stay", () =>
      Effect.gen(function*() {
        const store = yield* IdempotencyStore
        const scopes = ["customer:user_1 POST /checkout", "staff:user_9 as customer:user_1 POST /cart", "customer:user_2 POST /checkout", "customer:user-1 POST /checkout"]
        for (const scope of scopes) {
          yield* claim({ scope })
          yield* store.answer({ ...key, scope, answer })
        }
        const working = { scope: "customer:user_1 POST /orders" }
        yield* claim(working)
        yield* StockedShop.inStore(yield* StockedShop.addStore("other"))(store.forget("user_1"))
        assert.deepStrictEqual(yield* claim({ scope: scopes[0] ?? "" }), { _tag: "answered", answer })
        yield* store.forget("user_1")
        const left = yield* Effect.forEach([...scopes, working.scope], (scope) => claim({ scope }))
        assert.deepStrictEqual(left.map(({ _tag }) => _tag), ["claimed", "claimed", "answered", "answered", "in_progress"])
      }))

    test("answers are forgotten after a day", () =>
      Effect.gen(function*() {
        const store = yield* IdempotencyStore
        const jobs = yield* Jobs
        yield* claim()
        yield* store.answer({ ...key, answer })
        yield* TestClock.adjust("23 hours")
        yield* jobs.runCron("idempotency.forget")
        assert.deepStrictEqual(yield* claim(), { _tag: "answered", answer })
        yield* TestClock.adjust("2 hours")
        yield* jobs.runCron("idempotency.forget")
        assert.deepStrictEqual(yield* claim({ fingerprint: "b" }), { _tag: "claimed" })
      }))
  })
}
