import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Attributes } from "../catalog/Attributes.ts"
import { Catalog } from "../catalog/Catalog.ts"
import type { ListProducts, ProductId } from "../catalog/Product.ts"
import * as Actor from "../kernel/Actor.ts"
import type { Facet, Facets, FacetValue } from "../search/Facets.ts"
import { Search } from "../search/Search.ts"
import { category, failure, merchant, reviewed, sell, type ShopServices } from "./CatalogFixture.ts"
import { searching } from "./SearchShop.ts"
import { usd } from "./Shop.ts"
import { type CountingHarness, Statements } from "./Statements.ts"
import type { StorageHarness } from "./StorageHarness.ts"

type Query = typeof ListProducts.Encoded

const colours = ["Red", "Blue", "Green"]
const sizes = ["S", "M", "L"]

/** A shop of many products, which differ in all that a list can be filtered by. */
const stocked = Effect.gen(function*() {
  const attributes = yield* Attributes
  const described = [
    {
      code: "material",
      title: "Material",
      type: "choices",
      choices: [{ code: "oak", label: "Oak" }, { code: "ash", label: "Ash" }, { code: "steel", label: "Steel" }]
    },
    { code: "height", title: "Height", type: "number", unitFamily: "length", unit: "cm" },
    { code: "depth", title: "Depth", type: "number", unitFamily: "length", unit: "in", of: "variant" },
    { code: "since", title: "Since", type: "date" }
  ] as const
  for (const attribute of described) yield* Actor.as(merchant)(attributes.create({ ...attribute, filterable: true }))
  const home = yield* category("Home")
  const kitchen = yield* category("Kitchen", home.id)
  const knives = yield* category("Knives", kitchen.id)
  const garden = yield* category("Garden")
  const places = [[home.id], [kitchen.id], [knives.id, garden.id], [garden.id], [knives.id], []]
  const products: Array<ProductId> = []
  for (let index = 0; index < 42; index++) {
    const values = colours.slice(0, 1 + index % 3)
    const { id } = yield* sell(`${index % 4 === 0 ? "Board" : "Mug"} ${index}`, {
      vendor: ["Ansel", "Forge", null][index % 3] ?? null,
      tags: index % 5 === 0 ? ["gift", "new"] : index % 2 === 0 ? ["gift"] : [],
      categoryIds: places[index % places.length] ?? [],
      status: index % 14 === 13 ? "draft" : "active",
      attributes: index % 4 === 3 ? {} : {
        material: ["oak", "ash", "steel"].slice(index % 3, index % 3 + 1 + index % 2),
        height: { amount: Math.round(7_000 + index * 1_000 / 7) / 1_000, unit: index % 2 === 0 ? "mm" : "in" },
        ...(index % 5 === 0 ? { since: `2020-01-${String(1 + index % 28).padStart(2, "0")}` } : {})
      },
      options: index % 7 === 6 ? [] : [{ name: "Colour", values }, { name: "Size", values: [sizes[index % 2] ?? "S"] }],
      variants: index % 7 === 6
        ? [{ price: usd(100 * index), stock: index % 2, attributes: { depth: { amount: index, unit: "mm" } } }]
        : values.map((value, place) => ({
          price: usd(150 * index + 4_000 * place),
          optionValues: [value, sizes[index % 2] ?? "S"],
          stock: index % 4 === 0 ? 1 : 0
        }))
    })
    products.push(id)
  }
  return products
})

/** The query with a value of a facet in place of what it says of that facet. */
const choose = (query: Query, { name, option }: Facet, { to, value }: FacetValue): Query => {
  const { available: _a, brand: _b, category: _c, priceFrom: _f, priceTo: _t, ratingFrom: _r, tag: _g, vendor: _v, ...none } = query
  switch (name) {
    case "available":
      return { ...query, available: value === "true" }
    case "price": {
      const { priceTo: _to, ...rest } = query
      return { ...rest, priceFrom: Number(value), ...(to === null || to === undefined ? {} : { priceTo: to }) }
    }
    case "rating":
      return { ...query, ratingFrom: Number(value) }
    case "attribute": {
      const others = (query.attributes ?? []).filter((other) => !other.startsWith(`${option ?? ""}:`))
      return { ...query, attributes: [...others, `${option ?? ""}:${value}`] }
    }
    case "option": {
      const others = (query.options ?? []).filter((other) => !other.startsWith(`${option ?? ""}:`))
      return { ...none, ...query, options: [...others, `${option ?? ""}:${value}`] }
    }
    default:
      return { ...query, [name]: value }
  }
}

const facetOf = ({ facets }: Facets, name: Facet["name"], option: string | null = null): Readonly<Record<string, number>> =>
  Object.fromEntries(
    (facets.find((facet) => facet.name === name && facet.option === option)?.values ?? []).map(({ count, label }) => [label, count])
  )

/** How many products each choice would leave. */
export const facetSuite = (harness: StorageHarness): void => {
  const test = (name: string, effect: Effect.Effect<unknown, unknown, ShopServices | Search>) =>
    it.effect(name, () => Effect.provide(effect, searching(harness.storage())))

  describe(`facets, on ${harness.name}`, () => {
    test("count exactly what a list has when the value is chosen, whatever else is", Effect.gen(function*() {
      const search = yield* Search
      const catalog = yield* Catalog
      const products = yield* stocked
      for (const [index, id] of products.entries()) {
        if (index % 3 !== 0) yield* reviewed(id, `cus_${index}`, 1 + index % 5)
      }
      const queries: ReadonlyArray<Query> = [
        {},
        { search: "board" },
        { search: "mug", options: ["Colour:Blue"] },
        { category: "kitchen", tag: "gift" },
        { vendor: "Ansel", available: true },
        { priceFrom: 1_000, priceTo: 4_999, options: ["Size:S", "Colour:Green", "Colour:Red"] },
        { ratingFrom: 3, category: "home" },
        { status: "any", search: "mug", vendor: "Forge", ratingFrom: 2, tag: "gift" },
        { attributes: ["material:oak", "material:steel"] },
        { search: "mug", attributes: ["height:..25cm", "material:ash"], options: ["Colour:Blue"] },
        { attributes: ["depth:0.5..", "since:2020-01-02..", "height:1in.."] },
        { tag: "nothing" }
      ]
      const list = (query: Query) =>
        Effect.map(catalog.listProducts({ ...query, limit: 100 }), ({ items }) => items.length).pipe(Actor.as(merchant))
      let values = 0
      for (const query of queries) {
        const counted = yield* Actor.as(merchant)(search.facets(query))
        assert.isFalse(counted.approximate)
        assert.strictEqual(counted.total, yield* list(query), JSON.stringify(query))
        for (const facet of counted.facets) {
          for (const value of facet.values) {
            const chosen = choose(query, facet, value)
            assert.strictEqual(value.count, yield* list(chosen), `${JSON.stringify(query)} then ${JSON.stringify(chosen)}`)
            assert.isAbove(value.count, 0)
            values++
          }
        }
      }
      assert.isAbove(values, 150)
    }))

    test("count the other values of what is chosen as if it were not, and everything else within it", Effect.gen(function*() {
      const search = yield* Search
      const shirts = yield* category("Shirts")
      const long = yield* category("Long", shirts.id)
      const shirt = (title: string, colour: string, size: string, categoryIds: ReadonlyArray<string>) =>
        sell(title, {
          categoryIds: [...categoryIds],
          options: [{ name: "Colour", values: [colour] }, { name: "Size", values: [size] }],
          variants: [{ price: usd(1_000), optionValues: [colour, size], stock: 1 }]
        })
      yield* shirt("One", "Red", "S", [shirts.id])
      yield* shirt("Two", "Red", "M", [long.id])
      yield* shirt("Three", "Blue", "M", [long.id])
      yield* sell("Hat", { vendor: "Ansel" })
      const all = yield* search.facets()
      assert.deepStrictEqual(facetOf(all, "category"), { Shirts: 3, Long: 2 })
      assert.deepStrictEqual(facetOf(all, "option", "Colour"), { Red: 2, Blue: 1 })
      assert.deepStrictEqual(facetOf(all, "available"), { true: 3, false: 1 })
      assert.deepStrictEqual(facetOf(all, "vendor"), { Ansel: 1 })
      const red = yield* search.facets({ options: ["Colour:Red"] })
      assert.strictEqual(red.total, 2)
      assert.deepStrictEqual(facetOf(red, "option", "Colour"), { Red: 2, Blue: 1 })
      assert.deepStrictEqual(facetOf(red, "option", "Size"), { M: 1, S: 1 })
      assert.deepStrictEqual(facetOf(red, "category"), { Shirts: 2, Long: 1 })
      assert.deepStrictEqual(facetOf(red, "vendor"), {})
      const long_ = yield* search.facets({ category: "long", options: ["Colour:Red"] })
      assert.deepStrictEqual(facetOf(long_, "category"), { Shirts: 2, Long: 1 })
      assert.deepStrictEqual(facetOf(long_, "option", "Colour"), { Blue: 1, Red: 1 })
      const tree = all.facets.find(({ name }) => name === "category")?.values
      assert.deepStrictEqual(tree?.map(({ parent, value }) => [value, parent]), [[shirts.id, null], [long.id, shirts.id]])
    }))

    test("tell what attributes are called, from the least number to the greatest, and nothing of what is for staff", Effect.gen(function*() {
      const search = yield* Search
      const attributes = yield* Attributes
      yield* Effect.gen(function*() {
        yield* attributes.create({
          code: "wood",
          title: "Wood",
          type: "choice",
          filterable: true,
          choices: [{ code: "oak", label: "Oak" }],
          translations: { de: { title: "Holz", choices: { oak: "Eiche" } } }
        })
        yield* attributes.create({ code: "width", title: "Width", type: "number", unitFamily: "length", unit: "cm", filterable: true })
        yield* attributes.create({ code: "margin", title: "Margin", type: "text", filterable: true, shown: false })
        yield* attributes.create({ code: "note", title: "Note", type: "text" })
      }).pipe(Actor.as(merchant))
      yield* sell("A", { attributes: { wood: "oak", width: { amount: 0.1, unit: "m" }, margin: "high", note: "new" } })
      yield* sell("B", { attributes: { width: { amount: 1, unit: "ft" } } })
      const told = (yield* search.facets({ language: "de" })).facets.filter(({ name }) => name === "attribute")
      assert.deepStrictEqual(told, [
        { name: "attribute", option: "width", title: "Width", unit: "cm", values: [{ value: "10..30.48", label: "10..30.48 cm", count: 2 }] },
        { name: "attribute", option: "wood", title: "Holz", values: [{ value: "oak", label: "Eiche", count: 1 }] }
      ])
      const staff = yield* Actor.as(merchant)(search.facets({ status: "any" }))
      assert.deepStrictEqual(staff.facets.flatMap(({ name, option }) => name === "attribute" ? [option] : []), ["margin", "width", "wood"])
    }))

    test("follow changes of a product, and count what is found instead of a misspelt word", Effect.gen(function*() {
      const search = yield* Search
      const catalog = yield* Catalog
      const mug = yield* sell("Stoneware mug", {
        options: [{ name: "Colour", values: ["Red"] }],
        variants: [{ price: usd(1_000), optionValues: ["Red"] }]
      })
      const misspelt = yield* search.facets({ search: "stonwear" })
      assert.deepStrictEqual([misspelt.correctedTo, misspelt.total], ["stoneware", 1])
      yield* Actor.as(merchant)(catalog.createVariant(mug.id, { price: usd(2_000), optionValues: ["Blue"] }))
      assert.deepStrictEqual(facetOf(yield* search.facets(), "option", "Colour"), { Blue: 1, Red: 1 })
      yield* Actor.as(merchant)(catalog.updateProduct(mug.id, { options: [{ name: "Glaze", values: ["Red", "Blue"] }] }))
      const renamed = yield* search.facets()
      assert.deepStrictEqual([facetOf(renamed, "option", "Colour"), facetOf(renamed, "option", "Glaze")], [{}, { Blue: 1, Red: 1 }])
      yield* Actor.as(merchant)(catalog.deleteProduct(mug.id))
      assert.deepStrictEqual(yield* search.facets(), { total: 0, approximate: false, correctedTo: null, facets: [] })
      assert.strictEqual(yield* failure(search.facets({ category: "nowhere" })), "CategoryNotFound")
      assert.strictEqual(yield* failure(search.facets({ options: ["Colour"] })), "InvalidInput")
      assert.strictEqual(yield* failure(search.facets({ options: Array.from({ length: 21 }, () => "a:b") })), "InvalidInput")
      assert.strictEqual(yield* Actor.as(Actor.guest())(failure(search.facets({ status: "any" }))), "Unauthenticated")
      assert.deepStrictEqual((yield* search.facets({ search: "!?" })).facets, [])
    }))
  })
}

/** How many statements facets may send. */
export const facetBudgets = (harness: CountingHarness): void => {
  describe(`the statements of facets, on ${harness.name}`, () => {
    it.effect("are one, whatever is chosen", () =>
      Effect.gen(function*() {
        const { record } = yield* Statements
        const search = yield* Search
        yield* sell("Mug", { tags: ["gift"] })
        // the first search of a process asks how large the store is
        yield* search.facets({ search: "mug" })
        for (const query of [{}, { search: "mug" }, { tag: "gift", priceFrom: 1, available: false, options: ["a:b", "c:d"] }]) {
          const [, statements] = yield* record(search.facets(query))
          assert.strictEqual(statements.length, 1, statements.join("\n"))
        }
      }).pipe(Effect.provide(searching(harness.storage()))))
  })
}
