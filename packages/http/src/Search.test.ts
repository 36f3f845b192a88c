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
})
