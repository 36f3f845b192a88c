import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, type Person } from "./testing/People.ts"

const usd = (amount: number) => ({ amount, currency: "USD" })
const address = { name: "Ada Lovelace", line1: "12 Analytical Row", city: "London", country: "GB" }
const base = "http://shop.test/api/v1"

describe("what belongs to somebody else", () => {
  let server: Awaited<ReturnType<typeof open>>
  let ada: Person
  let eve: Person
  let variantId: string

  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
    const product = await server.shop.catalog.createProduct({
      title: "Mug",
      status: "active",
      variants: [{ price: usd(1000), stock: 9 }]
    })
    variantId = product.variants[0]!.id
    await server.shop.shipping.create({ name: "Post", price: usd(500) })
    ada = await server.signIn("ada@example.com")
    eve = await server.signIn("eve@example.com")
  })
  afterAll(() => server.close())

  const send = async (method: string, path: string, headers: Record<string, string>, body?: unknown) => {
    const response = await server.handler(
      new Request(`${base}${path}`, {
        method,
        headers: { "content-type": "application/json", "x-request-id": "request-of-a-test", ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) })
      })
    )
    return { status: response.status, text: await response.text() }
  }
  const bearer = ({ accessToken }: Person) => ({ authorization: `Bearer ${accessToken}` })
  const unknownOrder = "ord_01jd5m8x2vf6grc1x7e9w0b3qk"
  const withoutId = (text: string, id: string) => text.replaceAll(id, "*")

  /** Buys without an account: the order and the token that shows it. */
  const guestOrder = async () => {
    const cart = JSON.parse((await send("POST", "/cart", {})).text) as { readonly token: string }
    const mine = { "stoa-cart": cart.token }
    await send("POST", "/cart/items", mine, { variantId, quantity: 1 })
    const placed = await send("POST", "/checkout", mine, {
      email: "guest@example.com",
      shippingAddress: address,
      payment: { gateway: "sandbox" }
    })
    const { order, token } = JSON.parse(placed.text) as { readonly order: { readonly id: string }; readonly token: string }
    return { id: order.id, token }
  }

  it("attack 1, order IDOR: another customer's order is answered as one that there is not, and stays as it is", async () => {
    await ada.as.cart.create()
    await ada.as.cart.addItem({ payload: { variantId, quantity: 1 } })
    const { order } = await ada.as.checkout.place({
      payload: { payment: { gateway: "sandbox" }, shippingAddress: address }
    })
    const before = await server.shop.orders.get(order.id)
    for (
      const [method, rest] of [["GET", ""], ["GET", "/tracking"], ["GET", "/events"], ["GET", "/notes"], ["POST", "/cancel"]] as const
    ) {
      const body = method === "POST" ? { reason: "no longer wanted" } : undefined
      const foreign = await send(method, `/orders/${order.id}${rest}`, bearer(eve), body)
      const unknown = await send(method, `/orders/${unknownOrder}${rest}`, bearer(eve), body)
      assert.strictEqual(foreign.status, 404, rest)
      assert.include(foreign.text, "order_not_found", rest)
      assert.strictEqual(withoutId(foreign.text, order.id), withoutId(unknown.text, unknownOrder), rest)
    }
    assert.deepStrictEqual(await server.shop.orders.get(order.id), before)
    assert.strictEqual((await send("GET", `/orders/${order.id}`, bearer(ada))).status, 200)
    // nothing is written on the way of the answer; afterwards there is who asked, and for nothing that there is not
    const denied = async () => (await server.shop.audit.list({ action: "authz.denied", actor: `customer:${eve.user.id}` })).items
    assert.deepStrictEqual(await denied(), [])
    await server.shop.jobs.drain()
    const [entry, ...others] = await denied()
    assert.deepStrictEqual<unknown>(
      [entry?.subject, entry?.requestId, entry?.details, others],
      [order.id, "request-of-a-test", { times: 5 }, []]
    )
  })

  it("attack 2, order IDOR by guests: no order without its own token, whatever else is known of it", async () => {
    const mine = await guestOrder()
    const other = await guestOrder()
    // at least 128 random bits
    assert.match(mine.token, /[\w-]{22,}$/)
    const { text } = await send("GET", `/orders/${unknownOrder}`, {})
    for (
      const headers of [
        {},
        { "stoa-order-token": other.token },
        { "stoa-order-token": mine.token.slice(0, -1) },
        { "stoa-order-token": "guest@example.com" },
        { ...bearer(eve), "stoa-order-token": other.token }
      ]
    ) {
      const foreign = await send("GET", `/orders/${mine.id}`, headers)
      assert.strictEqual(foreign.status, 404)
      assert.include(foreign.text, "order_not_found")
      assert.strictEqual(withoutId(foreign.text, mine.id), withoutId(text, unknownOrder))
    }
    const byEmail = await send("GET", `/orders/${mine.id}?email=guest@example.com`, {})
    assert.deepStrictEqual([byEmail.status, withoutId(byEmail.text, mine.id)], [404, withoutId(text, unknownOrder)])
    assert.strictEqual((await send("GET", `/orders/${mine.id}`, { "stoa-order-token": mine.token })).status, 200)
  })

  it("attack 4, cart theft by id: an id opens no cart, and nobody becomes the owner of another's", async () => {
    await ada.as.cart.create()
    await ada.as.cart.addItem({ payload: { variantId, quantity: 1 } })
    await ada.as.cart.update({ payload: { email: "ada@example.com", shippingAddress: address } })
    const before = await ada.as.cart.get()
    const { id } = before
    assert.match(id, /^cart_/)
    for (const headers of [{ "stoa-cart": id }, { cookie: `stoa_cart=${id}` }, { ...bearer(eve), "stoa-cart": id }]) {
      for (
        const [method, path, body] of [
          ["GET", "/cart", undefined],
          ["POST", "/cart/items", { variantId, quantity: 3 }],
          ["POST", "/cart/merge", { token: id }]
        ] as const
      ) {
        const answer = await send(method, path, headers, body)
        assert.strictEqual(answer.status, 404, `${method} ${path}`)
        assert.include(answer.text, "cart_not_found", `${method} ${path}`)
        assert.notInclude(answer.text, "ada@example.com")
        assert.notInclude(answer.text, "Analytical")
      }
    }
    assert.deepStrictEqual(await ada.as.cart.get(), before)
  })
})
