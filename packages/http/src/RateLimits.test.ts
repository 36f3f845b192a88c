import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as TestClock from "effect/testing/TestClock"
import type { HttpOptions } from "./HttpOptions.ts"
import { network } from "./RateLimits.ts"
import * as RateLimitStore from "./RateLimitStore.ts"
import { app, customerToken, json, problem, stub } from "./testing/StubEngine.ts"

const engine = stub({
  catalog: { listCategories: Effect.succeed([]) },
  auth: { login: () => Effect.die("reached") }
})

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

describe("the counters", () => {
  it.effect("do not grow with the number of addresses that ask", () =>
    Effect.gen(function*() {
      const limiter = yield* RateLimiter.RateLimiter
      const take = (key: string) => limiter.consume({ key, limit: 1, window: "1 second", algorithm: "token-bucket" })
      for (let index = 0; index < 110_000; index++) yield* take(`address-${index}`)
      // the newest are remembered, the oldest made room
      assert.isTrue((yield* Effect.exit(take("address-109999")))._tag === "Failure")
      assert.isTrue((yield* Effect.exit(take("address-0")))._tag === "Success")
    }).pipe(Effect.provide(RateLimiter.layer.pipe(Layer.provide(RateLimitStore.layer)))))
})
