import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

describe("attributes over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
  })
  afterAll(() => server.close())

  it("are kept by staff, and what everybody narrows lists down by", async () => {
    const clerk = await server.signIn("clerk@example.com")
    await server.shop.users.assignRoles(clerk.user.id, { roles: ["admin"] })
    const { adminAttributes, adminProducts } = clerk.as
    const { attributes, products } = server.guest
    const price = { amount: 900, currency: "USD" }
    const width = await adminAttributes.create({
      payload: { code: "width", title: "Width", type: "number", unitFamily: "length", unit: "cm", filterable: true }
    })
    await adminAttributes.create({ payload: { code: "margin", title: "Margin", type: "text", shown: false } })
    const board = await adminProducts.create({
      payload: { title: "Board", attributes: { width: { amount: 0.4, unit: "m" }, margin: "high" }, variants: [{ price }] }
    })
    await adminProducts.create({ payload: { title: "Mug", attributes: { width: 8 }, variants: [{ price }] } })
    assert.deepStrictEqual((await attributes.list()).items.map(({ code }) => code), ["width"])
    assert.strictEqual((await adminAttributes.list()).items.length, 2)
    assert.deepStrictEqual(await problem(attributes.get({ params: { idOrCode: "margin" } })), [404, "attribute_not_found"])
    const page = await products.get({ params: { idOrSlug: board.slug } })
    assert.deepStrictEqual(page.attributes, { width: { amount: 0.4, unit: "m" } })
    assert.deepStrictEqual(page.specifications?.map(({ labels }) => labels), [["0.4 m"]])
    const wide = await products.list({ query: { attributes: ["width:10.."] } })
    assert.deepStrictEqual(wide.items.map(({ title }) => title), ["Board"])
    const both = await products.list({ query: { attributes: ["width:10..", "width:..1"] } })
    assert.deepStrictEqual(both.items, wide.items)
    const sorted = await products.list({ query: { sort: "attribute.width" } })
    assert.deepStrictEqual(sorted.items.map(({ title }) => title), ["Mug", "Board"])
    const [first, second] = [await products.list({ query: { sort: "-attribute.width", limit: 1 } }), sorted.items[0]]
    assert.deepStrictEqual(
      (await products.list({ query: { sort: "-attribute.width", limit: 1, after: first.nextCursor ?? "" } })).items,
      second === undefined ? [] : [second]
    )
    assert.deepStrictEqual(await problem(products.list({ query: { sort: "attribute.margin" } })), [400, "invalid_input"])
    const { facets } = await products.facets({ query: { attributes: ["width:10.."] } })
    assert.deepStrictEqual(facets.find(({ name }) => name === "attribute")?.values, [{ value: "8..40", label: "8..40 cm", count: 2 }])
    assert.deepStrictEqual(await problem(products.list({ query: { attributes: ["width:10kg"] } })), [400, "invalid_input"])
    assert.deepStrictEqual(await problem(server.guest.adminAttributes.list()), [401, "unauthenticated"])
    const furniture = await clerk.as.adminCategories.create({ payload: { name: "Furniture" } })
    const told = await adminAttributes.setFor({ params: { id: furniture.id }, payload: { attributes: [{ attribute: "width", required: true }] } })
    assert.deepStrictEqual(await adminAttributes.setOf({ params: { id: furniture.id } }), told)
    assert.deepStrictEqual(told.attributes.map(({ attribute, required }) => [attribute, required]), [["width", true]])
    const bare = { title: "Bare", categoryIds: [furniture.id], variants: [{ price }] }
    assert.deepStrictEqual(await problem(adminProducts.create({ payload: bare })), [400, "invalid_input"])
    const draft = await adminProducts.create({ payload: { ...bare, status: "draft" } })
    assert.deepStrictEqual(
      (await adminAttributes.missing({ params: { id: draft.id } })).missing.map(({ path }) => path.join(".")),
      ["attributes.width"]
    )
    assert.deepStrictEqual((await adminAttributes.lacking({ query: { category: furniture.id } })).items, [])
    assert.deepStrictEqual(await problem(server.guest.adminAttributes.lacking({ query: {} })), [401, "unauthenticated"])
    const params = { id: width.id }
    await adminAttributes.update({ params, payload: { unit: "mm" } }, { ifMatch: "\"v1\"" })
    assert.deepStrictEqual(
      await problem(adminAttributes.update({ params, payload: { unit: "m" } }, { ifMatch: "\"v1\"" })),
      [412, "version_conflict"]
    )
    await adminAttributes.delete({ params })
    assert.notProperty(await products.get({ params: { idOrSlug: board.slug } }), "attributes")
  })
})
