import { sqlite } from "@stoa/adapter-sqlite"
import { assert, describe, it } from "@effect/vitest"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { open } from "./testing/People.ts"

const usd = (amount: number) => ({ amount, currency: "USD" })
const address = { name: "Ada Lovelace", line1: "12 Analytical Row", city: "London", country: "GB" }
const base = "http://shop.test/api/v1"

/** Two servers, each an engine of its own, on one file, as two processes have them. */
const twoServers = async (folder: string) => {
  const filename = join(folder, "shop.db")
  const first = await open(sqlite({ filename }))
  const second = await open(sqlite({ filename }))
  const product = await first.shop.catalog.createProduct({
    title: "Mug",
    status: "active",
    variants: [{ price: usd(1000), stock: 9 }]
  })
  await first.shop.shipping.create({ name: "Post", price: usd(500) })
  const variantId = product.variants[0]!.id
  const send = async (server: typeof first, method: string, path: string, headers: Record<string, string>, body: unknown) => {
    const response = await server.handler(
      new Request(`${base}${path}`, {
        method,
        headers: { "content-type": "application/json", ...headers },
        body: JSON.stringify(body)
      })
    )
    return {
      status: response.status,
      replayed: response.headers.get("idempotent-replayed"),
      retryAfter: response.headers.get("retry-after"),
      body: (await response.json()) as Record<string, unknown> & { readonly code?: string; readonly order?: { readonly id: string } }
    }
  }
  /** A guest with a piece in their cart: what proves that it is theirs. */
  const buyer = async () => {
    const { body } = await send(first, "POST", "/cart", {}, {})
    const headers = { "stoa-cart": String(body["token"]) }
    await send(first, "POST", "/cart/items", headers, { variantId, quantity: 1 })
    return headers
  }
  return {
    servers: [first, second] as const,
    shop: first.shop,
    send,
    buyer,
    close: async () => {
      await first.close()
      await second.close()
    }
  }
}

const purchase = { email: "ada@example.com", shippingAddress: address, payment: { gateway: "sandbox" } }

describe("a purchase that is sent many times at once", () => {
  it("attack 46, duplicate submit: with one key is one order and one charge, and all who are answered get the same answer", async () => {
    const folder = mkdtempSync(join(tmpdir(), "stoa-twice-"))
    const s = await twoServers(folder)
    try {
      const cart = await s.buyer()
      const key = { "idempotency-key": "0f8fad5b-d9cb-469f-a165-70867728950e" }
      const submit = (index: number, body: unknown = purchase, headers: Record<string, string> = cart) =>
        s.send(s.servers[index % 2 === 0 ? 0 : 1], "POST", "/checkout", { ...headers, ...key }, body)
      const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => submit(index)))
      const done = answers.filter(({ status }) => status === 201)
      assert.isAbove(done.length, 0)
      assert.lengthOf(done.filter(({ replayed }) => replayed === null), 1)
      for (const answer of answers) {
        if (answer.status === 201) assert.deepStrictEqual(answer.body, done[0]?.body)
        else {
          assert.deepStrictEqual([answer.status, answer.body.code], [409, "idempotency_in_progress"])
          assert.isAbove(Number(answer.retryAfter), 0)
        }
      }
      const again = await submit(1)
      assert.deepStrictEqual([again.status, again.replayed, again.body], [201, "true", done[0]?.body])
      const orders = async () => (await s.shop.orders.list()).items.map(({ id }) => id)
      const charges = async () => (await s.shop.payments.list()).items.map(({ amount, captured, orderId }) => [orderId, amount, captured])
      const orderId = done[0]?.body.order?.id ?? ""
      assert.deepStrictEqual(await orders(), [orderId as never])
      assert.deepStrictEqual<unknown>(await charges(), [[orderId, usd(1500), usd(1500)]])

      // another body under the key is a mistake, and somebody else's key is another key
      const other = await submit(0, { ...purchase, email: "grace@example.com" })
      assert.deepStrictEqual([other.status, other.body.code], [422, "idempotency_key_reused"])
      assert.deepStrictEqual(await orders(), [orderId as never])
      const stranger = await submit(1, purchase, await s.buyer())
      assert.deepStrictEqual([stranger.status, stranger.replayed], [201, null])
      assert.notStrictEqual(stranger.body.order?.id, orderId)
      assert.lengthOf(await charges(), 2)

      for (const wrong of ["x".repeat(256), " "]) {
        const refused = await s.send(s.servers[0], "POST", "/checkout", { ...cart, "idempotency-key": wrong }, purchase)
        assert.deepStrictEqual([refused.status, refused.body.code], [400, "invalid_input"])
      }
      assert.lengthOf(await orders(), 2)
    } finally {
      await s.close()
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
