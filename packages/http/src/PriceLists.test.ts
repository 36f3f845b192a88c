import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

const usd = (amount: number) => ({ amount, currency: "USD" })

describe("price lists over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("are kept by staff, and shown to whom they are for, in the shop window and in the cart", async () => {
    const clerk = await server.signIn("clerk@example.com")
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["admin"] })
    const ada = await server.signIn("ada@example.com")
    const staff = clerk.as
    const product = await staff.adminProducts.create({
      payload: { title: "Mug", variants: [{ price: usd(2_000), stock: 9 }] }
    })
    const variantId = product.variants[0]?.id ?? ""
    const group = await staff.customerGroups.create({ payload: { name: "Trade" } })
    await staff.customerGroups.addMembers({ params: { id: group.id }, payload: { customerIds: [ada.user.id] } })
    const { id } = await staff.priceLists.create({ payload: { name: "Trade", customerGroupId: group.id } })
    const params = { id }
    await staff.priceLists.setPrices({ params, payload: { prices: [{ variantId, price: usd(1_500) }] } })
    assert.deepStrictEqual(
      (await staff.priceLists.prices({ params })).items.map((item) => [item.variantId, item.minQuantity, item.price.amount]),
      [[variantId, 1, 1_500]]
    )
    const abroad = await staff.priceLists.create({
      payload: { name: "Austria", type: "override", countries: ["AT"], prices: [{ variantId, price: usd(2_200) }] }
    })

    const part = await staff.priceLists.create({
      payload: { name: "Vienna", type: "override", subdivisions: ["AT-9"], prices: [{ variantId, price: usd(2_300) }] }
    })
    assert.deepStrictEqual([part.countries, part.subdivisions], [[], ["AT-9"]])

    const priceFor = async (client: typeof staff, query: { readonly country?: string; readonly region?: string } = {}) => {
      const page = await client.products.get({ params: { idOrSlug: "mug" }, query })
      const list = await client.products.list({ query })
      assert.deepStrictEqual(list.items.map(({ priceFrom }) => priceFrom), page.variants.map(({ price }) => price))
      return page.variants[0]?.price.amount
    }
    assert.strictEqual(await priceFor(server.guest), 2_000)
    assert.strictEqual(await priceFor(server.guest, { country: "AT" }), 2_200)
    assert.strictEqual(await priceFor(server.guest, { country: "AT", region: "9" }), 2_300)
    assert.strictEqual(await priceFor(server.guest, { country: "AT", region: "8" }), 2_200)
    assert.strictEqual(await priceFor(ada.as), 1_500)
    assert.strictEqual((await staff.adminProducts.get({ params: { idOrSlug: "mug" } })).variants[0]?.price.amount, 2_000)
    const preview = await staff.priceLists.preview({ payload: { variantId, quantity: 2, country: "AT", region: "8", customerGroupIds: [group.id] } })
    assert.deepStrictEqual(
      [preview.line?.unitPrice.amount, preview.lists.map(({ name, standing }) => [name, standing])],
      [1_500, [["Trade", "applied"], ["Austria", "outdone"], ["Vienna", "place"]]]
    )
    assert.deepStrictEqual(await problem(staff.priceLists.preview({ payload: { variantId: "var_00000000000000000000000000" } })), [404, "variant_not_found"])
    assert.deepStrictEqual(await problem(ada.as.priceLists.preview({ payload: { variantId } })), [403, "forbidden"])
    await ada.as.cart.create()
    const cart = await ada.as.cart.addItem({ payload: { variantId, quantity: 1 } })
    assert.deepStrictEqual([cart.lines[0]?.unitPrice.amount, cart.lines[0]?.compareAtPrice?.amount], [1_500, 2_000])

    assert.strictEqual((await staff.priceLists.update({ params, payload: { status: "draft" } }, { ifMatch: "\"v1\"" })).version, 2)
    assert.deepStrictEqual(
      await problem(staff.priceLists.update({ params, payload: { name: "Late" } }, { ifMatch: "\"v1\"" })),
      [412, "version_conflict"]
    )
    assert.strictEqual(await priceFor(ada.as), 2_000)
    await staff.priceLists.removePrices({ params, payload: { variantIds: [variantId] } })
    assert.deepStrictEqual(await problem(ada.as.priceLists.list()), [403, "forbidden"])
    assert.deepStrictEqual(await problem(server.guest.products.list({ query: { country: "Austria" } })), [400, "invalid_input"])
    await staff.priceLists.delete({ params: { id: abroad.id } })
    assert.deepStrictEqual(await problem(staff.priceLists.get({ params: { id: abroad.id } })), [404, "price_list_not_found"])
    assert.deepStrictEqual((await staff.priceLists.list()).items.map(({ name }) => name), ["Trade", "Vienna"])
  })
})
