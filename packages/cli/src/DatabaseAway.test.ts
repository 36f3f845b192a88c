import { postgres } from "@stoa/adapter-postgres"
import { Relay, TestDatabase } from "@stoa/adapter-postgres/testing"
import { createStoa, definePlugin, type Stoa } from "@stoa/core"
import { type RunningServer, serve } from "@stoa/http"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Logger from "effect/Logger"
import * as Scope from "effect/Scope"

const usd = (amount: number) => ({ amount, currency: "USD" })
const buyer = {
  email: "ada@example.com",
  shippingAddress: { name: "Ada Lovelace", line1: "12 St James Square", city: "London", country: "GB" },
  payment: { gateway: "sandbox" }
}

describe("a server whose database goes away for a while", () => {
  const scope = Scope.makeUnsafe()
  let relay: Relay.Relay
  let shop: Stoa.Stoa
  let server: RunningServer
  let variantId = ""
  let paid = (_orderId: string): void => {}

  beforeAll(async () => {
    relay = await Relay.open(await Effect.runPromise(Scope.provide(TestDatabase.empty, scope)))
    shop = await createStoa({
      storage: postgres({ url: relay.url }),
      // it has much to say while the database is away
      plugins: [definePlugin({ name: "silence", version: "1.0.0", layer: Logger.layer([]) })],
      on: { "order.paid": (event) => paid(event.subject) }
    })
    server = await serve(shop, { port: 0, accessLog: false, rateLimits: { address: { limit: 100_000, window: "1 minute" } } })
    await shop.shipping.create({ name: "Post", price: usd(500) })
    const mug = await shop.catalog.createProduct({ title: "Enamel Mug", variants: [{ price: usd(1450), stock: 5 }] })
    variantId = mug.variants[0]?.id ?? ""
  })

  afterAll(async () => {
    await server.close()
    await relay.goAway()
    await Effect.runPromise(Scope.close(scope, Exit.void))
  })

  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const response = await fetch(`${server.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) })
    })
    const text = await response.text()
    return {
      status: response.status,
      retryAfter: Number(response.headers.get("retry-after")),
      body: (text === "" ? {} : JSON.parse(text)) as {
        readonly code?: string
        readonly token?: string
        readonly order?: { readonly id: string; readonly status: string }
      }
    }
  }

  it("says so at once, keeps what it has answered, and goes on by itself", async () => {
    const { body: { token = "" } } = await send("POST", "/api/v1/cart")
    const cart = { "stoa-cart": token }
    assert.strictEqual((await send("POST", "/api/v1/cart/items", { variantId, quantity: 1 }, cart)).status, 200)
    assert.strictEqual((await send("GET", "/health/ready")).status, 200)

    await relay.goAway()
    const order = { ...cart, "idempotency-key": "the order of ada" }
    const asked: ReadonlyArray<readonly [string, string, unknown?]> = [
      ["GET", "/api/v1/products"],
      ["GET", "/api/v1/cart"],
      ["POST", "/api/v1/checkout", buyer],
      ["POST", "/api/v1/auth/login", { email: "ada@example.com", password: "correct horse battery staple" }]
    ]
    for (const [method, path, body] of asked) {
      const refused = await send(method, path, body, order)
      assert.deepStrictEqual([path, refused.status, refused.body.code], [path, 503, "storage_unavailable"])
      assert.isAtLeast(refused.retryAfter, 1)
    }
    assert.deepStrictEqual(
      [(await send("GET", "/health/live")).status, (await send("GET", "/health/ready")).status],
      [200, 503]
    )

    const told = new Promise<string>((resolve) => {
      paid = resolve
    })
    await relay.comeBack()
    // as a buyer does who is asked to come back; how soon it goes on depends on the machine
    let placed = await send("POST", "/api/v1/checkout", buyer, order)
    while (placed.status === 503) {
      await new Promise((resolve) => setTimeout(resolve, 20))
      placed = await send("POST", "/api/v1/checkout", buyer, order)
    }
    assert.deepStrictEqual([placed.status, placed.body.order?.status], [201, "paid"])
    assert.strictEqual((await send("GET", "/health/ready")).status, 200)
    // the workers are back as well
    assert.strictEqual(await told, placed.body.order?.id)
  })
})
