import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, type Person } from "./testing/People.ts"

const usd = (amount: number) => ({ amount, currency: "USD" })
const address = { name: "Ada Lovelace", line1: "12 Analytical Row", city: "London", country: "GB" }

describe("what buyers say of prices, quantities and amounts", () => {
  let server: Awaited<ReturnType<typeof open>>
  let owner: Person
  let variantId: string
  let other: string

  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
    const forSale = async (title: string, amount: number) => {
      const { variants } = await server.shop.catalog.createProduct({
        title,
        status: "active",
        variants: [{ price: usd(amount), stock: 9 }]
      })
      return variants[0]!.id
    }
    variantId = await forSale("Mug", 1000)
    other = await forSale("Lamp", 5000)
    await server.shop.shipping.create({ name: "Post", price: usd(500) })
    owner = await server.signInOwner()
  })
  afterAll(() => server.close())

  /** The body goes as it is written, as JSON knows numbers that JavaScript does not. */
  const send = async (path: string, body: string, headers: Record<string, string>, method = "POST") => {
    const response = await server.handler(
      new Request(`http://shop.test/api/v1${path}`, { method, headers: { "content-type": "application/json", ...headers }, body })
    )
    return { status: response.status, body: (await response.json()) as Record<string, unknown> & { readonly code?: string } }
  }
  const buyer = async () => {
    const { body } = await send("/cart", "{}", {})
    return { "stoa-cart": String(body["token"]) }
  }
  const cartOf = async (headers: Record<string, string>) => {
    const response = await server.handler(new Request("http://shop.test/api/v1/cart", { headers }))
    return (await response.json()) as {
      readonly lines: ReadonlyArray<{ readonly id: string; readonly quantity: number; readonly unitPrice: unknown }>
      readonly totals: { readonly total: unknown }
    }
  }

  it("attack 7, mass assignment: no price, discount or tax of one's own comes into a cart", async () => {
    const mine = await buyer()
    for (const own of ["\"unitPrice\":1", "\"price\":{\"amount\":1,\"currency\":\"USD\"}", "\"discount\":9999", "\"taxRate\":0", "\"total\":1", "\"__proto__\":{\"price\":1}"]) {
      const refused = await send("/cart/items", `{"variantId":"${variantId}","quantity":1,${own}}`, mine)
      assert.deepStrictEqual([refused.status, refused.body.code], [400, "invalid_input"], own)
    }
    assert.deepStrictEqual((await cartOf(mine)).lines, [])
    assert.strictEqual((await send("/cart/items", `{"variantId":"${variantId}","quantity":2}`, mine)).status, 200)
    const { lines: [line] } = await cartOf(mine)
    assert.deepStrictEqual<unknown>([line?.unitPrice, line?.quantity], [usd(1000), 2])
  })

  it("attack 13, quantities: what is no number of pieces is refused, lowers no total and raises no stock", async () => {
    const mine = await buyer()
    await send("/cart/items", `{"variantId":"${other}","quantity":1}`, mine)
    const before = await cartOf(mine)
    const stock = await server.shop.inventory.levels(variantId)
    const lineId = before.lines[0]?.id ?? ""
    const quantities = ["-1", "0", "-0", "1.5", "\"1e3\"", "\"1\"", "9007199254740992", "1e999", "NaN", "\"1abc\"", "null", "[1]", "{}", "true"]
    for (const quantity of quantities) {
      const added = await send("/cart/items", `{"variantId":"${variantId}","quantity":${quantity}}`, mine)
      assert.deepStrictEqual([added.status, added.body.code], [400, "invalid_input"], quantity)
      // of a line, none at all takes it away, which is no bad quantity
      if (quantity === "0" || quantity === "-0") continue
      const changed = await send(`/cart/items/${lineId}`, `{"quantity":${quantity}}`, mine, "PATCH")
      assert.deepStrictEqual([changed.status, changed.body.code], [400, "invalid_input"], quantity)
    }
    const missing = await send("/cart/items", `{"variantId":"${variantId}"}`, mine)
    assert.deepStrictEqual([missing.status, missing.body.code], [400, "invalid_input"])
    assert.deepStrictEqual(await cartOf(mine), before)
    assert.deepStrictEqual(await server.shop.inventory.levels(variantId), stock)
  })

  it("attack 32, bad amounts: an amount that is no whole number of minor units moves no money", async () => {
    const mine = await buyer()
    await send("/cart/items", `{"variantId":"${variantId}","quantity":1}`, mine)
    const amounts = ["9007199254740993", "\"10,00\"", "\"10\"", "10.5", "1e21", "1e999", "null", "[1500]", "{\"amount\":1500}"]
    const checkout = (amount: string) =>
      send(
        "/checkout",
        `{"email":"ada@example.com","shippingAddress":${JSON.stringify(address)},"payment":{"gateway":"sandbox"},"expectedTotal":{"amount":${amount},"currency":"USD"}}`,
        mine
      )
    for (const amount of amounts) {
      const refused = await checkout(amount)
      assert.deepStrictEqual([refused.status, refused.body.code], [400, "invalid_input"], amount)
    }
    assert.deepStrictEqual((await server.shop.payments.list()).items, [])
    // nothing at all is a whole number, and not what the cart costs
    const nothing = await checkout("-0")
    assert.deepStrictEqual([nothing.status, nothing.body.code], [409, "total_changed"])
    assert.deepStrictEqual((await server.shop.payments.list()).items, [])

    const placed = await checkout("1500")
    assert.strictEqual(placed.status, 201)
    const { order } = placed.body as unknown as { readonly order: { readonly id: string } }
    const staff = { authorization: `Bearer ${owner.accessToken}` }
    for (const amount of [...amounts, "-1", "0", "-0"]) {
      const refused = await send(
        `/admin/orders/${order.id}/refunds`,
        `{"amount":{"amount":${amount},"currency":"USD"},"reason":"broken"}`,
        staff
      )
      const code = amount === "0" || amount === "-0" ? "invalid_refund" : "invalid_input"
      assert.deepStrictEqual([refused.status, refused.body.code], [400, code], amount)
    }
    assert.deepStrictEqual(await server.shop.payments.refunds(order.id), [])
  })
})
