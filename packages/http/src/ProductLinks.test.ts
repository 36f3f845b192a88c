import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

describe("featured products and those that go with others over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("are chosen by staff and seen by everybody", async () => {
    const clerk = await server.signIn("clerk@example.com")
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["admin"] })
    const { adminProducts, productLinks } = clerk.as
    const variants = [{ price: { amount: 900, currency: "USD" } }]
    const [mug, bowl, spoon] = await Promise.all(
      [["Mug", []], ["Bowl", []], ["Spoon", ["featured"]]].map(([title, tags]) =>
        adminProducts.create({ payload: { title: title as string, tags: tags as Array<string>, variants } })
      )
    )
    const { products } = server.guest
    const featured = async () => (await products.featured({ query: {} })).items.map(({ title }) => title)
    // where staff have chosen nothing, the tag says it
    assert.deepStrictEqual(await featured(), ["Spoon"])
    const productIds = [bowl?.id ?? "", mug?.id ?? ""]
    await productLinks.setFeatured({ payload: { productIds } })
    assert.deepStrictEqual(await featured(), ["Bowl", "Mug"])
    assert.deepStrictEqual((await productLinks.featured({ query: {} })).productIds as ReadonlyArray<string>, productIds)
    assert.deepStrictEqual((await productLinks.featured({ query: {} })).products.map(({ title }) => title), ["Bowl", "Mug"])
    const params = { id: mug?.id ?? "", kind: "accessory" as const }
    await productLinks.setLinked({ params, payload: { productIds: [spoon?.id ?? ""] } })
    const linked = await products.related({ params: { id: "mug" }, query: { kind: "accessory" } })
    assert.deepStrictEqual(linked.items.map(({ title }) => title), ["Spoon"])
    assert.deepStrictEqual((await products.related({ params: { id: "mug" }, query: { kind: "up_sell" } })).items, [])
    assert.deepStrictEqual(await problem(productLinks.setLinked({ params, payload: { productIds: [mug?.id ?? ""] } })), [400, "invalid_input"])
    assert.deepStrictEqual(await problem(server.guest.productLinks.setFeatured({ payload: { productIds } })), [401, "unauthenticated"])
  })
})
