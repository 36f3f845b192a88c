import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import * as Actor from "@stoa/core/kernel/Actor"
import * as SandboxGateway from "@stoa/core/payments/SandboxGateway"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { SqlClient } from "effect/sql/SqlClient"
import { createClient, StoaProblem } from "./client/index.ts"
import { toFetchHandler } from "./FetchHandler.ts"
import type { HttpOptions } from "./HttpOptions.ts"

type Json = Record<string, never> & { readonly [key: string]: Json }

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Json
}

const sandbox = SandboxGateway.make()

/** A shop on a database in memory, with a key for its staff. */
const open = async (options: HttpOptions = {}) => {
  const mailbox = Mailbox.make()
  const shop = await createStoa({
    mailer: mailbox.mailer,
    storage: sqlite({ filename: ":memory:" }),
    store: { currency: "USD" },
    gateways: [sandbox],
    workers: false
  })
  const { secret } = await shop.apiKeys.create({ name: "test", permissions: ["*"] })
  const handler = toFetchHandler(shop, { accessLog: false, rateLimits: false, ...options })
  /** Sends what `curl` would send. */
  const send = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> => {
    const response = await handler(
      new Request(`http://shop.test/api/v1${path}`, {
        method,
        headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) })
      })
    )
    const text = await response.text()
    return { status: response.status, headers: response.headers, body: (text === "" ? {} : JSON.parse(text)) as Json }
  }
  /** Registers and confirms the address with the code that comes by mail. */
  const register = async (who: { readonly email: string; readonly password: string }) => {
    const begun = await send("POST", "/auth/register", who)
    await shop.jobs.drain()
    const code = Mailbox.takeCode(mailbox)
    return send("POST", "/auth/email/verify", { challengeId: begun.body["challengeId"], code })
  }
  const close = async () => {
    await handler.close()
    await shop.close()
  }
  return { shop, handler, send, register, staff: { "x-api-key": secret }, close }
}

const usd = (amount: number) => ({ amount, currency: "USD" })
const address = { name: "Ada Lovelace", line1: "12 St James Square", city: "London", country: "GB" }
const buyer = { email: "ada@example.com", shippingAddress: address }

describe("a purchase over HTTP", () => {
  let s: Awaited<ReturnType<typeof open>>
  let product: Json
  let variantId: string

  beforeAll(async () => {
    s = await open()
    const created = await s.send("POST", "/admin/products", {
      title: "Enamel Mug",
      status: "active",
      tags: ["featured"],
      variants: [{ price: usd(1450), cost: usd(500), stock: 5 }]
    }, s.staff)
    assert.strictEqual(created.status, 201)
    product = created.body
    variantId = created.body["variants"]![0]!["id"] as unknown as string
    await s.send("POST", "/admin/shipping-methods", { name: "Post", price: usd(500) }, s.staff)
  })
  afterAll(() => s.close())

  const available = async () =>
    (await s.send("GET", "/products/enamel-mug")).body["variants"]![0]!["available"] as unknown as number

  const filled = async (quantity = 1) => {
    const { body } = await s.send("POST", "/cart")
    const cart = { "stoa-cart": body["token"] as unknown as string }
    assert.strictEqual((await s.send("POST", "/cart/items", { variantId, quantity }, cart)).status, 200)
    return cart
  }

  it("goes from the list to the refund, and the books sum to zero", async () => {
    const list = await s.send("GET", "/products?limit=10")
    assert.strictEqual(list.body["items"]![0]!["slug"] as unknown, "enamel-mug")
    assert.strictEqual((await s.send("GET", "/products/search?q=mug")).body["items"]!["length"] as unknown, 1)
    assert.strictEqual((await s.send("GET", "/products/featured")).body["items"]!["length"] as unknown, 1)

    const created = await s.send("POST", "/cart")
    assert.strictEqual(created.status, 201)
    const cookie = created.headers.get("set-cookie") ?? ""
    assert.match(cookie, /^stoa_cart=[\w-]+; Max-Age=\d+; Path=\/; HttpOnly; SameSite=Lax$/)
    // a browser sends the cookie, a program the header
    const browser = { cookie: cookie.split(";", 1)[0] ?? "" }
    const cart = { "stoa-cart": created.body["token"] as unknown as string }

    const added = await s.send("POST", "/cart/items", { variantId, quantity: 2 }, browser)
    assert.deepStrictEqual(added.body["pricing"]!["subtotal"] as unknown, usd(2900))
    const preview = await s.send("POST", "/checkout/preview", buyer, cart)
    assert.deepStrictEqual(preview.body["missing"] as unknown, [])
    assert.deepStrictEqual(preview.body["cart"]!["total"] as unknown, usd(3400))

    const order = { ...buyer, payment: { gateway: "sandbox" }, expectedTotal: usd(3400) }
    const key = { ...cart, "idempotency-key": "order-of-ada-0001" }
    const placed = await s.send("POST", "/checkout", order, key)
    assert.strictEqual(placed.status, 201)
    assert.strictEqual(placed.body["order"]!["status"] as unknown, "paid")
    assert.strictEqual(placed.body["payment"]!["state"] as unknown, "captured")
    assert.strictEqual(await available(), 3)

    const again = await s.send("POST", "/checkout", order, key)
    assert.strictEqual(again.headers.get("idempotent-replayed"), "true")
    assert.deepStrictEqual(again.body, placed.body)
    assert.strictEqual((await s.send("POST", "/checkout", { ...order, note: "x" }, key)).status, 422)
    const second = await s.send("POST", "/checkout", order, cart)
    assert.deepStrictEqual([second.status, second.body["code"] as unknown], [409, "cart_closed"])

    const id = placed.body["order"]!["id"] as unknown as string
    const owner = { "stoa-order-token": placed.body["token"] as unknown as string }
    assert.strictEqual((await s.send("GET", `/orders/${id}`)).status, 404)
    assert.strictEqual((await s.send("GET", `/orders/${id}`, undefined, { "stoa-order-token": "wrong" })).status, 404)
    const tracking = await s.send("GET", `/orders/${id}/tracking`, undefined, owner)
    assert.deepStrictEqual(
      (tracking.body["timeline"] as unknown as Array<{ type: string }>).map(({ type }) => type),
      ["order.placed", "order.paid"]
    )

    const part = await s.send("POST", `/admin/orders/${id}/refunds`, { amount: usd(1000), reason: "a scratch" }, s.staff)
    assert.deepStrictEqual([part.status, part.body["state"] as unknown], [201, "succeeded"])
    const more = await s.send("POST", `/admin/orders/${id}/refunds`, { amount: usd(9000), reason: "greed" }, s.staff)
    assert.deepStrictEqual([more.status, more.body["code"] as unknown], [409, "refund_exceeds_captured"])
    await s.send("POST", `/admin/orders/${id}/refunds`, { reason: "the rest", restock: true }, s.staff)
    assert.strictEqual((await s.send("GET", `/orders/${id}`, undefined, owner)).body["status"] as unknown, "refunded")

    const { body } = await s.send("GET", "/admin/payments/balances", undefined, s.staff)
    const balances = body["items"] as unknown as Array<{ balance: { amount: number } }>
    assert.strictEqual(balances.reduce((sum, { balance }) => sum + balance.amount, 0), 0)
    const span = { since: "2020-01-01T00:00:00.000Z", until: "2020-02-01T00:00:00.000Z" }
    const compared = await s.send("POST", "/admin/payments/reconciliation", span, s.staff)
    assert.deepStrictEqual(compared.body["items"] as unknown, [
      { gateway: "sandbox", compared: 0, repaired: 0, open: 0, complete: true }
    ])
    const differences = await s.send("GET", "/admin/payments/reconciliation?status=open", undefined, s.staff)
    assert.deepStrictEqual(differences.body as unknown, { items: [], nextCursor: null })
    assert.strictEqual((await s.send("GET", "/admin/payments/reconciliation")).status, 401)
    assert.strictEqual((await s.send("POST", "/admin/payments/reconciliation", { since: "soon" }, s.staff)).status, 400)
    assert.strictEqual((await s.send("GET", "/admin/inventory/drift", undefined, s.staff)).body["items"]!["length"] as unknown, 0)
    const audit = await s.send("GET", "/admin/audit-logs?action=order.refund", undefined, s.staff)
    assert.match(audit.body["items"]![0]!["requestId"] as unknown as string, /^req_/)
  })

  it("shows the cost of a thing to staff alone", async () => {
    const guest = await s.send("GET", "/products/enamel-mug")
    const staff = await s.send("GET", `/admin/products/${product["id"] as unknown as string}`, undefined, s.staff)
    assert.isNull(guest.body["variants"]![0]!["cost"])
    assert.deepStrictEqual(staff.body["variants"]![0]!["cost"] as unknown, usd(500))
    assert.strictEqual((await s.send("GET", "/admin/products/enamel-mug")).status, 401)
  })

  it("with a bank that wants to see the buyer is finished by its webhook, which is taken once", async () => {
    const cart = await filled()
    const placed = await s.send("POST", "/checkout", {
      ...buyer,
      payment: { gateway: "sandbox", method: "sandbox_redirect", returnUrl: "https://shop.example/thanks" }
    }, cart)
    assert.strictEqual(placed.body["payment"]!["nextAction"]!["_tag"] as unknown, "redirect")
    const reference = placed.body["payment"]!["gatewayReference"] as unknown as string
    await s.shop.run(sandbox.approve(reference))
    const { body, headers } = await s.shop.run(sandbox.webhook(reference))
    const deliver = (bytes: Uint8Array, more: Record<string, string> = {}) =>
      s.handler(new Request("http://shop.test/api/v1/webhooks/sandbox", {
        method: "POST",
        headers: { ...headers, ...more },
        body: Buffer.from(bytes)
      }))
    const forged = await deliver(Buffer.concat([body, Buffer.from(" ")]))
    assert.strictEqual(forged.status, 400)
    assert.strictEqual((await forged.json() as { code: string }).code, "webhook_rejected")
    assert.strictEqual((await s.send("POST", "/webhooks/nobody", {})).status, 404)
    // what a webhook carries besides its signature is no credential of ours
    assert.deepStrictEqual(await (await deliver(body, { authorization: "Basic Z2F0ZXdheQ==" })).json(), { duplicate: false })
    assert.deepStrictEqual(await (await deliver(body)).json(), { duplicate: true })
    await s.shop.jobs.drain()
    const owner = { "stoa-order-token": placed.body["token"] as unknown as string }
    const id = placed.body["order"]!["id"] as unknown as string
    assert.strictEqual((await s.send("GET", `/orders/${id}`, undefined, owner)).body["status"] as unknown, "paid")
  })

  it("is counted once its events are handed on, whoever has brought them about", async () => {
    const counts = async () => {
      const text = await (await s.handler(new Request("http://shop.test/metrics"))).text()
      const names = ["orders_placed_total", "payments_captured_total{gateway=\"sandbox\"}", "refunds_succeeded_total{gateway=\"sandbox\"}"]
      return names.map((name) => Number(text.split("\n").find((line) => line.startsWith(`stoa_${name} `))?.split(" ")[1] ?? 0))
    }
    const since = (before: ReadonlyArray<number>, now: ReadonlyArray<number>) => now.map((count, at) => count - (before[at] ?? 0))
    await s.shop.jobs.drain()
    const before = await counts()
    const placed = await s.send("POST", "/checkout", {
      ...buyer,
      payment: { gateway: "sandbox", method: "sandbox_redirect", returnUrl: "https://shop.example/thanks" }
    }, await filled())
    const reference = placed.body["payment"]!["gatewayReference"] as unknown as string
    await s.shop.run(sandbox.approve(reference))
    await s.shop.payments.receiveWebhook("sandbox", await s.shop.run(sandbox.webhook(reference)))
    assert.deepStrictEqual(since(before, await counts()), [0, 0, 0])
    await s.shop.jobs.drain()
    assert.deepStrictEqual(since(before, await counts()), [1, 1, 0])
    // a program that calls the engine without HTTP is counted like everybody
    await s.shop.payments.refund(placed.body["order"]!["id"] as unknown as string, { reason: "sent back", restock: true })
    await s.shop.jobs.drain()
    assert.deepStrictEqual(since(before, await counts()), [1, 1, 1])
  })

  it("whose payment is declined can be paid by other means", async () => {
    const cart = await filled()
    const placed = await s.send("POST", "/checkout", {
      ...buyer,
      payment: { gateway: "sandbox", method: "sandbox_decline" }
    }, cart)
    assert.strictEqual(placed.status, 201)
    assert.strictEqual(placed.body["order"]!["status"] as unknown, "failed")
    const orderId = placed.body["order"]!["id"] as unknown as string
    const owner = { "stoa-order-token": placed.body["token"] as unknown as string }
    const paid = await s.send("POST", "/payments/initialize", { orderId, gateway: "sandbox" }, owner)
    assert.deepStrictEqual([paid.status, paid.body["state"] as unknown], [201, "captured"])
    const paymentId = paid.body["id"] as unknown as string
    assert.strictEqual((await s.send("POST", `/payments/${paymentId}/confirm`, undefined, owner)).status, 200)
    assert.strictEqual((await s.send("GET", `/payments/verify/${paymentId}`, undefined, owner)).status, 200)
    const cancelled = await s.send("POST", `/orders/${orderId}/cancel`, { reason: "changed my mind" }, owner)
    assert.strictEqual(cancelled.body["status"] as unknown, "cancelled")
    await s.shop.jobs.drain()
  })

  it("goes to one of two buyers of the last piece", async () => {
    await s.send("POST", "/admin/inventory/adjustments", {
      adjustments: [{ variantId, onHand: 1 }],
      kind: "count",
      reason: "counted"
    }, s.staff)
    const carts = [await filled(), await filled()]
    const answers = await Promise.all(
      carts.map((cart) => s.send("POST", "/checkout", { ...buyer, payment: { gateway: "sandbox" } }, cart))
    )
    assert.sameMembers(answers.map(({ status }) => status), [201, 409])
    const loser = answers.find(({ status }) => status === 409)
    assert.strictEqual(loser?.body["code"] as unknown, "insufficient_stock")
    assert.deepStrictEqual(loser?.body["lines"] as unknown, [{ variantId, requested: 1, available: 0 }])
    assert.strictEqual(await available(), 0)
  })
})

describe("a customer over HTTP", () => {
  it("registers, signs in, keeps the cart of before, and signs out at once", async () => {
    await using stack = new AsyncDisposableStack()
    const s = await open()
    stack.defer(s.close)
    const { body: product } = await s.send("POST", "/admin/products", {
      title: "Lamp",
      status: "active",
      variants: [{ price: usd(9000), stock: 3, requiresShipping: false }]
    }, s.staff)
    const variantId = product["variants"]![0]!["id"] as unknown as string
    const guest = { "stoa-cart": (await s.send("POST", "/cart")).body["token"] as unknown as string }
    await s.send("POST", "/cart/items", { variantId, quantity: 1 }, guest)

    const ada = { email: "Ada@Example.com ", password: "correct horse battery staple" }
    assert.strictEqual((await s.send("POST", "/auth/register", { ...ada, role: "admin" })).status, 400)
    const registered = await s.register(ada)
    assert.deepStrictEqual([registered.status, registered.body["state"] as unknown], [200, "registered"])
    // who asks learns nothing of it
    assert.strictEqual((await s.send("POST", "/auth/register", ada)).status, 202)
    assert.strictEqual((await s.send("POST", "/auth/login", { ...ada, password: "wrong" })).status, 401)
    const { body: tokens } = await s.send("POST", "/auth/login", ada)
    const me = { authorization: `Bearer ${tokens["accessToken"] as unknown as string}` }

    const merged = await s.send("POST", "/cart/merge", {}, { ...me, ...guest })
    assert.strictEqual(merged.body["lines"]!["length"] as unknown, 1)
    const profile = await s.send("GET", "/me", undefined, me)
    assert.strictEqual(profile.body["email"] as unknown, "ada@example.com")
    const tag = profile.headers.get("etag") ?? ""
    assert.strictEqual((await s.send("PATCH", "/me", { name: "Ada" }, { ...me, "if-match": tag })).status, 200)
    assert.strictEqual((await s.send("PATCH", "/me", { name: "Eda" }, { ...me, "if-match": tag })).status, 412)

    const placed = await s.send("POST", "/checkout", { payment: { gateway: "sandbox" } }, me)
    assert.strictEqual(placed.status, 201)
    const orderId = placed.body["order"]!["id"] as unknown as string
    assert.strictEqual((await s.send("GET", "/orders", undefined, me)).body["items"]![0]!["id"] as unknown, orderId)
    assert.strictEqual((await s.send("GET", "/payments", undefined, me)).body["items"]!["length"] as unknown, 1)

    const eve = { email: "eve@example.com", password: "another long password" }
    const { body: hers } = await s.register(eve)
    const other = { authorization: `Bearer ${hers["tokens"]!["accessToken"] as unknown as string}` }
    const foreign = await s.send("GET", `/orders/${orderId}`, undefined, other)
    assert.deepStrictEqual([foreign.status, foreign.body["code"] as unknown], [404, "order_not_found"])
    const admin = await s.send("GET", "/admin/orders", undefined, other)
    assert.deepStrictEqual([admin.status, admin.body["code"] as unknown], [403, "forbidden"])

    const { body: renewed } = await s.send("POST", "/auth/refresh", { refreshToken: tokens["refreshToken"] })
    const now = { authorization: `Bearer ${renewed["accessToken"] as unknown as string}` }
    assert.strictEqual((await s.send("GET", "/auth/sessions", undefined, now)).body["items"]!["length"] as unknown, 2)
    assert.strictEqual((await s.send("POST", "/auth/logout", undefined, now)).status, 204)
    const gone = await s.send("GET", "/me", undefined, now)
    assert.deepStrictEqual([gone.status, gone.body["code"] as unknown], [401, "invalid_token"])
  })
})

describe("bad input over HTTP", () => {
  it("has a code, names its faults and changes nothing", async () => {
    await using stack = new AsyncDisposableStack()
    const s = await open()
    stack.defer(s.close)
    const { body: product } = await s.send("POST", "/admin/products", {
      title: "Lamp",
      status: "active",
      variants: [{ price: usd(9000), stock: 3, requiresShipping: false }]
    }, s.staff)
    const variantId = product["variants"]![0]!["id"] as unknown as string
    const cart = { "stoa-cart": (await s.send("POST", "/cart")).body["token"] as unknown as string }
    const pay = { payment: { gateway: "sandbox" } }
    const unknown = "var_01jd5m8x2vf6grc1x7e9w0b3qk"
    const refused: ReadonlyArray<readonly [string, string, unknown, Record<string, string>, number, string]> = [
      ["GET", "/products/nothing", undefined, {}, 404, "product_not_found"],
      ["GET", "/categories/nothing", undefined, {}, 404, "category_not_found"],
      ["GET", "/orders/ord_nothing", undefined, {}, 404, "order_not_found"],
      ["GET", "/payments/pay_nothing", undefined, {}, 404, "payment_not_found"],
      ["GET", "/cart", undefined, {}, 404, "cart_not_found"],
      ["GET", "/cart", undefined, { "stoa-cart": "cart_of_somebody_else" }, 404, "cart_not_found"],
      ["POST", "/cart/items", { variantId, quantity: 0 }, cart, 400, "invalid_input"],
      ["POST", "/cart/items", { variantId, quantity: -2 }, cart, 400, "invalid_input"],
      ["POST", "/cart/items", { variantId, quantity: 0.5 }, cart, 400, "invalid_input"],
      ["POST", "/cart/items", { variantId, quantity: 1_000 }, cart, 400, "cart_limit_exceeded"],
      ["POST", "/cart/items", { variantId, quantity: 4 }, cart, 409, "insufficient_stock"],
      ["POST", "/cart/items", { variantId: unknown, quantity: 1 }, cart, 404, "variant_not_found"],
      ["POST", "/cart/items", { variantId, quantity: 1, unitPrice: usd(1) }, cart, 400, "invalid_input"],
      ["PATCH", "/cart", { total: usd(1) }, cart, 400, "invalid_input"],
      ["POST", "/checkout", pay, cart, 409, "cart_empty"],
      ["POST", "/checkout", { ...pay, total: usd(1) }, cart, 400, "invalid_input"],
      ["POST", "/admin/products", { title: "A", variants: [{ price: { amount: 1, currency: "XXX" } }] }, s.staff, 400, "invalid_input"],
      ["POST", "/admin/products", { title: "A", variants: [{ price: { amount: 1, currency: "EUR" } }] }, s.staff, 400, "invalid_input"],
      ["POST", "/admin/products", { title: "A", variants: [{ price: usd(1.5) }] }, s.staff, 400, "invalid_input"],
      ["POST", "/admin/products", { title: "A", variants: [] }, s.staff, 400, "invalid_input"],
      ["PATCH", `/admin/products/${product["id"] as unknown as string}`, { title: "B", version: 7 }, s.staff, 412, "version_conflict"],
      ["GET", "/products?after=nonsense", undefined, {}, 400, "invalid_input"],
      ["GET", "/products?sort=rating", undefined, {}, 400, "invalid_input"],
      ["GET", "/products?status=draft", undefined, {}, 401, "unauthenticated"],
      ["GET", "/admin/jobs", undefined, {}, 401, "unauthenticated"],
      ["POST", "/admin/api-keys", { name: "x", permissions: ["everything"] }, s.staff, 400, "invalid_input"]
    ]
    for (const [method, path, body, headers, status, code] of refused) {
      const answer = await s.send(method, path, body, headers)
      assert.deepStrictEqual([answer.status, answer.body["code"] as unknown], [status, code], `${method} ${path} ${JSON.stringify(body)}`)
      assert.strictEqual(answer.headers.get("content-type"), "application/problem+json")
    }
    const wrong = await s.send("POST", "/cart/items", { variantId, quantity: 0, unitPrice: usd(1) }, cart)
    assert.sameDeepMembers((wrong.body["errors"] as unknown as Array<{ path: unknown }>).map(({ path }) => path), [
      ["quantity"],
      ["unitPrice"]
    ])
    const deep = await s.send("POST", "/admin/products", { title: "A", variants: [{ price: { amount: 1, currency: "XXX" } }] }, s.staff)
    assert.deepStrictEqual(deep.body["errors"]![0]!["path"] as unknown, ["variants", 0, "price", "currency"])
    assert.strictEqual((await s.send("GET", "/cart", undefined, cart)).body["lines"]!["length"] as unknown, 0)
    assert.strictEqual((await s.send("GET", "/products")).body["items"]!["length"] as unknown, 1)

    await s.send("POST", "/cart/items", { variantId, quantity: 1 }, cart)
    for (const [body, status, code] of [
      [pay, 400, "checkout_incomplete"],
      [{ ...pay, email: "ada@example.com", expectedTotal: usd(1) }, 409, "total_changed"],
      [{ email: "ada@example.com", payment: { gateway: "nobody" } }, 404, "gateway_not_found"]
    ] as const) {
      const answer = await s.send("POST", "/checkout", body, cart)
      assert.deepStrictEqual([answer.status, answer.body["code"] as unknown], [status, code])
    }
    const sql = Context.getUnsafe(s.shop.context as unknown as Context.Context<SqlClient>, SqlClient)
    await Effect.runPromise(sql`UPDATE carts SET expires_at = ${"2020-01-01T00:00:00.000Z"}`)
    for (const expired of [
      await s.send("GET", "/cart", undefined, cart),
      await s.send("POST", "/cart/items", { variantId, quantity: 1 }, cart),
      await s.send("POST", "/checkout", { ...pay, email: "ada@example.com" }, cart)
    ]) assert.deepStrictEqual([expired.status, expired.body["code"] as unknown], [410, "cart_expired"])
    assert.strictEqual((await s.send("GET", "/admin/orders", undefined, s.staff)).body["items"]!["length"] as unknown, 0)
    assert.strictEqual((await s.send("GET", "/products/lamp")).body["variants"]![0]!["available"] as unknown, 3)
  })

  it("in a file is named line by line while the good lines land", async () => {
    await using stack = new AsyncDisposableStack()
    const s = await open({ bodyLimits: { stream: 4_096 } })
    stack.defer(s.close)
    const upload = async (body: string, contentType = "text/csv") => {
      const response = await s.handler(new Request("http://shop.test/api/v1/admin/products/import", {
        method: "POST",
        headers: { ...s.staff, "content-type": contentType },
        body
      }))
      return { status: response.status, body: await response.json() as Json }
    }
    const good = await upload("Handle,Title,Variant Price,Status\nmug,Mug,14.50,active\nlamp,Lamp,much,active\nrug,Rug,99,active\n")
    assert.strictEqual(good.status, 200)
    assert.strictEqual(good.body["products"]!["created"] as unknown, 2)
    assert.strictEqual(good.body["failures"]![0]!["line"] as unknown, 3)
    const quote = await upload("Handle,Title,Variant Price\nvase,\"Va\"se,9.00\nrug,Rug,99\n")
    assert.deepStrictEqual([quote.status, quote.body["failures"]![0]!["line"] as unknown], [200, 2])
    const header = await upload("Name,Price\nMug,1\n")
    assert.deepStrictEqual([header.status, header.body["code"] as unknown], [400, "import_refused"])
    assert.strictEqual((await upload("<xml/>", "application/xml")).status, 415)
    assert.strictEqual((await upload("x".repeat(5_000))).status, 413)
    assert.strictEqual((await s.send("GET", "/products")).body["items"]!["length"] as unknown, 2)
  })
})

describe("an engine that is served", () => {
  it("takes callers for who they are, whoever the host speaks for", async () => {
    await using stack = new AsyncDisposableStack()
    const s = await open()
    stack.defer(s.close)
    const handler = toFetchHandler(s.shop.as(Actor.staff("host", ["*"])), { accessLog: false })
    stack.defer(handler.close)
    const response = await handler(new Request("http://shop.test/api/v1/admin/orders"))
    assert.strictEqual(response.status, 401)
  })

  it("shows each store its own, beside the others of one database", async () => {
    await using stack = new AsyncDisposableStack()
    const s = await open()
    stack.defer(s.close)
    await s.shop.stores.create({ code: "eu", name: "Europe", currency: "EUR" })
    const europe = await s.shop.inStore("eu")
    const handler = toFetchHandler(europe, { accessLog: false })
    stack.defer(handler.close)
    await europe.catalog.createProduct({
      title: "Tasse",
      status: "active",
      variants: [{ price: { amount: 900, currency: "EUR" }, stock: 1 }]
    })
    const ask = async (path: string) => (await handler(new Request(`http://shop.test/api/v1${path}`))).status
    assert.deepStrictEqual([await ask("/products/tasse"), (await s.send("GET", "/products/tasse")).status], [200, 404])
    const foreign = new Request("http://shop.test/api/v1/admin/orders", { headers: s.staff })
    assert.strictEqual((await handler(foreign)).status, 401)
  })
})

describe("the typed client on a real shop", () => {
  it("buys with plain values and reads typed answers", async () => {
    await using stack = new AsyncDisposableStack()
    const s = await open()
    stack.defer(s.close)
    const fetch = ((input: string, init?: RequestInit) => s.handler(new Request(input, init))) as typeof globalThis.fetch
    const base = { baseUrl: "http://shop.test", fetch }
    const staff = createClient({ ...base, apiKey: s.staff["x-api-key"] })
    const lamp = await staff.adminProducts.create({
      payload: { title: "Lamp", status: "active", variants: [{ price: usd(9000), stock: 1, requiresShipping: false }] }
    })
    const { cart, token } = await createClient(base).cart.create()
    assert.strictEqual(cart.lines.length, 0)
    const buyer = createClient({ ...base, cartToken: token })
    await buyer.cart.addItem({ payload: { variantId: lamp.variants[0]!.id, quantity: 1 } })
    const { order, payment } = await buyer.checkout.place({
      payload: { email: "ada@example.com", payment: { gateway: "sandbox" } }
    })
    assert.deepStrictEqual([order.total.amount, payment?.state], [9000, "captured"])
    const error = await buyer.checkout.place({ payload: { payment: { gateway: "sandbox" } } }).then(() => undefined, (error: unknown) => error)
    assert.instanceOf(error, StoaProblem)
    assert.strictEqual(error.code, "cart_closed")
  })
})
