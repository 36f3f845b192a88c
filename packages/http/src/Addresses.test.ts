import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

const portland = {
  name: "Ada Lovelace",
  line1: "12 Analytical Row",
  city: "Portland",
  region: "OR",
  postalCode: "97201",
  country: "US"
}
const usd = (amount: number) => ({ amount, currency: "USD" })

describe("the address book over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("is one's own: kept, found, changed with If-Match, and unknown to everybody else", async () => {
    const me = (await server.signIn("ada@example.com")).as
    const home = await me.addresses.create({ payload: { label: "Home", address: { ...portland, region: "Oregon" } } })
    assert.deepStrictEqual(home.address, portland)
    assert.deepStrictEqual((await me.addresses.list()).items, [home])
    const params = { id: home.id }
    const moved = await me.addresses.update(
      { params, payload: { address: { ...portland, line1: "13 Analytical Row" } } },
      { ifMatch: "\"v1\"" }
    )
    assert.strictEqual(moved.version, 2)
    assert.deepStrictEqual(
      await problem(me.addresses.update({ params, payload: { label: "Old" } }, { ifMatch: "\"v1\"" })),
      [412, "version_conflict"]
    )
    const office = await me.addresses.create({ payload: { address: portland } })
    assert.isTrue((await me.addresses.setDefault({ params: { id: office.id }, payload: { for: ["billing"] } })).defaultBilling)

    const stranger = (await server.signIn("bob@example.com")).as
    for (
      const attempt of [
        () => stranger.addresses.get({ params }),
        () => stranger.addresses.update({ params, payload: { label: "Mine" } }),
        () => stranger.addresses.delete({ params }),
        () => stranger.addresses.setDefault({ params })
      ]
    ) {
      assert.deepStrictEqual(await problem(attempt()), [404, "address_not_found"])
    }
    assert.deepStrictEqual(await problem(server.guest.addresses.list()), [401, "unauthenticated"])
    await me.addresses.delete({ params: { id: office.id } })
    assert.deepStrictEqual((await me.addresses.list()).items.map(({ id, label }) => ({ id, label })), [
      { id: home.id, label: "Home" }
    ])
  })

  it("checks an address for a guest, and names every field that is wrong", async () => {
    const report = await server.guest.addresses.validate({
      payload: { address: { ...portland, country: "GB", region: null, postalCode: "97201" } }
    })
    assert.deepStrictEqual({ valid: report.valid, faults: report.faults }, {
      valid: false,
      faults: [{ path: ["postalCode"], message: "is not a postal code of GB", check: "postal-code" }]
    })
    const unknown = server.guest.addresses.validate({ payload: { address: { ...portland, country: "USA" } } })
    assert.deepStrictEqual(await problem(unknown), [400, "invalid_input"])
  })

  it("answers the same to an Idempotency-Key that comes again, and keeps one address", async () => {
    const me = (await server.signIn("cleo@example.com")).as
    const create = () =>
      me.addresses.create({ payload: { address: portland } }, { idempotencyKey: "address-of-cleo-0001" })
    assert.strictEqual((await create()).id, (await create()).id)
    assert.strictEqual((await me.addresses.list()).items.length, 1)
  })

  it("is where the orders of a signed-in customer go, unless they say otherwise", async () => {
    const { shop, signIn } = server
    const product = await shop.catalog.createProduct({ title: "Mug", variants: [{ price: usd(1000), stock: 9 }] })
    await shop.shipping.create({ name: "Post", price: usd(500) })
    const me = (await signIn("dora@example.com")).as
    const variantId = product.variants[0]!.id
    const fill = async () => {
      await me.cart.create()
      await me.cart.addItem({ payload: { variantId, quantity: 1 } })
    }
    await fill()
    assert.deepStrictEqual((await me.checkout.preview()).missing, ["shippingAddress"])
    await me.addresses.create({ payload: { address: portland } })
    const office = await me.addresses.create({ payload: { address: { ...portland, company: "Engines Ltd" } } })
    await me.addresses.setDefault({ params: { id: office.id }, payload: { for: ["billing"] } })
    assert.deepStrictEqual((await me.checkout.preview()).missing, [])
    const { order } = await me.checkout.place({ payload: { payment: { gateway: "sandbox" } } })
    assert.deepStrictEqual([order.shippingAddress, order.billingAddress], [portland, office.address])

    await fill()
    const gift = { ...portland, name: "Grace Hopper" }
    const other = await me.checkout.place({ payload: { shippingAddress: gift, payment: { gateway: "sandbox" } } })
    assert.deepStrictEqual([other.order.shippingAddress, other.order.billingAddress], [gift, gift])
  })
})
