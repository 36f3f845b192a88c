import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import * as Shop from "@stoa/core/testing/Shop"
import { open, problem } from "./testing/People.ts"

describe("a marketplace over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("is kept by staff, and each vendor sends its own part of an order", async () => {
    const { guest, shop, signIn } = server
    const clerk = await signIn("clerk@example.com")
    await shop.users.assignRoles(clerk.user.id, { roles: ["admin"] })
    await shop.shipping.create({ name: "Post", price: Shop.usd(500) })
    const { adminOrders, adminProducts, adminVendors, fulfilments } = clerk.as
    const sellerOf = async (name: string) => {
      const vendor = await adminVendors.create({ payload: { name, email: `${name}@vendors.example` } })
      const person = await signIn(`${name}@example.com`)
      await shop.users.assignRoles(person.user.id, { roles: ["vendor"] })
      await adminVendors.addMember({ params: { id: vendor.id }, payload: { userId: person.user.id } })
      const product = await adminProducts.create({
        payload: { title: `${name} board`, vendorId: vendor.id, variants: [{ price: Shop.usd(2_000), stock: 10 }] }
      })
      return { vendor, person, product, variantId: product.variants[0]?.id ?? ("" as never) }
    }
    const oak = await sellerOf("Oak")
    const elm = await sellerOf("Elm")
    assert.deepStrictEqual<unknown>(await guest.vendors.get({ params: { idOrSlug: "oak" } }), {
      id: oak.vendor.id,
      name: "Oak",
      slug: "oak",
      description: ""
    })
    assert.deepStrictEqual(
      (await guest.vendors.products({ params: { idOrSlug: "oak" } })).items.map(({ id }) => id),
      [oak.product.id]
    )
    assert.deepStrictEqual(
      (await guest.products.list({ query: { vendor: elm.vendor.id } })).items.map(({ id }) => id),
      [elm.product.id]
    )

    const { cart, token } = await shop.as({ _tag: "guest" }).carts.create()
    const buyer = shop.as({ _tag: "guest", cartToken: token })
    for (const { variantId } of [oak, elm]) await buyer.carts.addItem(cart.id, { variantId, quantity: 1 })
    const { order } = await buyer.checkout.place({
      cartId: cart.id,
      email: "ada@example.com",
      shippingAddress: Shop.address,
      payment: { gateway: "sandbox", method: "sandbox_success" }
    })
    const params = { id: order.id }
    const parts = await adminVendors.parts({ params })
    assert.deepStrictEqual<unknown>(parts.items.map(({ status, vendor }) => [vendor, status]), [["Oak", "unfulfilled"], ["Elm", "unfulfilled"]])
    assert.deepStrictEqual(await problem(fulfilments.create({ params, payload: {} })), [409, "vendors_mixed"])

    const { vendorDesk } = oak.person.as
    assert.strictEqual((await vendorDesk.vendor()).id, oak.vendor.id)
    assert.deepStrictEqual((await vendorDesk.orders({ query: { open: true } })).items.map(({ orderId }) => orderId), [order.id])
    const part = await vendorDesk.order({ params })
    assert.deepStrictEqual<unknown>(part.lines.map(({ variantId }) => variantId), [oak.variantId])
    assert.notInclude(JSON.stringify(part), "ada@example.com")
    const sent = await vendorDesk.send({ params, payload: {} })
    assert.strictEqual((await vendorDesk.advance({ params: { id: sent.id }, payload: { event: "ship" } })).status, "shipped")
    assert.deepStrictEqual(
      await problem(elm.person.as.vendorDesk.advance({ params: { id: sent.id }, payload: { event: "deliver" } })),
      [404, "fulfilment_not_found"]
    )
    assert.deepStrictEqual((await vendorDesk.products()).items.map(({ id }) => id), [oak.product.id])
    assert.deepStrictEqual(await problem(vendorDesk.product({ params: { idOrSlug: elm.product.id } })), [404, "product_not_found"])
    assert.deepStrictEqual((await vendorDesk.stock({ params: { id: oak.variantId } })).items.map(({ onHand }) => onHand), [9])

    // nothing else is open to them
    assert.deepStrictEqual(await problem(oak.person.as.adminOrders.list()), [403, "forbidden"])
    assert.deepStrictEqual(await problem(oak.person.as.adminVendors.parts({ params })), [403, "forbidden"])
    assert.deepStrictEqual(await problem(oak.person.as.orders.get({ params })), [404, "order_not_found"])
    assert.deepStrictEqual(await problem(guest.vendorDesk.orders()), [401, "unauthenticated"])
    assert.deepStrictEqual(await problem(clerk.as.vendorDesk.orders()), [403, "forbidden"])
    assert.strictEqual((await adminOrders.get({ params })).status, "processing")

    const { version } = await adminVendors.get({ params: { idOrSlug: "elm" } })
    assert.deepStrictEqual(
      await problem(adminVendors.update({ params: { id: elm.vendor.id }, payload: { status: "suspended" } }, { ifMatch: "\"v9\"" })),
      [412, "version_conflict"]
    )
    await adminVendors.update({ params: { id: elm.vendor.id }, payload: { status: "suspended" } }, { ifMatch: `"v${version}"` })
    assert.deepStrictEqual(await problem(guest.vendors.get({ params: { idOrSlug: "elm" } })), [404, "vendor_not_found"])
    assert.deepStrictEqual(await problem(elm.person.as.vendorDesk.vendor()), [403, "forbidden"])
    assert.deepStrictEqual((await guest.products.list()).items.map(({ id }) => id), [oak.product.id])
  })
})
