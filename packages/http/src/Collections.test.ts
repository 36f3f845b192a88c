import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

describe("brands and collections over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("are kept by staff and seen by everybody", async () => {
    const clerk = await server.signIn("clerk@example.com")
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["admin"] })
    const { adminBrands, adminCollections, adminProducts } = clerk.as
    const { brands, collections, products } = server.guest
    const price = { amount: 900, currency: "USD" }
    const acme = await adminBrands.create({ payload: { name: "Acme", translations: { de: { name: "Akme" } } } })
    const mug = await adminProducts.create({ payload: { title: "Mug", brandId: acme.id, variants: [{ price }] } })
    const bowl = await adminProducts.create({ payload: { title: "Bowl", tags: ["new"], variants: [{ price }] } })
    assert.deepStrictEqual((await brands.list({ query: { language: "de" } })).items.map(({ name }) => name), ["Akme"])
    assert.strictEqual((await brands.get({ params: { idOrSlug: "acme" } })).id, acme.id)
    assert.deepStrictEqual((await brands.products({ params: { id: "acme" } })).items.map(({ id }) => id), [mug.id])
    assert.deepStrictEqual((await products.list({ query: { brand: acme.id } })).items.map(({ id }) => id), [mug.id])
    assert.deepStrictEqual(await problem(products.list({ query: { brand: "nobody" } })), [404, "brand_not_found"])

    const gifts = await adminCollections.create({ payload: { name: "Gifts", status: "hidden" } })
    const params = { id: gifts.id }
    await adminCollections.placeProducts({ params, payload: { productIds: [bowl.id, mug.id] } }, { ifMatch: "\"v1\"" })
    assert.deepStrictEqual(
      await problem(adminCollections.placeProducts({ params, payload: { productIds: [mug.id] } }, { ifMatch: "\"v1\"" })),
      [412, "version_conflict"]
    )
    assert.deepStrictEqual(await problem(collections.get({ params: { idOrSlug: "gifts" } })), [404, "collection_not_found"])
    assert.deepStrictEqual(await problem(collections.products({ params })), [404, "collection_not_found"])
    assert.deepStrictEqual((await collections.list()).items, [])
    await adminCollections.update({ params, payload: { status: "active" } })
    assert.deepStrictEqual((await collections.list()).items.map(({ slug }) => slug), ["gifts"])
    const first = await collections.products({ params: { id: "gifts" }, query: { limit: 1 } })
    assert.deepStrictEqual(first.items.map(({ title }) => title), ["Bowl"])
    const second = await collections.products({ params, query: { limit: 1, after: first.nextCursor ?? "" } })
    assert.deepStrictEqual(second, { items: second.items, nextCursor: null })
    assert.deepStrictEqual(second.items.map(({ title }) => title), ["Mug"])
    await adminCollections.removeProducts({ params, payload: { productIds: [mug.id] } })
    const rule = { match: "all", conditions: [{ field: "tag", tag: "new" }] } as const
    const preview = await adminCollections.preview({ payload: { rule } })
    assert.deepStrictEqual([preview.count, preview.published, preview.more, preview.items[0]?.title], [1, 1, false, "Bowl"])
    assert.deepStrictEqual(await problem(server.guest.adminCollections.preview({ payload: { rule } })), [401, "unauthenticated"])
    await adminCollections.create({
      payload: { name: "New", rule }
    })
    for (const id of ["gifts", "new"]) {
      assert.deepStrictEqual((await collections.products({ params: { id } })).items.map(({ title }) => title), ["Bowl"])
    }
    await adminProducts.update({ params: { id: bowl.id }, payload: { slug: "dish" } })
    await adminBrands.update({ params: { id: acme.id }, payload: { slug: "acme-inc" } })
    const moved = async (path: string) => {
      const address = `http://shop.test/api/v1${path}`
      const answer = await server.handler(new Request(address))
      const to = answer.headers.get("location")
      return [answer.status, to === null ? null : new URL(to, address).href]
    }
    assert.deepStrictEqual(await moved("/products/bowl?country=DE"), [301, "http://shop.test/api/v1/products/dish?country=DE"])
    assert.deepStrictEqual(await moved("/brands/acme"), [301, "http://shop.test/api/v1/brands/acme-inc"])
    assert.deepStrictEqual(await moved("/products/dish"), [200, null])
    assert.deepStrictEqual(await moved(`/products/${bowl.id}`), [200, null])
    assert.deepStrictEqual(await problem(server.guest.adminCollections.list()), [401, "unauthenticated"])
    await adminCollections.delete({ params })
    await adminBrands.delete({ params: { id: acme.id } })
    assert.deepStrictEqual(await problem(brands.get({ params: { idOrSlug: "acme" } })), [404, "brand_not_found"])
  })
})
