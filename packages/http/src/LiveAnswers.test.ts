import { sqlite } from "@stoa/adapter-sqlite"
import { Actor, createStoa } from "@stoa/core"
import { afterAll, assert, beforeAll, describe, expect, it } from "@effect/vitest"
import { createClient, StoaProblem } from "./client/index.ts"
import { type RunningServer, serve } from "./Server.ts"

const open = () => createStoa({ storage: sqlite({ filename: ":memory:" }), workers: false })

/** A paid order of a guest. */
const ordered = async (shop: Awaited<ReturnType<typeof open>>) => {
  const { variants: [variant] } = await shop.catalog.createProduct({
    title: "Voucher",
    variants: [{ price: { amount: 500, currency: "USD" }, requiresShipping: false, trackStock: false }]
  })
  const { cart, token } = await shop.carts.create()
  const buyer = shop.as(Actor.guest({ cartToken: token }))
  await buyer.carts.addItem(cart.id, { variantId: variant?.id ?? "", quantity: 1 })
  const placed = await buyer.checkout.place({ cartId: cart.id, email: "ada@example.com", payment: { gateway: "sandbox" } })
  return { id: placed.order.id, token: placed.token }
}

describe("the events of an order over HTTP", () => {
  let shop: Awaited<ReturnType<typeof open>>
  let server: RunningServer
  let order: Awaited<ReturnType<typeof ordered>>
  beforeAll(async () => {
    shop = await open()
    order = await ordered(shop)
    server = await serve(shop, { port: 0, accessLog: false, rateLimits: false, live: { perCaller: 2, checkEvery: "20 millis" } })
  })
  afterAll(() => server.close())

  const url = () => `${server.url}/api/v1/orders/${order.id}/events`
  const follow = (headers: Record<string, string> = {}, signal?: AbortSignal) =>
    fetch(url(), { headers: { "stoa-order-token": order.token, ...headers }, ...(signal === undefined ? {} : { signal }) })

  /** What comes until a text has come, or until the answer ends. */
  const readUntil = async (answer: Response, text?: string): Promise<string> => {
    const reader = (answer.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream()).getReader()
    let read = ""
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      read += part.value
      if (text !== undefined && read.includes(text)) break
    }
    if (text !== undefined) await reader.cancel()
    return read
  }

  it("come as server-sent events, and after the last one that was received", async () => {
    const answer = await follow()
    assert.strictEqual(answer.status, 200)
    assert.match(answer.headers.get("content-type") ?? "", /^text\/event-stream/)
    assert.strictEqual(answer.headers.get("cache-control"), "no-store")
    const changed = readUntil(answer, "\"to\":\"shipped\"")
    await shop.orders.changeStatus(order.id, { event: "ship" })
    const read = await changed
    assert.deepStrictEqual([...read.matchAll(/^event: (.*)$/gm)].map(([, type]) => type), [
      "order.placed",
      "order.paid",
      "order.status_changed"
    ])
    const ids = [...read.matchAll(/^id: (.*)$/gm)].map(([, id]) => id ?? "")
    const timeline = await shop.orders.timeline(order.id)
    assert.deepStrictEqual(ids, timeline.map(({ id }) => id))
    const rest = await readUntil(await follow({ "last-event-id": ids[1] ?? "" }), "shipped")
    assert.deepStrictEqual([...rest.matchAll(/^id: (.*)$/gm)].map(([, id]) => id), ids.slice(2))
    const all = await readUntil(await follow({ "last-event-id": "é'--" }), "shipped")
    assert.strictEqual([...all.matchAll(/^id: /gm)].length, 3)
  })

  it("are read by the client one by one", async () => {
    const client = createClient({ baseUrl: server.url, orderToken: order.token })
    const types: Array<string> = []
    for await (const { type } of await client.orders.events({ params: { id: order.id } })) {
      types.push(type)
      if (types.length === 2) break
    }
    assert.deepStrictEqual(types, ["order.placed", "order.paid"])
  })

  it("are for the buyer and for staff", async () => {
    const { secret } = await shop.apiKeys.create({ name: "test", permissions: ["orders:read"] })
    const { secret: other } = await shop.apiKeys.create({ name: "other", permissions: ["carts:read"] })
    assert.match(await readUntil(await follow({ "stoa-order-token": "", "x-api-key": secret }), "paid"), /order\.paid/)
    for (const headers of [{ "stoa-order-token": "order_of_nobody" }, { "stoa-order-token": "", "x-api-key": other }]) {
      const answer = await follow(headers)
      assert.deepStrictEqual([answer.status, ((await answer.json()) as { code: string }).code], [404, "order_not_found"])
    }
    const problem = await createClient({ baseUrl: server.url }).orders.events({ params: { id: order.id } }).catch((error) => error)
    assert.instanceOf(problem, StoaProblem)
  })

  it("end soon after the reader may not see them any more", async () => {
    const { apiKey, secret } = await shop.apiKeys.create({ name: "leaving", permissions: ["orders:read"] })
    const answer = await follow({ "stoa-order-token": "", "x-api-key": secret })
    assert.strictEqual(answer.status, 200)
    const whole = readUntil(answer)
    await shop.apiKeys.revoke(apiKey.id)
    assert.match(await whole, /order\.paid/)
  })

  it("are open a few times at once for each caller, until they leave", async () => {
    const leaving = new AbortController()
    // that those of the tests before have left is noticed by and by: until then some of these find no place
    let open = 0
    await expect.poll(async () => {
      const { status } = await follow({}, leaving.signal)
      return status === 200 ? ++open : open
    }, { timeout: 240_000 }).toBe(2)
    const refused = await follow()
    assert.deepStrictEqual([refused.status, refused.headers.get("retry-after")], [429, "30"])
    leaving.abort()
    await expect.poll(async () => {
      const answer = await follow()
      if (answer.status === 200) await answer.body?.cancel()
      return answer.status
    }, { timeout: 240_000 }).toBe(200)
  })

  it("end when the server stops, and after their time", async () => {
    const other = await open()
    const { id, token } = await ordered(other)
    const headers = { "stoa-order-token": token }
    const brief = await serve(other, { port: 0, accessLog: false, live: { lifetime: "1 millis" } })
    // all of it, which is something or nothing, and then the end
    await readUntil(await fetch(`${brief.url}/api/v1/orders/${id}/events`, { headers }))
    await brief.close()

    const stopping = await open()
    const placed = await ordered(stopping)
    const long = await serve(stopping, { port: 0, accessLog: false, shutdownTimeout: "10 minutes" })
    const answer = await fetch(`${long.url}/api/v1/orders/${placed.id}/events`, {
      headers: { "stoa-order-token": placed.token }
    })
    const whole = readUntil(answer)
    await long.close()
    await whole
  })
})
