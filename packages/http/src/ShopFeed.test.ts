import { sqlite } from "@stoa/adapter-sqlite"
import { Actor, createStoa } from "@stoa/core"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { createClient } from "./client/index.ts"
import { type RunningServer, serve } from "./Server.ts"

const open = () => createStoa({ storage: sqlite({ filename: ":memory:" }), workers: false })

describe("the feed of a shop over HTTP", () => {
  let shop: Awaited<ReturnType<typeof open>>
  let server: RunningServer
  let variantId: string
  beforeAll(async () => {
    shop = await open()
    const { variants: [variant] } = await shop.catalog.createProduct({
      title: "Voucher",
      variants: [{ price: { amount: 500, currency: "USD" }, requiresShipping: false, trackStock: false }]
    })
    variantId = variant?.id ?? ""
    server = await serve(shop, { port: 0, accessLog: false, rateLimits: false, live: { checkEvery: "20 millis" } })
  })
  afterAll(() => server.close())

  const buy = async () => {
    const { cart, token } = await shop.carts.create()
    const buyer = shop.as(Actor.guest({ cartToken: token }))
    await buyer.carts.addItem(cart.id, { variantId, quantity: 1 })
    return (await buyer.checkout.place({ cartId: cart.id, email: "ada@example.com", payment: { gateway: "sandbox" } })).order
  }

  const keyFor = async (permission: "analytics:read" | "orders:read") => await shop.apiKeys.create({ name: permission, permissions: [permission] })

  it("tells staff what happens, goes on after the last entry, and says nothing of people", async () => {
    const { secret } = await keyFor("analytics:read")
    const client = createClient({ baseUrl: server.url, apiKey: secret })
    const first = await buy()
    const seen: Array<{ readonly id: string; readonly type: string; readonly orderId: string | null }> = []
    let second: ReturnType<typeof buy> | undefined
    for await (const entry of await client.analytics.follow()) {
      seen.push(entry)
      if (entry.type === "order.placed" && entry.orderId === first.id) second = buy()
      if (entry.type === "order.paid" && entry.orderId !== first.id) break
    }
    await second
    assert.notInclude(JSON.stringify(seen), "ada@example.com")
    const middle = seen.findIndex(({ type }) => type === "order.paid")
    const rest: Array<string> = []
    for await (const { id } of await client.analytics.follow({}, { lastEventId: seen[middle]?.id ?? "" })) {
      rest.push(id)
      if (rest.length >= seen.length - middle - 1) break
    }
    assert.deepStrictEqual(rest, seen.slice(middle + 1).map(({ id }) => id))
  })

  it("is for staff who see figures, and ends for one who may not see them any more", async () => {
    const follow = (headers: Record<string, string> = {}) => fetch(`${server.url}/api/v1/admin/live`, { headers })
    assert.strictEqual((await follow()).status, 401)
    const other = await keyFor("orders:read")
    assert.strictEqual((await follow({ "x-api-key": other.secret })).status, 403)
    const { apiKey, secret } = await keyFor("analytics:read")
    const answer = await follow({ "x-api-key": secret })
    assert.strictEqual(answer.status, 200)
    assert.match(answer.headers.get("content-type") ?? "", /^text\/event-stream/)
    await shop.apiKeys.revoke(apiKey.id)
    // it comes to its end
    assert.include(await answer.text(), "order.placed")
  })
})
