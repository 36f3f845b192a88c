import { CartNotFound } from "@stoa/core/cart/CartErrors"
import * as Actor from "@stoa/core/kernel/Actor"
import { CurrentClient } from "@stoa/core/kernel/CurrentClient"
import { CurrentRequest } from "@stoa/core/kernel/CurrentRequest"
import { assert, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { toFetchHandler } from "./FetchHandler.ts"
import { serve } from "./Server.ts"
import { app, customerToken, json, problem, staffKey, stub } from "./testing/StubEngine.ts"

/** An engine whose catalog and carts note who asks. */
const watched = () => {
  const seen: Array<{ readonly actor: Actor.Actor; readonly request: string | null; readonly address: string | null }> = []
  const note = Effect.gen(function*() {
    const { address } = yield* CurrentClient
    seen.push({ actor: yield* Actor.CurrentActor, request: yield* CurrentRequest, address })
  })
  const engine = stub({
    carts: { get: (cart) => Effect.andThen(note, Effect.fail(new CartNotFound({ cart }))) },
    catalog: { listCategories: Effect.as(note, []) }
  })
  return { engine, seen, actors: () => seen.map(({ actor }) => actor) }
}

describe("a caller", () => {
  it.effect("without credentials is a guest", () =>
    Effect.gen(function*() {
      const { actors, engine } = watched()
      const call = yield* app(engine)
      yield* call("/api/v1/categories")
      assert.deepStrictEqual(actors(), [Actor.guest()])
    }))

  it.effect("with an access token is a customer, with the tokens of their cart and order", () =>
    Effect.gen(function*() {
      const { actors, engine } = watched()
      const call = yield* app(engine)
      yield* call("/api/v1/categories", {
        headers: {
          authorization: `Bearer ${customerToken}`,
          "stoa-cart": "cart_abc",
          "stoa-order-token": "order_def"
        }
      })
      assert.deepStrictEqual(actors(), [
        Actor.customer("user_ada", { cartToken: "cart_abc", orderToken: "order_def" })
      ])
    }))

  it.effect("with a key is staff, in either header", () =>
    Effect.gen(function*() {
      const { actors, engine } = watched()
      const call = yield* app(engine)
      yield* call("/api/v1/categories", { headers: { authorization: `bearer ${staffKey}` } })
      yield* call("/api/v1/categories", { headers: { "x-api-key": staffKey } })
      assert.deepStrictEqual(actors(), [Actor.staff("key_demo", ["*"]), Actor.staff("key_demo", ["*"])])
    }))

  it.effect("is nobody by a key or a token in the address, where logs and other sites would see it", () =>
    Effect.gen(function*() {
      const { actors, engine } = watched()
      const call = yield* app(engine)
      const names = ["api_key", "apiKey", "x-api-key", "key", "access_token", "token", "authorization"]
      for (const name of names) yield* call(`/api/v1/categories?${name}=${encodeURIComponent(staffKey)}`)
      yield* call(`/api/v1/categories?access_token=${encodeURIComponent(customerToken)}`)
      assert.deepStrictEqual(actors(), [...names, ""].map(() => Actor.guest()))
    }))

  it.effect("shows a cart by header or cookie, and the header wins", () =>
    Effect.gen(function*() {
      const { actors, engine } = watched()
      const call = yield* app(engine)
      yield* call("/api/v1/cart", { headers: { cookie: "theme=dark; stoa_cart=cart_1" } })
      yield* call("/api/v1/cart", { headers: { cookie: "stoa_cart=cart_1", "stoa-cart": "cart_2" } })
      yield* call("/api/v1/cart", { headers: { cookie: "stoa_cart=%22%3Cscript%3E", "stoa-cart": "a b" } })
      assert.deepStrictEqual(actors(), [
        Actor.guest({ cartToken: "cart_1" }),
        Actor.guest({ cartToken: "cart_2" }),
        Actor.guest()
      ])
    }))

  it.effect("shows no cart where every guest is answered alike", () =>
    Effect.gen(function*() {
      const { actors, engine } = watched()
      const call = yield* app(engine)
      yield* call("/api/v1/categories", { headers: { cookie: "stoa_cart=cart_1" } })
      assert.deepStrictEqual(actors(), [Actor.guest()])
    }))

  it.effect("with a credential that is wrong, malformed or doubled is refused and never taken for a guest", () =>
    Effect.gen(function*() {
      const { engine, seen } = watched()
      const call = yield* app(engine)
      const headers: ReadonlyArray<Record<string, string>> = [
        { authorization: "Bearer wrong" },
        { authorization: "Bearer" },
        { authorization: "Bearer " },
        { authorization: "Basic YWRhOnB3" },
        { authorization: `${customerToken}` },
        { authorization: `Bearer ${customerToken} ${customerToken}` },
        { authorization: "Bearer \u00e4" },
        { authorization: `Bearer ${"x".repeat(10_000)}` },
        { authorization: "Bearer sk_wrong" },
        { "x-api-key": "wrong" },
        { "x-api-key": "" },
        { "x-api-key": customerToken },
        { authorization: `Bearer ${customerToken}`, "x-api-key": staffKey }
      ]
      for (const header of headers) {
        const response = yield* call("/api/v1/categories", { headers: header })
        assert.strictEqual(response.status, 401, JSON.stringify(header))
        assert.include(response.headers.get("www-authenticate"), "Bearer")
        assert.include(["unauthenticated", "invalid_token"], (yield* problem(response)).code)
      }
      assert.deepStrictEqual(seen, [])
    }))

  it.effect("may come with an expired access token when exchanging a refresh token", () =>
    Effect.gen(function*() {
      const call = yield* app(stub({ auth: { refresh: () => Effect.die("reached") } }))
      const response = yield* call("/api/v1/auth/refresh", json({ refreshToken: "r" }, { authorization: "Bearer expired" }))
      assert.strictEqual(response.status, 500)
    }))
})

describe("a guest", () => {
  it("stays a guest, whoever the host acts for, on every way into the shop", async () => {
    const seen: Array<string> = []
    const note = Effect.gen(function*() {
      seen.push(Actor.describe(yield* Actor.CurrentActor))
      return []
    })
    const http = HttpRouter.add("GET", "/plugin", Effect.as(note, HttpServerResponse.empty()))
    const stubbed = stub({ catalog: { listCategories: note } }, [{ name: "watching", http }])
    const engine = {
      ...stubbed,
      context: Context.add(stubbed.context, Actor.CurrentActor, Actor.staff("host", ["*"])),
      close: async () => {}
    }
    const handler = toFetchHandler(engine, { accessLog: false })
    await handler(new Request("http://shop.test/api/v1/categories"))
    await handler(new Request("http://shop.test/api/v1/plugin"))
    await handler.close()
    const server = await serve(engine, { port: 0, accessLog: false })
    await fetch(`${server.url}/api/v1/categories`)
    await fetch(`${server.url}/api/v1/plugin`)
    await server.close()
    assert.deepStrictEqual(seen, ["guest", "guest", "guest", "guest"])
  })
})

describe("a request", () => {
  it.effect("keeps the id that its caller gave it, if it looks like one", () =>
    Effect.gen(function*() {
      const { engine, seen } = watched()
      const call = yield* app(engine)
      const given = yield* call("/api/v1/categories", { headers: { "x-request-id": "trace-7f3a.01" } })
      assert.strictEqual(given.headers.get("x-request-id"), "trace-7f3a.01")
      for (const id of ["short", "x".repeat(200), "has space in it", "<script>alert(1)</script>", "{\"a\":\"bcdefgh\"}"]) {
        const response = yield* call("/api/v1/categories", { headers: { "x-request-id": id } })
        assert.match(response.headers.get("x-request-id") ?? "", /^req_[0-9a-z]{26}$/)
      }
      assert.strictEqual(seen[0]?.request, "trace-7f3a.01")
      assert.match(seen[1]?.request ?? "", /^req_/)
    }))

  it.effect("comes from where the host says it does", () =>
    Effect.gen(function*() {
      const { engine, seen } = watched()
      const call = yield* app(engine, { clientAddress: (request) => request.headers.get("cf-connecting-ip") ?? undefined })
      yield* call("/api/v1/categories", { headers: { "cf-connecting-ip": "203.0.113.9" } })
      yield* call("/api/v1/categories", { headers: { "x-forwarded-for": "203.0.113.9" } })
      assert.deepStrictEqual(seen.map(({ address }) => address), ["203.0.113.9", null])
    }))
})
