import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Console from "effect/Console"
import { GatewayUnavailable } from "@stoa/core/payments/PaymentGateway"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as References from "effect/References"
import type { AccessLogEntry } from "./HttpOptions.ts"
import * as AccessLog from "./AccessLog.ts"
import { jsonLogger } from "./AccessLog.ts"
import type { Exchange } from "./Exchange.ts"
import { toFetchHandler } from "./FetchHandler.ts"
import { app, customerToken, json, staffKey, stub } from "./testing/StubEngine.ts"

const engine = stub({
  payments: {
    gateways: ["sandbox", "mute", "gone"],
    ping: (gateway) =>
      gateway === "gone"
        ? Effect.fail(new GatewayUnavailable({ gateway, detail: "no answer" }))
        : Effect.succeed(gateway === "sandbox")
  },
  catalog: { listCategories: Effect.succeed([]) },
  orders: { listMine: () => Effect.succeed({ items: [], nextCursor: null }) },
  stores: { current: Effect.die("the storage is gone") },
  jobs: { counts: Effect.succeed({ waiting: 2, working: 1, dead: 0, done: 9 }) },
  auth: { publicKeys: Effect.succeed({ keys: [] }) }
})

describe("every answer", () => {
  it.effect("tells browsers not to guess, not to frame and not to tell where they came from", () =>
    Effect.gen(function*() {
      const call = yield* app(engine)
      for (const path of ["/api/v1/categories", "/api/v1/nothing", "/health"]) {
        const { headers } = yield* call(path)
        assert.strictEqual(headers.get("x-content-type-options"), "nosniff")
        assert.include(headers.get("content-security-policy"), "frame-ancestors 'none'")
        assert.strictEqual(headers.get("referrer-policy"), "no-referrer")
        assert.isNull(headers.get("strict-transport-security"))
        assert.isNull(headers.get("access-control-allow-origin"))
        assert.isNotNull(headers.get("x-request-id"))
      }
    }))

  it.effect("insists on HTTPS where the host wants it", () =>
    Effect.gen(function*() {
      const year = yield* app(engine, { strictTransportSecurity: true })
      assert.strictEqual((yield* year("/health")).headers.get("strict-transport-security"), "max-age=31536000")
      const day = yield* app(engine, { strictTransportSecurity: { maxAge: "1 day", includeSubDomains: true } })
      assert.strictEqual(
        (yield* day("/health")).headers.get("strict-transport-security"),
        "max-age=86400; includeSubDomains"
      )
    }))

  it.effect("that is personal is kept by nobody; the shop window is asked about each time", () =>
    Effect.gen(function*() {
      const call = yield* app(engine)
      const cache = (path: string, headers: Record<string, string> = {}) =>
        Effect.map(call(path, { headers }), (response) => response.headers.get("cache-control"))
      assert.strictEqual(yield* cache("/api/v1/categories"), "no-cache")
      assert.strictEqual(yield* cache("/api/v1/categories", { "x-api-key": staffKey }), "no-store")
      assert.strictEqual(yield* cache("/api/v1/orders", { authorization: `Bearer ${customerToken}` }), "no-store")
      assert.strictEqual(yield* cache("/api/v1/nothing"), "no-store")
      assert.include((yield* call("/api/v1/categories")).headers.get("vary"), "Authorization")
    }))
})

describe("a page of another origin", () => {
  const shop = toFetchHandler(engine, {
    cors: { origins: ["https://shop.example", "https://www.shop.example"], credentials: true },
    accessLog: false
  })
  const call = (path: string, init: RequestInit) => shop(new Request(`http://shop.test${path}`, init))
  afterAll(shop.close)

  it("may call if it is on the list", async () => {
    const preflight = await call("/api/v1/cart/items", {
      method: "OPTIONS",
      headers: {
        origin: "https://shop.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "idempotency-key"
      }
    })
    assert.strictEqual(preflight.status, 204)
    assert.strictEqual(preflight.headers.get("access-control-allow-origin"), "https://shop.example")
    assert.strictEqual(preflight.headers.get("access-control-allow-credentials"), "true")
    assert.include(preflight.headers.get("access-control-allow-headers"), "idempotency-key")
    assert.include(preflight.headers.get("access-control-allow-methods"), "PATCH")
    const response = await call("/api/v1/categories", { headers: { origin: "https://shop.example" } })
    assert.strictEqual(response.headers.get("access-control-allow-origin"), "https://shop.example")
    assert.include(response.headers.get("access-control-expose-headers"), "etag")
    assert.include(response.headers.get("vary"), "Origin")
    assert.include(response.headers.get("vary"), "Authorization")
    const refused = await call("/api/v1/nothing", { headers: { origin: "https://shop.example" } })
    assert.strictEqual(refused.headers.get("access-control-allow-origin"), "https://shop.example")
  })

  it("is told nothing if it is not", async () => {
    const response = await call("/api/v1/categories", { headers: { origin: "https://evil.example" } })
    assert.isNull(response.headers.get("access-control-allow-origin"))
  })
})

describe("the access log", () => {
  it.effect("has one line for each request, without anything secret or personal", () =>
    Effect.gen(function*() {
      const entries: Array<AccessLogEntry> = []
      const call = yield* app(engine, { accessLog: (entry) => void entries.push(entry) })
      yield* call("/api/v1/categories?unknown=ada@example.com", {
        headers: { authorization: `Bearer ${customerToken}`, "stoa-cart": "cart_secret", "user-agent": "Netscape" }
      })
      yield* call("/api/v1/orders/ord_of_ada/../../nothing")
      yield* call("/health")
      assert.strictEqual(entries.length, 3)
      const text = JSON.stringify(entries)
      for (const secret of ["ada@", customerToken, "cart_secret", "Netscape", "ord_of_ada"]) assert.notInclude(text, secret)
      const [first, second, third] = entries
      assert.include(first, { method: "GET", route: "/api/v1/categories", actor: "customer:user_ada", status: 200 })
      assert.include(second, { route: null, status: 404, code: "route_not_found", actor: null })
      assert.include(third, { route: "/health", status: 200, code: null })
      assert.isAtLeast(first?.millis ?? -1, 0)
    }))

  it.effect("goes to the standard output as lines of JSON, with what is known of whoever is logged for", () =>
    Effect.gen(function*() {
      let written = ""
      const log = AccessLog.make(true, (text) => written += text)
      const asked = (requestId: string) =>
        log(
          { method: "GET", route: "/api/v1/cart", requestId, actor: { _tag: "guest", cartToken: "secret" }, code: null } as Exchange,
          200,
          1.26
        )
      yield* Effect.andThen(asked("request-0001"), asked("request-0002")).pipe(
        Effect.annotateLogs({ shop: "one" }),
        Effect.provideService(Console.Console, globalThis.console),
        Effect.provideService(Logger.CurrentLoggers, new Set([jsonLogger]))
      )
      yield* asked("request-0003").pipe(
        Effect.provideService(References.MinimumLogLevel, "Warn"),
        Effect.provideService(Console.Console, globalThis.console),
        Effect.provideService(Logger.CurrentLoggers, new Set([jsonLogger]))
      )
      yield* Effect.promise(() => new Promise(setImmediate))
      const lines = written.split("\n")
      assert.strictEqual(lines.pop(), "")
      const said = { time: "1970-01-01T00:00:00.000Z", level: "info", message: "request", shop: "one", method: "GET" }
      const rest = { route: "/api/v1/cart", status: 200, millis: 1.3, actor: "guest", code: null }
      assert.deepStrictEqual(lines.map((line) => JSON.parse(line) as unknown), [
        { ...said, ...rest, requestId: "request-0001" },
        { ...said, ...rest, requestId: "request-0002" }
      ])
    }))

  it.effect("is JSON on one line", () =>
    Effect.gen(function*() {
      const lines: Array<string> = []
      const spy = { ...globalThis.console, log: (line: string) => void lines.push(line) }
      const call = yield* app(engine, { accessLog: true })
      yield* call("/health", { headers: { "x-request-id": "request-0003" } }).pipe(
        Effect.provide(Logger.layer([jsonLogger])),
        Effect.provideService(Console.Console, spy)
      )
      assert.strictEqual(lines.length, 1)
      const line = JSON.parse(lines[0] ?? "") as Record<string, unknown>
      assert.include(line, { level: "info", message: "request", method: "GET", route: "/health", status: 200 })
      assert.include(line, { requestId: "request-0003" })
    }))
})

describe("operators", () => {
  it.effect("read metrics of requests by route, and none by address", () =>
    Effect.gen(function*() {
      const call = yield* app(engine)
      yield* call("/api/v1/categories")
      yield* call("/api/v1/made-up-by-somebody")
      const response = yield* call("/metrics")
      assert.include(response.headers.get("content-type"), "text/plain")
      const text = yield* Effect.promise(() => response.text())
      assert.include(
        text,
        "http_server_request_duration_seconds_count{method=\"GET\",route=\"/api/v1/categories\",status=\"200\"} 1"
      )
      assert.include(text, "http_server_request_duration_seconds_count{method=\"-\",route=\"-\",status=\"404\"} 1")
      assert.notInclude(text, "made-up")
    }).pipe(Effect.provideService(Metric.MetricRegistry, new Map())))

  it.effect("may keep metrics to staff, or switch them off", () =>
    Effect.gen(function*() {
      const guarded = yield* app(engine, { metrics: "staff" })
      assert.strictEqual((yield* guarded("/metrics")).status, 401)
      assert.strictEqual((yield* guarded("/metrics", { headers: { "x-api-key": staffKey } })).status, 200)
      const off = yield* app(engine, { metrics: false })
      assert.strictEqual((yield* off("/metrics")).status, 404)
    }))

  it.effect("learn whether the process lives, whether the shop is ready, and, if they may, why not", () =>
    Effect.gen(function*() {
      const call = yield* app(engine)
      assert.strictEqual((yield* call("/health")).status, 200)
      assert.strictEqual((yield* call("/health/live")).status, 200)
      assert.strictEqual((yield* call("/health/ready")).status, 503)
      assert.strictEqual((yield* call("/health/detailed")).status, 401)
      const detailed = yield* call("/health/detailed", { headers: { "x-api-key": staffKey } })
      assert.strictEqual(detailed.status, 200)
      const report = yield* Effect.promise(async () => await detailed.json() as Record<string, unknown>)
      assert.deepInclude(report, {
        status: "degraded",
        gateways: ["sandbox", "mute", "gone"],
        jobs: { waiting: 2, working: 1, dead: 0, done: 9 }
      })
      assert.notInclude(JSON.stringify(report), "the storage is gone")
      assert.deepStrictEqual(
        (report["checks"] as ReadonlyArray<{ name: string; status: string }>).map(({ name, status }) => [name, status]),
        [["storage", "failed"], ["jobs", "ok"], ["gateway:sandbox", "ok"], ["gateway:gone", "failed"]]
      )
    }))

  it.effect("publish the keys of access tokens", () =>
    Effect.gen(function*() {
      const call = yield* app(engine)
      const response = yield* call("/.well-known/jwks.json")
      assert.deepStrictEqual(yield* Effect.promise(() => response.json()), { keys: [] })
    }))
})

describe("a browser", () => {
  it.effect("is asked to forget its cart once it is thrown away", () =>
    Effect.gen(function*() {
      const call = yield* app(stub({ carts: { delete: () => Effect.void } }))
      const response = yield* call("/api/v1/cart", { method: "DELETE", headers: { cookie: "stoa_cart=cart_1" } })
      assert.strictEqual(response.status, 204)
      const cookie = response.headers.get("set-cookie") ?? ""
      assert.include(cookie, "stoa_cart=;")
      assert.include(cookie, "Max-Age=0")
      assert.include(cookie, "HttpOnly")
      assert.include(cookie, "SameSite=Lax")
    }))

  it.effect("cannot be made to post a form to the shop", () =>
    Effect.gen(function*() {
      const call = yield* app(engine)
      const response = yield* call("/api/v1/checkout", {
        ...json({ payment: { gateway: "sandbox" } }),
        headers: { "content-type": "text/plain", cookie: "stoa_cart=cart_1", origin: "https://evil.example" }
      })
      assert.strictEqual(response.status, 415)
    }))
})
