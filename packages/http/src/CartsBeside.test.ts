import { sqlite } from "@stoa/adapter-sqlite"
import { createStoa } from "@stoa/core"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { createClient } from "./client/index.ts"
import { toFetchHandler } from "./FetchHandler.ts"
import type { AccessLogEntry } from "./HttpOptions.ts"
import { open, problem } from "./testing/People.ts"

const usd = (amount: number) => ({ amount, currency: "USD" })

const product = async (shop: Awaited<ReturnType<typeof open>>["shop"], title: string) => {
  const { variants } = await shop.catalog.createProduct({ title, variants: [{ price: usd(2_000), stock: 5 }] })
  return String(variants[0]?.id)
}

describe("what is beside a cart, over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  /** A guest with a cart. */
  const withCart = async () => {
    const { token } = await server.guest.cart.create()
    const handle = ((input: string | URL, init?: RequestInit) => server.handler(new Request(input, init))) as typeof fetch
    return { token, as: createClient({ baseUrl: "http://shop.test", fetch: handle, retries: 0, cartToken: token }) }
  }

  it("a line is set aside by a guest, and theirs when they sign in", async () => {
    const variantId = await product(server.shop, "Mug")
    const { as: guest, token } = await withCart()
    const filled = await guest.cart.addItem({ payload: { variantId, quantity: 2 } })
    const line = { params: { id: String(filled.lines[0]?.id) } }
    assert.lengthOf((await guest.savedForLater.save(line)).lines, 0)
    assert.deepStrictEqual(await problem(guest.savedForLater.save(line)), [404, "cart_line_not_found"])
    assert.deepStrictEqual(await problem(server.guest.savedForLater.list({ query: {} })), [404, "cart_not_found"])
    const { as: ada } = await server.signIn("ada@example.com")
    assert.deepStrictEqual((await ada.savedForLater.list({ query: {} })).items, [])
    await ada.cart.merge({ payload: { token } })
    const { items: [saved] } = await ada.savedForLater.list({ query: { country: "AT" } })
    assert.deepInclude(saved, { title: "Mug", quantity: 2, available: 5, price: usd(2_000) } as never)
    const params = { id: String(saved?.id) }
    assert.deepStrictEqual(await problem(ada.savedForLater.takeBack({ params, payload: { quantity: 6 } })), [409, "insufficient_stock"])
    assert.deepStrictEqual((await ada.savedForLater.takeBack({ params, payload: {} })).lines.map(({ quantity }) => quantity), [2])
    assert.deepStrictEqual(await problem(ada.savedForLater.takeBack({ params, payload: {} })), [404, "saved_line_not_found"])
    await ada.savedForLater.remove({ params })
  })

  it("a cart is shown and filled by links, until they are taken back", async () => {
    const variantId = await product(server.shop, "Bowl")
    const { as: owner } = await withCart()
    await owner.cart.addItem({ payload: { variantId, quantity: 1 } })
    await owner.cart.update({ payload: { email: "ada@example.com", note: "the back door" } })
    const look = await owner.sharedCarts.share({ payload: {} })
    const together = await owner.sharedCarts.share({ payload: { mode: "together", days: 1 } })
    assert.lengthOf((await owner.sharedCarts.shares()).items, 2)
    const friend = server.guest.sharedCarts
    const seen = await friend.get({ params: { token: look.token } })
    assert.deepStrictEqual([seen.itemCount, seen.subtotal], [1, usd(2_000)] as never)
    assert.notMatch(JSON.stringify(seen), /ada@|back door|cart_/)
    const payload = { variantId, quantity: 2 } as never
    assert.deepStrictEqual(await problem(friend.addItem({ params: { token: look.token }, payload })), [403, "shared_cart_read_only"])
    const { token } = together
    const { cart: shown } = await owner.checkout.preview({ payload: {} })
    const once = { idempotencyKey: "two for Ada" }
    const added = await friend.addItem({ params: { token }, payload }, once)
    assert.deepStrictEqual(added.lines.map(({ quantity }) => quantity), [3])
    assert.deepStrictEqual(await friend.addItem({ params: { token }, payload }, once), added)
    // the owner orders what they have seen, and not what was put in since
    const order = owner.checkout.place({ payload: { version: shown.version } })
    assert.deepStrictEqual(await problem(order), [412, "version_conflict"])
    const id = String(added.lines[0]?.id)
    assert.deepStrictEqual((await friend.updateItem({ params: { token, id }, payload: { quantity: 4 } })).itemCount, 4)
    assert.deepStrictEqual(await problem(friend.updateItem({ params: { token, id }, payload: { quantity: 6 } })), [409, "insufficient_stock"])
    const reader = await withCart()
    assert.deepStrictEqual((await reader.as.sharedCarts.copy({ params: { token: look.token } })).lines.map(({ quantity }) => quantity), [4])
    assert.deepStrictEqual(await problem(friend.copy({ params: { token } })), [404, "cart_not_found"])
    assert.lengthOf((await friend.removeItem({ params: { token, id } })).lines, 0)
    await owner.sharedCarts.revoke({ params: { id: together.share.id } })
    await owner.sharedCarts.revoke({ params: { id: together.share.id } })
    assert.deepStrictEqual(await problem(friend.get({ params: { token } })), [404, "shared_cart_not_found"])
    assert.deepStrictEqual(await problem(reader.as.sharedCarts.revoke({ params: { id: look.share.id } }).then(() => friend.get({ params: { token } }))), [404, "shared_cart_not_found"])
    assert.strictEqual((await friend.get({ params: { token: look.token } })).itemCount, 0)
    assert.deepStrictEqual(await problem(friend.get({ params: { token: "share_guessed" } })), [404, "shared_cart_not_found"])
  })

  it("a link is in no log and no problem, its answer is kept nowhere, and who changes by it is slowed down, not who looks", async () => {
    const shop = await createStoa({ storage: sqlite({ filename: ":memory:" }), workers: false })
    const entries: Array<AccessLogEntry> = []
    const handler = toFetchHandler(shop, {
      accessLog: (entry) => {
        entries.push(entry)
      },
      rateLimits: { sensitive: { limit: 3, window: "1 minute" } },
      clientAddress: () => "192.0.2.1"
    })
    const ask = (path: string, init?: RequestInit) => handler(new Request(`http://shop.test/api/v1${path}`, init))
    const token = "share_guessed-and-secret"
    const tries = [1, 2, 3, 4]
    const looks: Array<Response> = []
    for (const _ of tries) looks.push(await ask(`/cart/shared/${token}`))
    assert.deepStrictEqual(looks.map(({ status }) => status), [404, 404, 404, 404])
    const changes: Array<Response> = []
    for (const _ of tries) changes.push(await ask(`/cart/shared/${token}/items/line_1`, { method: "DELETE" }))
    assert.deepStrictEqual(changes.map(({ status }) => status), [404, 404, 404, 429])
    for (const answer of [...looks, ...changes]) {
      assert.match(answer.headers.get("cache-control") ?? "", /no-store/)
      assert.notInclude(await answer.text(), token)
    }
    const [look, change] = ["/api/v1/cart/shared/:token", "/api/v1/cart/shared/:token/items/:id"]
    assert.deepStrictEqual(entries.map(({ route }) => route), [...tries.map(() => look), ...tries.map(() => change)])
    assert.notInclude(JSON.stringify(entries), token)
    await handler.close()
    await shop.close()
  })
})
