import { assert, describe, it } from "@effect/vitest"
import { StorageError } from "@stoa/core/kernel/StorageError"
import type { RateLimitCounters } from "@stoa/core/limits/RateLimitCounters"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import type { HttpOptions } from "./HttpOptions.ts"
import { network } from "./RateLimits.ts"
import { app, customerToken, json, problem, rateLimitCounters, stub } from "./testing/StubEngine.ts"
import * as TokenBuckets from "./TokenBuckets.ts"

const engine = stub({
  catalog: { listCategories: Effect.succeed([]) },
  auth: { login: () => Effect.die("reached") }
})

/** Servers that share a storage, or none that answers. */
const servers = Effect.fnUntraced(function*(
  rateLimits: HttpOptions["rateLimits"],
  counters: RateLimitCounters["Service"] = rateLimitCounters(),
  count = 3
) {
  const asked = { spend: 0, take: 0 }
  const counting: RateLimitCounters["Service"] = {
    ...counters,
    spend: (...args) => Effect.andThen(Effect.sync(() => void asked.spend++), counters.spend(...args)),
    take: (...args) => Effect.andThen(Effect.sync(() => void asked.take++), counters.take(...args))
  }
  const calls = yield* Effect.forEach(
    Array.from({ length: count }),
    () =>
      app(
        stub({
          catalog: { listCategories: Effect.succeed([]) },
          auth: { login: () => Effect.die("reached") },
          rateLimits: counting
        }),
        limits(rateLimits)
      )
  )
  return { calls, asked }
})

const unanswered: RateLimitCounters["Service"] = {
  take: () => Effect.fail(new StorageError({ operation: "RateLimits.take", reason: "unreachable" })),
  spend: () => Effect.fail(new StorageError({ operation: "RateLimits.spend", reason: "unreachable" })),
  deleteFull: () => Effect.succeed(0)
}

const from = (address: string, more: Record<string, string> = {}) => ({ headers: { "x-test-address": address, ...more } })

const limits = (rateLimits: HttpOptions["rateLimits"]): HttpOptions => ({
  ...(rateLimits === undefined ? {} : { rateLimits }),
  clientAddress: (request) => request.headers.get("x-test-address") ?? undefined
})

describe("a caller who asks too much", () => {
  it.effect("is told to come back later, and what is left before that", () =>
    Effect.gen(function*() {
      const call = yield* app(engine, limits({ address: { limit: 3, window: "1 minute" } }))
      const ask = call("/api/v1/categories", from("203.0.113.1"))
      const first = yield* ask
      assert.strictEqual(first.headers.get("ratelimit-policy"), "\"address\";q=3;w=60")
      assert.strictEqual(first.headers.get("ratelimit"), "\"address\";r=2;t=20")
      yield* ask
      assert.strictEqual((yield* ask).headers.get("ratelimit"), "\"address\";r=0;t=60")
      const refused = yield* ask
      assert.strictEqual(refused.status, 429)
      assert.strictEqual(refused.headers.get("retry-after"), "20")
      assert.strictEqual(refused.headers.get("ratelimit"), "\"address\";r=0;t=20")
      const body = yield* problem(refused)
      assert.strictEqual(body.code, "rate_limited")
      assert.strictEqual(body["retryAfterSeconds"], 20)
      assert.strictEqual((yield* call("/api/v1/categories", from("203.0.113.2"))).status, 200)
      yield* TestClock.adjust("20 seconds")
      assert.strictEqual((yield* ask).status, 200)
      assert.strictEqual((yield* ask).status, 429)
    }))

  it.effect("finds no way around by asking for what is not there", () =>
    Effect.gen(function*() {
      const call = yield* app(engine, limits({ address: { limit: 1, window: "1 minute" } }))
      yield* call("/api/v1/nothing", from("203.0.113.1"))
      assert.strictEqual((yield* call("/api/v1/nothing", from("203.0.113.1"))).status, 429)
    }))

  it.effect("for passwords has fewer tries than for products", () =>
    Effect.gen(function*() {
      const call = yield* app(engine, limits({ sensitive: { limit: 2, window: "1 minute" } }))
      const login = call("/api/v1/auth/login", json({ email: "a@example.com", password: "p" }, from("203.0.113.1").headers))
      assert.deepStrictEqual([(yield* login).status, (yield* login).status, (yield* login).status], [500, 500, 429])
      const products = yield* call("/api/v1/categories", from("203.0.113.1"))
      assert.strictEqual(products.status, 200)
    }))

  it.effect("is limited as a customer wherever they come from", () =>
    Effect.gen(function*() {
      const call = yield* app(engine, limits({ actor: { limit: 1, window: "1 minute" } }))
      const ask = (address: string) =>
        call("/api/v1/categories", from(address, { authorization: `Bearer ${customerToken}` }))
      assert.strictEqual((yield* ask("203.0.113.1")).status, 200)
      assert.strictEqual((yield* ask("203.0.113.2")).status, 429)
    }))

  it.effect("is not limited where limits are off", () =>
    Effect.gen(function*() {
      const call = yield* app(engine, limits(false))
      for (let count = 0; count < 700; count++) {
        assert.strictEqual((yield* call("/api/v1/categories", from("203.0.113.1"))).status, 200)
      }
      assert.isNull((yield* call("/api/v1/categories", from("203.0.113.1"))).headers.get("ratelimit"))
    }))
})

describe("a network address", () => {
  it("counts as itself in IPv4 and as its /64 in IPv6", () => {
    assert.strictEqual(network("203.0.113.9"), "203.0.113.9")
    assert.strictEqual(network("::ffff:203.0.113.9"), "203.0.113.9")
    assert.strictEqual(network("2001:DB8:1:2:3:4:5:6"), "2001:db8:1:2::/64")
    assert.strictEqual(network("2001:db8:1:2::7"), "2001:db8:1:2::/64")
    assert.strictEqual(network("2001:0db8:0001:0002:ffff::"), "2001:db8:1:2::/64")
    assert.strictEqual(network("2001:db8::1"), "2001:db8:0:0::/64")
    assert.strictEqual(network("::1"), "0:0:0:0::/64")
    assert.strictEqual(network("fe80::1%eth0"), "fe80:0:0:0::/64")
  })
})

describe("several servers on one storage", () => {
  const login = json({ email: "a@example.com", password: "p" }, from("203.0.113.1").headers)

  it.effect("let in as many tries of a password as one server does", () =>
    Effect.gen(function*() {
      const { asked, calls } = yield* servers({ sensitive: { limit: 5, window: "1 minute" } })
      const answers = yield* Effect.forEach(
        Array.from({ length: 30 }, (_, index) => calls[index % calls.length] ?? assert.fail()),
        (call) => call("/api/v1/auth/login", login),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(answers.filter(({ status }) => status === 500).length, 5)
      assert.strictEqual(answers.filter(({ status }) => status === 429).length, 25)
      // each server learns once that there is no more, and asks no more
      const before = asked.take
      yield* Effect.forEach(calls, (call) => call("/api/v1/auth/login", login))
      assert.strictEqual(asked.take, before)
      yield* TestClock.adjust("12 seconds")
      const again = yield* Effect.forEach(calls, (call) => call("/api/v1/auth/login", login))
      assert.deepStrictEqual(again.map(({ status }) => status).toSorted(), [429, 429, 500])
    }))

  it.effect("count a caller together, some in a hundred off, and ask the storage now and then", () =>
    Effect.gen(function*() {
      const { asked, calls } = yield* servers({ address: { limit: 200, window: "1 hour" } })
      let granted = 0
      for (let round = 0; round < 200; round++) {
        for (const call of calls) {
          const { status } = yield* call("/api/v1/categories", from("203.0.113.1"))
          if (status === 200) granted++
        }
        yield* TestClock.adjust("100 millis")
      }
      assert.isAtLeast(granted, 200)
      assert.isAtMost(granted, 230)
      assert.isAtMost(asked.spend, 30)
      assert.strictEqual(asked.take, 0)
    }))

  it.effect("tell nobody of callers who ask for little", () =>
    Effect.gen(function*() {
      const { asked, calls } = yield* servers({ address: { limit: 200, window: "1 minute" } })
      for (let visitor = 0; visitor < 50; visitor++) {
        for (const call of calls) yield* call("/api/v1/categories", from(`203.0.113.${visitor}`))
        yield* TestClock.adjust("100 millis")
      }
      assert.strictEqual(asked.spend, 0)
    }))

  it.effect("try no password while the storage does not answer, and sell on by their own counts", () =>
    Effect.gen(function*() {
      const { calls: [call = () => Effect.die("no server")] } = yield* servers({
        address: { limit: 3, window: "1 minute" }
      }, unanswered)
      const refused = yield* call("/api/v1/auth/login", login)
      assert.strictEqual(refused.status, 503)
      assert.strictEqual((yield* problem(refused)).code, "storage_unavailable")
      const ask = call("/api/v1/categories", from("203.0.113.1"))
      assert.deepStrictEqual([(yield* ask).status, (yield* ask).status, (yield* ask).status], [200, 200, 429])
    }))
})

describe("the counters", () => {
  it("do not grow with the number of addresses that ask", () => {
    const buckets = TokenBuckets.make(1_000)
    const take = (key: string) => buckets.take(key, 1_000_000, 1_000_000, 0).granted
    for (let index = 0; index < 1_100; index++) take(`address-${index}`)
    // the newest are remembered, the oldest made room
    assert.isFalse(take("address-1099"))
    assert.isTrue(take("address-0"))
  })
})
