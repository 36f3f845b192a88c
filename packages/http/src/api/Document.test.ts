import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as OpenApi from "effect/http-api/OpenApi"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { gunzipSync } from "node:zlib"
import type { HttpOptions } from "../HttpOptions.ts"
import { app, stub } from "../testing/StubEngine.ts"
import { documented } from "./Document.ts"
import { withPrefix } from "./StoaApi.ts"

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly security: ReadonlyArray<Record<string, unknown>>
  readonly parameters: ReadonlyArray<Record<string, unknown>>
  readonly requestBody?: { readonly content: Record<string, { readonly schema: unknown }> }
  readonly responses: Readonly<Record<string, { readonly content?: Record<string, { readonly schema: unknown }> }>>
}

const document = OpenApi.fromApi(documented(withPrefix("/api/v1")))
const paths = document.paths as unknown as Record<string, Record<string, Operation>>

const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, method, operation }))
)

/** The REST map, as far as the engine goes today. */
const promised = `
POST /auth/register
POST /auth/passwordless/start
POST /auth/passwordless/verify
POST /auth/email/verify
POST /auth/email/change
POST /auth/password/forgot
POST /auth/password/reset
POST /auth/password/change
POST /auth/mfa/verify
POST /auth/mfa/totp/enroll
POST /auth/mfa/totp/confirm
POST /auth/mfa/recovery-codes
DELETE /auth/mfa/totp
POST /auth/passkeys/register/options
POST /auth/passkeys/register/verify
POST /auth/passkeys/login/options
POST /auth/passkeys/login/verify
GET /auth/passkeys
DELETE /auth/passkeys/{id}
POST /auth/login
POST /auth/refresh
POST /auth/logout
POST /auth/logout-all
GET /auth/sessions
DELETE /auth/sessions/{id}
GET /auth/login-history
GET /me
PATCH /me
GET /products
GET /products/featured
GET /products/search
GET /products/{idOrSlug}
GET /products/{id}/related
GET /categories
GET /categories/{idOrSlug}
GET /categories/{id}/products
GET /search/suggestions
GET /admin/products
POST /admin/products
GET /admin/products/{idOrSlug}
PATCH /admin/products/{id}
DELETE /admin/products/{id}
POST /admin/products/{id}/variants
PATCH /admin/products/{id}/variants/{variantId}
DELETE /admin/products/{id}/variants/{variantId}
POST /admin/products/import
GET /admin/products/export
GET /admin/categories
POST /admin/categories
PATCH /admin/categories/{id}
DELETE /admin/categories/{id}
GET /admin/inventory
GET /admin/inventory/{variantId}
PATCH /admin/inventory/{variantId}
POST /admin/inventory/adjustments
POST /admin/inventory/transfers
GET /admin/inventory/low-stock
GET /admin/inventory/stats
GET /admin/inventory/{variantId}/ledger
GET /admin/locations
POST /admin/locations
PATCH /admin/locations/{id}
DELETE /admin/locations/{id}
GET /cart
POST /cart
DELETE /cart
POST /cart/items
DELETE /cart/items
PATCH /cart/items/{id}
DELETE /cart/items/{id}
GET /cart/totals
POST /cart/merge
GET /cart/shipping-options
POST /checkout/preview
POST /checkout
GET /orders
GET /orders/{id}
GET /orders/{id}/tracking
POST /orders/{id}/claims
GET /orders/{id}/claims
POST /claims/{id}/cancel
GET /admin/claims
GET /admin/claims/{id}
POST /admin/claims/{id}/replace
POST /admin/claims/{id}/refund
POST /admin/claims/{id}/reject
POST /orders/{id}/returns
GET /orders/{id}/returns
POST /returns/{id}/cancel
GET /admin/returns
GET /admin/returns/{id}
POST /admin/returns/{id}/approve
POST /admin/returns/{id}/reject
POST /admin/returns/{id}/receive
POST /admin/returns/{id}/refund
POST /admin/returns/{id}/close
POST /orders/{id}/cancel
GET /admin/orders
GET /admin/orders/{id}
GET /admin/orders/stats
GET /admin/orders/export
PATCH /admin/orders/{id}/status
POST /admin/orders/{id}/refunds
POST /payments/initialize
GET /payments/verify/{reference}
POST /payments/{id}/confirm
GET /payments
GET /payments/{id}
GET /payment-methods
POST /payment-methods
GET /payment-methods/{id}
POST /payment-methods/{id}/confirm
POST /payment-methods/{id}/default
DELETE /payment-methods/{id}
GET /admin/payments
POST /admin/payments/{id}/capture
POST /admin/payments/{id}/void
POST /admin/payments/{id}/refunds
POST /webhooks/{gateway}
GET /admin/users
GET /admin/users/{id}
PATCH /admin/users/{id}
GET /admin/api-keys
POST /admin/api-keys
DELETE /admin/api-keys/{id}
GET /admin/audit-logs
POST /admin/notifications/send
GET /admin/settings
PUT /admin/settings
GET /admin/jobs
GET /admin/jobs/dead
POST /admin/jobs/{id}/redrive
GET /admin/shipping-methods
POST /admin/shipping-methods
PATCH /admin/shipping-methods/{id}
DELETE /admin/shipping-methods/{id}
GET /admin/tax-rates
POST /admin/tax-rates
PATCH /admin/tax-rates/{id}
DELETE /admin/tax-rates/{id}
GET /me/vat-id
PUT /me/vat-id
DELETE /me/vat-id
GET /admin/tax-exemptions/{id}
PUT /admin/tax-exemptions/{id}
DELETE /admin/tax-exemptions/{id}
GET /admin/customers/{id}/vat-id
PUT /admin/customers/{id}/vat-id
DELETE /admin/customers/{id}/vat-id
GET /admin/tax-zones
POST /admin/tax-zones
GET /admin/tax-zones/{id}
PATCH /admin/tax-zones/{id}
DELETE /admin/tax-zones/{id}
GET /admin/shipping-zones
POST /admin/shipping-zones
GET /admin/shipping-zones/{id}
PATCH /admin/shipping-zones/{id}
DELETE /admin/shipping-zones/{id}
`.trim().split("\n")

describe("the document of the API", () => {
  it("is OpenAPI 3.1 and has every path of the map", () => {
    assert.strictEqual(document.openapi, "3.1.0")
    const named = new Set(operations.map(({ name }) => name))
    const missing = promised.map((line) => line.replace(" ", " /api/v1")).filter((name) => !named.has(name))
    assert.deepStrictEqual(missing, [])
    for (const outside of ["/health", "/health/live", "/health/ready", "/health/detailed", "/metrics", "/.well-known/jwks.json"]) {
      assert.isTrue(named.has(`GET ${outside}`), outside)
    }
  })

  it("describes files in JSON as JSON, for they are no texts to whoever reads or writes them", () => {
    const of = (path: string, method: "get" | "post") => operations.find(({ name }) => name === `${method.toUpperCase()} /api/v1${path}`)?.operation
    assert.deepInclude(of("/me/export", "get")?.responses[200]?.content?.["application/json"], { schema: {} })
    assert.deepInclude(of("/admin/products/import", "post")?.requestBody?.content["application/json"], { schema: {} })
    assert.nestedPropertyVal(of("/admin/products/import", "post")?.requestBody?.content["text/csv"], "schema.format", "binary")
  })

  it("names, sums up and secures every operation", () => {
    const ids = operations.map(({ operation }) => operation.operationId)
    assert.strictEqual(new Set(ids).size, ids.length)
    for (const { name, operation } of operations) {
      assert.match(operation.operationId, /^[a-zA-Z]+\.[a-zA-Z]+$/, name)
      assert.isNotEmpty(operation.summary, name)
      assert.isArray(operation.security, name)
    }
    const schemes = document.components.securitySchemes as unknown as Record<string, { readonly type: string }>
    assert.deepStrictEqual(Object.keys(schemes), ["accessToken", "secretKey", "apiKey", "sessionCookie"])
    for (const { name, operation } of operations) {
      for (const requirement of operation.security) {
        for (const scheme of Object.keys(requirement)) assert.property(schemes, scheme, name)
      }
      if (name.includes("/admin/")) assert.isTrue(operation.security.length > 0 && !operation.security.some((one) => Object.keys(one).length === 0), name)
    }
  })

  it("lets a reader name the fields of what answers with an object, and of nothing else", () => {
    const readers = operations.filter(({ operation }) => operation.parameters.some(({ $ref }) => $ref === "#/components/parameters/Fields"))
    assert.isTrue(readers.every(({ method }) => method === "get"))
    const names = new Set(readers.map(({ name }) => name))
    for (const name of ["/products", "/products/{idOrSlug}", "/cart", "/admin/orders", "/admin/dashboard"]) {
      assert.isTrue(names.has(`GET /api/v1${name}`), name)
    }
    for (const name of ["/orders/{id}/events", "/orders/{id}/invoice", "/admin/products/export", "/media/{key}"]) {
      assert.isFalse(names.has(`GET /api/v1${name}`), name)
    }
  })

  it("gives every error of an operation as a problem with its code", () => {
    for (const { name, operation } of operations) {
      const statuses = Object.keys(operation.responses)
      for (const status of ["400", "401", "429", "500", "503"]) assert.include(statuses, status, name)
      for (const [status, { content }] of Object.entries(operation.responses)) {
        if (Number(status) >= 400) assert.deepStrictEqual(Object.keys(content ?? {}), ["application/problem+json"], `${name} ${status}`)
      }
    }
    const place = operations.find(({ operation }) => operation.operationId === "checkout.place")?.operation
    const conflict = JSON.stringify(place?.responses["409"]?.content)
    for (const problem of ["CartClosed", "CartEmpty", "TotalChanged", "InsufficientStock", "NotForSale"]) {
      assert.include(conflict, `${problem}Problem`)
    }
    const schemas = document.components.schemas as unknown as Record<string, { readonly properties: Record<string, unknown> }>
    assert.deepInclude(schemas["InsufficientStockProblem"]?.properties["code"], { enum: ["insufficient_stock"] })
    assert.property(schemas["InsufficientStockProblem"]?.properties ?? {}, "lines")
    assert.deepInclude(schemas["CartClosedProblem"]?.properties["status"], { enum: [409] })
    assert.property(schemas["CartClosedProblem"]?.properties ?? {}, "state")
  })

  it("points at nothing that is not there", () => {
    const names = new Set(JSON.stringify(document).match(/"#\/components\/[^"]+"/g) ?? [])
    assert.isAbove(names.size, 100)
    for (const name of names) {
      const [, , section = "", key = ""] = name.slice(1, -1).split("/")
      assert.property((document.components as unknown as Record<string, Record<string, unknown>>)[section] ?? {}, key)
    }
  })

  it("has numbers as numbers, and the headers that matter", () => {
    const list = paths["/api/v1/products"]?.["get"]
    const limit = list?.parameters.find((parameter) => parameter["name"] === "limit")
    assert.deepStrictEqual(limit?.["schema"], { type: "integer", minimum: 1, maximum: 100 })
    const refs = (operation: Operation | undefined) => (operation?.parameters ?? []).map((parameter) => parameter["$ref"])
    assert.include(refs(paths["/api/v1/checkout"]?.["post"]), "#/components/parameters/IdempotencyKey")
    assert.include(refs(paths["/api/v1/admin/products/{id}"]?.["patch"]), "#/components/parameters/IfMatch")
    assert.include(refs(paths["/api/v1/cart"]?.["get"]), "#/components/parameters/StoaCart")
    const stale = JSON.stringify(paths["/api/v1/admin/products/{id}"]?.["patch"]?.responses["412"])
    assert.include(stale, "VersionConflictProblem")
    assert.include(stale, "PreconditionFailedProblem")
  })

  it.effect("is served beside the shop, under whatever prefix it has", () =>
    Effect.gen(function*() {
      const call = yield* app(stub(), { prefix: "/" })
      const response = yield* call("/openapi.json")
      const served = yield* Effect.promise(async () => await response.json() as { readonly paths: Record<string, unknown> })
      assert.property(served.paths, "/products")
      assert.notProperty(served.paths, "/api/v1/products")
      const tag = response.headers.get("etag") ?? ""
      assert.strictEqual((yield* call("/openapi.json", { headers: { "if-none-match": tag } })).status, 304)

      const small = yield* call("/openapi.json", { headers: { "accept-encoding": "br;q=1, gzip" } })
      assert.strictEqual(small.headers.get("content-encoding"), "gzip")
      assert.include(small.headers.get("vary"), "Accept-Encoding")
      const bytes = Buffer.from(yield* Effect.promise(() => small.arrayBuffer()))
      assert.deepStrictEqual(JSON.parse(gunzipSync(bytes).toString("utf8")), served)
      const refused = yield* call("/openapi.json", { headers: { "accept-encoding": "gzip;q=0" } })
      assert.isNull(refused.headers.get("content-encoding"))
    }))
})

describe("the page of the document", () => {
  it.effect("works without the internet and may ask nobody else", () =>
    Effect.gen(function*() {
      const call = yield* app(stub())
      const response = yield* call("/docs")
      assert.strictEqual(response.status, 200)
      const policy = response.headers.get("content-security-policy") ?? ""
      assert.include(policy, "default-src 'none'")
      assert.include(policy, "connect-src 'self'")
      // no directive names a host, so the browser loads from nowhere but here
      assert.notMatch(policy, /https?:|\*/)
      const html = yield* Effect.promise(() => response.text())
      const markup = html.replace(/<script[\s\S]*?<\/script>/g, "")
      assert.notMatch(markup, /(?:src|href)\s*=/)
      assert.notMatch(html.slice(0, 2_000), /<script[^>]+src/)
      assert.include(html, "\"withDefaultFonts\":false")
      assert.include(html, "checkout.place")
    }))

  it.effect("is not there where it is switched off", () =>
    Effect.gen(function*() {
      const call = yield* app(stub(), { docs: false })
      assert.strictEqual((yield* call("/docs")).status, 404)
      assert.strictEqual((yield* call("/openapi.json")).status, 200)
    }))
})

describe("the document of a server", () => {
  it.effect("says where the API is found, and which routes plug-ins have added", () =>
    Effect.gen(function*() {
      const http = HttpRouter.add("POST", "/gifts/:giftId/wrap", Effect.succeed(HttpServerResponse.empty()))
      const engine = stub({}, [{ name: "gifts", http }])
      const read = Effect.fnUntraced(function*(options: HttpOptions) {
        const call = yield* app(engine, options)
        const response = yield* call("/openapi.json")
        return (yield* Effect.promise(() => response.json())) as {
          readonly servers: ReadonlyArray<{ readonly url: string }>
          readonly paths: typeof paths
        }
      })
      const mounted = yield* read({ publicUrl: "https://example.com/shop", prefix: "/v2" })
      assert.deepStrictEqual(mounted.servers, [{ url: "https://example.com/shop" }])
      const added = mounted.paths["/v2/gifts/{giftId}/wrap"]?.["post"]
      assert.deepStrictEqual(added?.parameters.map(({ name }) => name), ["giftId"])
      assert.deepStrictEqual((yield* read({})).servers, [{ url: "/" }])
    }))
})
