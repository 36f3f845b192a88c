import { sqlite } from "@stoa/adapter-sqlite"
import { afterAll, assert, beforeAll, describe, it } from "@effect/vitest"
import { open, problem } from "./testing/People.ts"

describe("the search over HTTP", () => {
  let server: Awaited<ReturnType<typeof open>>
  beforeAll(async () => {
    server = await open(sqlite({ filename: ":memory:" }))
    for (const title of ["Walnut board", "Stoneware mug"]) {
      await server.shop.catalog.createProduct({ title, variants: [{ price: { amount: 9_000, currency: "USD" as never } }] })
    }
  })
  afterAll(() => server.close())

  it("says what it looked for instead of a misspelt word", async () => {
    const search = (q: string) => server.guest.products.search({ query: { q } })
    const plain = await search("walnut")
    assert.deepStrictEqual([plain.correctedTo, plain.items.map(({ title }) => title)], [null, ["Walnut board"]])
    const misspelt = await search("stonewear mug")
    assert.deepStrictEqual([misspelt.correctedTo, misspelt.items.map(({ title }) => title)], ["stoneware mug", ["Stoneware mug"]])
    assert.deepStrictEqual((await search("elephant")).items, [])
    assert.deepStrictEqual(await problem(search("x".repeat(10_000))), [400, "invalid_input"])
  })

  it("counts what each choice would leave", async () => {
    await server.shop.catalog.createProduct({
      title: "Shirt",
      options: [{ name: "Colour", values: ["Red"] }],
      variants: [{ price: { amount: 2_500, currency: "USD" as never }, optionValues: ["Red"] }]
    })
    const all = await server.guest.products.facets({ query: {} })
    assert.deepInclude(all, { total: 3, approximate: false, correctedTo: null })
    const colour = all.facets.find(({ option }) => option === "Colour")
    assert.deepStrictEqual(colour?.values, [{ value: "Red", label: "Red", count: 1 }])
    const chosen = await server.guest.products.facets({ query: { q: "shirt", options: ["Colour:Red", "Colour:Blue"], priceFrom: 2_000 } })
    assert.deepInclude(chosen, { total: 1, correctedTo: null })
    const red = await server.guest.products.list({ query: { options: ["Colour:Red"] } })
    assert.deepStrictEqual(red.items.map(({ title }) => title), ["Shirt"])
    assert.deepStrictEqual(await problem(server.guest.products.facets({ query: { options: ["Colour"] } })), [400, "invalid_input"])
  })

  it("helps while somebody types, and counts what was opened", async () => {
    const typed = await server.guest.search.suggest({ query: { q: "stonew" } })
    assert.deepStrictEqual([typed.words, typed.products.map(({ slug }) => slug)], [["stoneware"], ["stoneware-mug"]])
    const [mug] = typed.products
    await server.guest.search.click({ payload: { search: "Stoneware", productId: mug?.id as never } })
    await server.shop.jobs.drain()
    const query = { from: "2000-01-01" as never, to: "2100-01-01" as never, by: "clicked" as const }
    assert.deepStrictEqual(await problem(server.guest.search.report({ query })), [401, "unauthenticated"])
    const owner = await server.signInOwner()
    const { items } = await owner.as.search.report({ query })
    assert.deepStrictEqual(items.map(({ clicks, term }) => [term, clicks]), [["stoneware", 1]])
  })

  it("sorts by what sells and what is liked", async () => {
    for (const sort of ["-popularity", "-rating"] as const) {
      const { items } = await server.guest.products.list({ query: { sort, limit: 2 } })
      assert.lengthOf(items, 2)
      assert.isNotEmpty((await server.guest.products.search({ query: { q: "walnut", sort } })).items)
    }
    assert.deepStrictEqual(await problem(server.guest.products.list({ query: { sort: "popularity" as "-popularity" } })), [400, "invalid_input"])
  })

  it("is built anew where staff ask for it", async () => {
    const owner = await server.signInOwner()
    assert.deepStrictEqual(await problem(server.guest.search.rebuild({})), [401, "unauthenticated"])
    await owner.as.search.rebuild({})
    await server.shop.jobs.drain()
    const { items } = await server.guest.products.search({ query: { q: "walnut" } })
    assert.deepStrictEqual(items.map(({ title }) => title), ["Walnut board"])
  })

  it("goes by other words for the same thing, which staff name", async () => {
    const owner = await server.signInOwner()
    const search = async (q: string) => (await server.guest.products.search({ query: { q } })).items.map(({ title }) => title)
    assert.deepStrictEqual(await search("beaker"), [])
    const payload = { synonyms: [{ terms: ["mug", "beaker"] }], version: 0 as const }
    assert.deepStrictEqual(await problem(server.guest.search.updateDictionary({ payload })), [401, "unauthenticated"])
    assert.strictEqual((await owner.as.search.updateDictionary({ payload })).version, 1)
    assert.deepStrictEqual(await problem(owner.as.search.updateDictionary({ payload })), [412, "version_conflict"])
    assert.deepStrictEqual((await owner.as.search.dictionary()).synonyms, payload.synonyms)
    assert.deepStrictEqual(await search("beakers"), ["Stoneware mug"])
  })
})
