import { sqlite } from "@stoa/adapter-sqlite"
import { Actor, createStoa } from "@stoa/core"
import * as Mailbox from "@stoa/core/testing/Mailbox"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { once } from "node:events"
import { createServer, request } from "node:http"
import type { AddressInfo } from "node:net"
import { WebSocket } from "ws"
import * as LiveSockets from "./LiveSockets.ts"
import { toNodeHandler } from "./NodeHandler.ts"
import { type RunningServer, serve } from "./Server.ts"

const mailbox = Mailbox.make()

const open = () =>
  createStoa({
    storage: sqlite({ filename: ":memory:" }),
    mailer: mailbox.mailer,
    workers: false,
    identity: { argon2: { memoryCost: 8, timeCost: 1, parallelism: 1 } }
  })

/** A paid order of a guest, or of a customer. */
const ordered = async (shop: Awaited<ReturnType<typeof open>>, customerId?: string) => {
  const { variants: [variant] } = await shop.catalog.createProduct({
    title: "Voucher",
    variants: [{ price: { amount: 500, currency: "USD" }, requiresShipping: false, trackStock: false }]
  })
  const customer = customerId === undefined ? undefined : Actor.customer(customerId)
  const { cart, token } = await shop.as(customer ?? Actor.guest()).carts.create()
  const buyer = shop.as(customer ?? Actor.guest({ cartToken: token }))
  await buyer.carts.addItem(cart.id, { variantId: variant?.id ?? "", quantity: 1 })
  const placed = await buyer.checkout.place({ cartId: cart.id, email: "ada@example.com", payment: { gateway: "sandbox" } })
  return { id: placed.order.id, token: placed.token ?? "" }
}

interface Entry {
  readonly id: string
  readonly type: string
}

/** What comes until somebody has so many entries. */
const entries = (socket: WebSocket, count: number) =>
  new Promise<ReadonlyArray<Entry>>((resolve, reject) => {
    const all: Array<Entry> = []
    socket.on("error", reject)
    socket.on("message", (data) => {
      all.push(JSON.parse(String(data)) as Entry)
      if (all.length === count) resolve(all)
    })
  })

/** The status that a request for a WebSocket was refused with. */
const refusal = (socket: WebSocket) =>
  new Promise<number>((resolve, reject) => {
    socket.on("error", () => {})
    socket.on("open", () => reject(new Error("It was not refused")))
    socket.on("unexpected-response", (_request, response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
  })

describe.runIf(LiveSockets.isSupported())("orders followed over WebSocket", () => {
  let shop: Awaited<ReturnType<typeof open>>
  let server: RunningServer
  let order: Awaited<ReturnType<typeof ordered>>
  beforeAll(async () => {
    shop = await open()
    order = await ordered(shop)
    server = await serve(shop, {
      port: 0,
      accessLog: false,
      rateLimits: false,
      cors: { origins: ["https://shop.example"] },
      live: { checkEvery: "20 millis" }
    })
  })
  afterAll(() => server.close())

  const url = (query = "") => `${server.url.replace("http", "ws")}/api/v1/orders/${order.id}/events${query}`
  const proof = () => ["stoa", `stoa-order-token.${order.token}`]

  it("hear of what happened and of what happens, and after a cut of what came since", async () => {
    const socket = new WebSocket(url(), proof())
    const coming = entries(socket, 3)
    await once(socket, "open")
    assert.strictEqual(socket.protocol, "stoa")
    await shop.orders.changeStatus(order.id, { event: "hold" })
    const all = await coming
    assert.deepStrictEqual(all.map(({ type }) => type), ["order.placed", "order.paid", "order.status_changed"])
    assert.deepStrictEqual(all.map(({ id }) => id), (await shop.orders.timeline(order.id)).map(({ id }) => id as string))
    socket.terminate()
    const later = new WebSocket(url(`?after=${all[1]?.id}`), proof())
    assert.deepStrictEqual((await entries(later, 1)).map(({ type }) => type), ["order.status_changed"])
    later.close()
    await once(later, "close")
  })

  it("are for who may see the order, and for pages that may ask", async () => {
    assert.strictEqual(await refusal(new WebSocket(url(), ["stoa", "stoa-order-token.wrong"])), 404)
    assert.strictEqual(await refusal(new WebSocket(url())), 404)
    for (const after of ["%E2%82%AC", "a%0Ab"]) assert.strictEqual(await refusal(new WebSocket(url(`?after=${after}`), proof())), 400)
    assert.strictEqual(await refusal(new WebSocket(url(), ["stoa", "bearer.nothing"])), 401)
    assert.strictEqual(await refusal(new WebSocket(url().replace(/orders.*/, "products"))), 426)
    const from = (origin: string) => new WebSocket(url(), proof(), { headers: { origin } })
    assert.strictEqual(await refusal(from("https://elsewhere.example")), 403)
    for (const origin of ["https://shop.example", server.url]) {
      const socket = from(origin)
      assert.strictEqual((await entries(socket, 2))[0]?.type, "order.placed")
      socket.terminate()
    }
  })

  it("with the cookies of a customer are for pages of this origin only", async () => {
    const ada = { email: "ada@example.com", password: "tulip lamp seven" }
    const { challengeId } = await shop.auth.register(ada)
    await shop.jobs.drain()
    await shop.auth.verifyEmail({ challengeId, code: Mailbox.takeCode(mailbox) })
    const signedIn = await fetch(`${server.url}/api/v1/auth/login`, {
      method: "POST",
      headers: { "content-type": "application/json", "stoa-session": "cookie", origin: server.url },
      body: JSON.stringify(ada)
    })
    const cookie = signedIn.headers.getSetCookie().map((one) => one.split(";", 1)[0]).join("; ")
    const { user } = await signedIn.json() as { readonly user: { readonly id: string } }
    const { id } = await ordered(shop, user.id)
    const as = (origin: string) =>
      new WebSocket(`${server.url.replace("http", "ws")}/api/v1/orders/${id}/events`, { headers: { origin, cookie } })
    const own = as(server.url)
    assert.strictEqual((await entries(own, 1))[0]?.type, "order.placed")
    own.terminate()
    // one that may call, but not with what the browser knows
    assert.strictEqual(await refusal(as("https://shop.example")), 404)
    assert.strictEqual(await refusal(as("https://elsewhere.example")), 403)
  })

  it("end with the server, which says so", async () => {
    const other = await open()
    const { id, token } = await ordered(other)
    const running = await serve(other, { port: 0, accessLog: false, rateLimits: false })
    const socket = new WebSocket(
      `${running.url.replace("http", "ws")}/api/v1/orders/${id}/events`,
      ["stoa", `stoa-order-token.${token}`]
    )
    await entries(socket, 2)
    const [[code]] = await Promise.all([once(socket, "close"), running.close()])
    assert.strictEqual(code, 1001)
  })

  it("leave upgrades to HTTP/2 alone, bodies included", async () => {
    const answer = await new Promise<number>((resolve, reject) => {
      const asking = request(`${server.url}/api/v1/cart`, {
        method: "POST",
        headers: { connection: "Upgrade, HTTP2-Settings", upgrade: "h2c", "http2-settings": "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA" }
      }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
      asking.on("error", reject)
      asking.end()
    })
    assert.strictEqual(answer, 201)
    assert.isFalse(LiveSockets.isSupported("22.20.0"))
    assert.isFalse(LiveSockets.isSupported("24.8.1"))
    assert.isTrue(LiveSockets.isSupported("24.9.0"))
    assert.isTrue(LiveSockets.isSupported("26.0.0"))
  })

  it("work in a host of one's own", async () => {
    const handler = toNodeHandler(shop, { accessLog: false, rateLimits: false })
    const host = createServer(handler)
    host.on("upgrade", handler.upgrade)
    host.listen(0, "127.0.0.1")
    await once(host, "listening")
    const { port } = host.address() as AddressInfo
    const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/orders/${order.id}/events`, proof())
    assert.isAtLeast((await entries(socket, 2)).length, 2)
    const closed = once(socket, "close")
    await handler.close()
    await closed
    host.close()
  })
})
