import { CartClosed } from "@stoa/core/cart/CartErrors"
import { ProductNotFound } from "@stoa/core/catalog/CatalogErrors"
import { TooManyAttempts } from "@stoa/core/identity/IdentityErrors"
import { InsufficientStock } from "@stoa/core/inventory/InventoryErrors"
import { InvalidInput } from "@stoa/core/kernel/Input"
import { Forbidden } from "@stoa/core/kernel/Permission"
import { StorageError } from "@stoa/core/kernel/StorageError"
import { GatewayMisconfigured, GatewayRejected, GatewayUnavailable } from "@stoa/core/payments/PaymentGateway"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as Logger from "effect/Logger"
import { StoaApi } from "./api/StoaApi.ts"
import * as Problem from "./api/Problem.ts"
import { app, json, problem, staffKey, stub } from "./testing/StubEngine.ts"

const failing = (error: ProductNotFound | StorageError) => ({ catalog: { getProduct: () => Effect.fail(error) } })

describe("an error of a service", () => {
  it.effect("is a problem with what the error says of itself", () =>
    Effect.gen(function*() {
      const call = yield* app(stub(failing(new ProductNotFound({ product: "mug" }))))
      const response = yield* call("/api/v1/products/mug", { headers: { "x-request-id": "request-0001" } })
      assert.strictEqual(response.status, 404)
      assert.strictEqual(response.headers.get("content-type"), "application/problem+json")
      assert.deepStrictEqual(yield* problem(response), {
        type: "urn:stoa:problem:product_not_found",
        title: "Product not found",
        status: 404,
        detail: "There is no product mug",
        code: "product_not_found",
        requestId: "request-0001",
        product: "mug"
      })
    }))

  it.effect("keeps its own members apart from those of every problem", () =>
    Effect.gen(function*() {
      const closed = new CartClosed({ cartId: "cart_1", status: "ordered", orderId: "ord_1" })
      const call = yield* app(stub({ carts: { clear: () => Effect.fail(closed) } }))
      const body = yield* problem(yield* call("/api/v1/cart/items", { method: "DELETE" }))
      assert.strictEqual(body["status"], 409)
      assert.strictEqual(body["state"], "ordered")
      assert.strictEqual(body["orderId"], "ord_1")
    }))

  it.effect("says which lines are short of stock", () =>
    Effect.gen(function*() {
      const lines = [{ variantId: "var_1", requested: 3, available: 1 }]
      const call = yield* app(stub({ checkout: { place: () => Effect.fail(new InsufficientStock({ lines })) } }))
      const response = yield* call("/api/v1/checkout", json({ payment: { gateway: "sandbox" } }))
      assert.strictEqual(response.status, 409)
      assert.deepStrictEqual((yield* problem(response))["lines"], lines)
    }))

  it.effect("that will pass says when to come back", () =>
    Effect.gen(function*() {
      const throttled = new TooManyAttempts({ retryAfterSeconds: 17 })
      const call = yield* app(stub({ auth: { login: () => Effect.fail(throttled) } }))
      const response = yield* call("/api/v1/auth/login", json({ email: "ada@example.com", password: "secret" }))
      assert.strictEqual(response.status, 429)
      assert.strictEqual(response.headers.get("retry-after"), "17")
    }))

  it.effect("of the storage is answered 503, without its cause, which is logged", () =>
    Effect.gen(function*() {
      const logged: Array<string> = []
      const error = new StorageError({ operation: "Products.find", reason: "busy", cause: new Error("SELECT secret") })
      const call = yield* app(stub(failing(error)))
      const response = yield* call("/api/v1/products/mug").pipe(
        Effect.provide(Logger.layer([Logger.map(Logger.formatJson, (line) => void logged.push(line))]))
      )
      assert.strictEqual(response.status, 503)
      assert.strictEqual(response.headers.get("retry-after"), "2")
      const text = yield* Effect.promise(() => response.text())
      assert.notInclude(text, "SELECT")
      assert.include(text, "storage_unavailable")
      assert.include(logged.join(), "SELECT secret")
    }))

  it.effect("of a gateway says whether asking again helps", () =>
    Effect.gen(function*() {
      const silent = new GatewayUnavailable({ gateway: "sandbox", detail: "no answer" })
      const locked = new GatewayMisconfigured({ gateway: "sandbox", gatewayCode: "401", detail: "the key is old" })
      const call = yield* app(stub({
        payments: { verify: (id) => Effect.fail(id === "pay_silent" ? silent : locked) }
      }))
      const answers = yield* Effect.forEach(["pay_silent", "pay_locked"], (id) => call(`/api/v1/payments/verify/${id}`))
      assert.deepStrictEqual(answers.map(({ headers, status }) => [status, headers.get("retry-after")]), [[503, "2"], [503, null]])
      const problems = yield* Effect.forEach(answers, problem)
      assert.deepStrictEqual(problems.map(({ advice }) => advice), ["retry", "contact"])
      assert.notInclude(JSON.stringify(problems), "the key is old")
    }))

  it.effect("of the bank is 402, of a missing permission 403", () =>
    Effect.gen(function*() {
      const rejected = new GatewayRejected({ gateway: "sandbox", gatewayCode: "51", detail: "no" })
      const call = yield* app(stub({
        payments: { capture: () => Effect.fail(rejected) },
        orders: { list: () => Effect.fail(new Forbidden({ permission: "orders:read" })) }
      }))
      const staff = { headers: { "x-api-key": staffKey } }
      const refused = yield* call("/api/v1/admin/payments/pay_1/capture", { method: "POST", ...staff })
      assert.deepStrictEqual([refused.status, (yield* problem(refused))["advice"]], [402, "contact"])
      const forbidden = yield* call("/api/v1/admin/orders", staff)
      assert.strictEqual(forbidden.status, 403)
      assert.strictEqual((yield* problem(forbidden))["permission"], "orders:read")
    }))
})

describe("a bug", () => {
  it.effect("is answered 500 without a word about it, and logged with the id of the request", () =>
    Effect.gen(function*() {
      const logged: Array<string> = []
      const call = yield* app(stub({ catalog: { getProduct: () => Effect.die(new Error("password=hunter2")) } }))
      const response = yield* call("/api/v1/products/mug", { headers: { "x-request-id": "request-0002" } }).pipe(
        Effect.provide(Logger.layer([Logger.map(Logger.formatJson, (line) => void logged.push(line))]))
      )
      assert.strictEqual(response.status, 500)
      const body = yield* problem(response)
      assert.strictEqual(body.code, "internal_error")
      assert.strictEqual(body["requestId"], "request-0002")
      assert.notInclude(JSON.stringify(body), "hunter2")
      assert.notInclude(JSON.stringify(body), ".ts")
      const line = logged.find((line) => line.includes("hunter2")) ?? ""
      assert.include(line, "request-0002")
    }))

  it.effect("that died with an error of the engine is a bug all the same", () =>
    Effect.gen(function*() {
      const call = yield* app(stub({ catalog: { getProduct: () => Effect.die(new ProductNotFound({ product: "mug" })) } }))
      assert.strictEqual((yield* call("/api/v1/products/mug")).status, 500)
    }))
})

describe("bad input", () => {
  const call = app(stub({
    catalog: { listProducts: () => Effect.succeed({ items: [], nextCursor: null }) },
    carts: { update: () => Effect.fail(InvalidInput.at(["email"], "is not an address")) }
  }))

  it.effect("has every fault named, with its path", () =>
    Effect.gen(function*() {
      const response = yield* (yield* call)("/api/v1/products?limit=500&colour=red&available=perhaps")
      assert.strictEqual(response.status, 400)
      const body = yield* problem(response)
      assert.strictEqual(body.code, "invalid_input")
      assert.sameDeepMembers(
        (body["errors"] as Array<{ path: Array<string> }>).map(({ path }) => path),
        [["limit"], ["colour"], ["available"]]
      )
    }))

  it.effect("that a service refuses has the same form", () =>
    Effect.gen(function*() {
      const response = yield* (yield* call)("/api/v1/cart", json({ email: "nobody@example.com" }, {}, "PATCH"))
      assert.strictEqual(response.status, 400)
      assert.deepStrictEqual((yield* problem(response))["errors"], [{ path: ["email"], message: "is not an address" }])
    }))

  it.effect("quantities that are zero, negative, fractional or huge, prices and unknown fields are refused", () =>
    Effect.gen(function*() {
      const send = yield* call
      const variantId = "var_01jd5m8x2vf6grc1x7e9w0b3qk"
      const bodies = [
        { variantId, quantity: 0 },
        { variantId, quantity: -1 },
        { variantId, quantity: 1.5 },
        { variantId, quantity: 1e9 },
        { variantId, quantity: "2" },
        { variantId, quantity: 1, price: { amount: 1, currency: "USD" } },
        { variantId: "nonsense", quantity: 1 },
        { quantity: 1 },
        [],
        null,
        "mug"
      ]
      for (const body of bodies) {
        const response = yield* send("/api/v1/cart/items", json(body))
        assert.strictEqual(response.status, 400, JSON.stringify(body))
        assert.strictEqual((yield* problem(response)).code, "invalid_input")
      }
    }))

  it.effect("a query parameter that is given twice is refused, whatever it is", () =>
    Effect.gen(function*() {
      const response = yield* (yield* call)("/api/v1/products?limit=1&limit=2")
      assert.strictEqual(response.status, 400)
      assert.deepStrictEqual((yield* problem(response))["errors"], [{ path: ["limit"], message: "is given more than once" }])
    }))

  it.effect("a body that is not JSON, is of another type, or is too large, is refused before anything happens", () =>
    Effect.gen(function*() {
      const send = yield* call
      const post = (body: string, contentType: string, more = {}) =>
        send("/api/v1/cart/items", { method: "POST", body, headers: { "content-type": contentType, ...more } })
      const broken = yield* post("{\"variantId\":", "application/json")
      assert.strictEqual(broken.status, 400)
      assert.strictEqual((yield* problem(broken)).code, "invalid_input")
      const form = yield* post("variantId=1", "application/x-www-form-urlencoded")
      assert.strictEqual(form.status, 415)
      assert.strictEqual((yield* problem(form)).code, "unsupported_media_type")
      const packed = yield* post("{}", "application/json", { "content-encoding": "gzip" })
      assert.strictEqual(packed.status, 415)
      for (const body of ["null", "[]", "7", ""]) {
        const none = yield* problem(yield* post(body, "application/json"))
        assert.deepStrictEqual(none["errors"], [{ path: [], message: "Expected an object", code: "not_an_object" }], body)
      }
      const large = yield* post(JSON.stringify({ note: "x".repeat(1_100_000) }), "application/json")
      assert.strictEqual(large.status, 413)
      assert.strictEqual((yield* problem(large)).code, "body_too_large")
    }))

  it.effect("a body that says it is too large is not even read", () =>
    Effect.gen(function*() {
      let read = false
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          read = true
          controller.close()
        }
      }, { highWaterMark: 0 })
      const response = yield* (yield* call)("/api/v1/cart/items", {
        method: "POST",
        body,
        duplex: "half",
        headers: { "content-type": "application/json", "content-length": "1048577" }
      } as RequestInit)
      assert.strictEqual(response.status, 413)
      assert.isFalse(read)
    }))

  it.effect("a body of unknown length is read up to the limit and not further", () =>
    Effect.gen(function*() {
      let chunks = 0
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          chunks += 1
          controller.enqueue(new Uint8Array(65_536))
        }
      })
      const response = yield* (yield* call)("/api/v1/cart/items", {
        method: "POST",
        body,
        duplex: "half",
        headers: { "content-type": "application/json" }
      } as RequestInit)
      assert.strictEqual(response.status, 413)
      assert.isBelow(chunks, 25)
    }))

  it.effect("a body with thousands of faults is answered with a few of them", () =>
    Effect.gen(function*() {
      const response = yield* (yield* call)(
        "/api/v1/checkout",
        json(Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`field${index}`, 1])))
      )
      assert.strictEqual(response.status, 400)
      assert.isAtMost(((yield* problem(response))["errors"] as Array<unknown>).length, 50)
    }))
})

describe("an address", () => {
  it.effect("without a route is 404, with another method 405 and those it takes", () =>
    Effect.gen(function*() {
      const call = yield* app(stub())
      const nothing = yield* call("/api/v1/nothing")
      assert.strictEqual(nothing.status, 404)
      assert.strictEqual((yield* problem(nothing)).code, "route_not_found")
      const wrong = yield* call("/api/v1/cart/items", { method: "PUT" })
      assert.strictEqual(wrong.status, 405)
      assert.strictEqual(wrong.headers.get("allow"), "POST, DELETE, OPTIONS")
      assert.strictEqual((yield* problem(wrong)).code, "method_not_allowed")
      const options = yield* call("/api/v1/products", { method: "OPTIONS" })
      assert.strictEqual(options.status, 204)
      assert.strictEqual(options.headers.get("allow"), "GET, HEAD, OPTIONS")
    }))

  it.effect("that cannot be decoded is 404 and not a failure", () =>
    Effect.gen(function*() {
      const call = yield* app(stub())
      for (const path of ["/api/v1/products/%E0%A4%A", "/api/v1/products/%00%ff", `/api/v1/products/${"x".repeat(5_000)}`]) {
        const response = yield* call(path)
        assert.isTrue([400, 404].includes(response.status), path)
      }
    }))
})

describe("a plug-in's route", () => {
  it.effect("is under the prefix, with errors as problems", () =>
    Effect.gen(function*() {
      const http = HttpRouter.add("GET", "/gifts/:id", Effect.fail(new ProductNotFound({ product: "gift" })))
      const call = yield* app(stub({}, [{ name: "gifts", http }]), { prefix: "/shop" })
      const response = yield* call("/shop/gifts/7")
      assert.strictEqual(response.status, 404)
      assert.strictEqual((yield* problem(response)).code, "product_not_found")
      assert.strictEqual((yield* call("/gifts/7")).status, 404)
      assert.strictEqual((yield* call("/shop/gifts/7", { method: "DELETE" })).status, 405)
    }))
})

describe("the errors of the engine", () => {
  it("have no member that a problem would hide", () => {
    const seen = new Set<string>()
    for (const group of Object.values(StoaApi.groups)) {
      for (const endpoint of Object.values(group.endpoints)) {
        for (const schema of endpoint.error) {
          const identifier = schema.ast.encoding?.[0]?.to.annotations?.["identifier"]
          if (typeof identifier === "string") seen.add(identifier)
        }
      }
    }
    assert.isAbove(seen.size, 20)
    assert.deepStrictEqual(Problem.membersOf({ code: "x", kind: "y", status: "a", detail: "b", title: "c", cause: 1, own: 2 }), {
      state: "a",
      name: "c",
      own: 2
    })
  })

  it("have one status for each kind", () => {
    assert.deepStrictEqual(Problem.statuses, {
      invalid: 400,
      unauthenticated: 401,
      payment: 402,
      forbidden: 403,
      not_found: 404,
      conflict: 409,
      gone: 410,
      stale: 412,
      too_large: 413,
      throttled: 429,
      unavailable: 503
    })
  })
})
