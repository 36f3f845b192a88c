import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Attributes } from "../catalog/Attributes.ts"
import { Catalog } from "../catalog/Catalog.ts"
import type { CreateProduct, ListProducts } from "../catalog/Product.ts"
import * as Actor from "../kernel/Actor.ts"
import { category, everyPage, failure, merchant, sell, shop, type ShopServices, titles } from "./CatalogFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const guest = Actor.as(Actor.guest())

type Said = NonNullable<(typeof CreateProduct.Encoded)["attributes"]>

/** Products one after the other, by what they say. */
const sellAll = (all: Readonly<Record<string, Said>>) =>
  Effect.forEach(Object.entries(all), ([title, attributes]) =>
    Effect.tap(sell(title, { attributes }), () => TestClock.adjust("1 second")))

/** What buyers see of a list, read in pages of each size, which must be the same. */
const listed = Effect.fnUntraced(function*(query: typeof ListProducts.Encoded) {
  const whole = yield* guest(titles(query))
  for (const limit of [1, 2, 3]) {
    assert.deepStrictEqual((yield* guest(everyPage({ ...query, limit }))).map(({ title }) => title), whole, `in pages of ${limit}`)
  }
  return whole
})

/** Lists in the order of what products say by an attribute. */
export const attributeSortSuite = (harness: StorageHarness): void => {
  const test = (name: string, effect: Effect.Effect<unknown, unknown, ShopServices>) =>
    it.effect(name, () => Effect.provide(Actor.as(merchant)(effect), shop(harness.storage())))

  describe(`products in the order of an attribute, on ${harness.name}`, () => {
    test("those that say nothing come last whichever way, the newest first", Effect.gen(function*() {
      const attributes = yield* Attributes
      yield* attributes.create({ code: "width", title: "Width", type: "number", unitFamily: "length", unit: "cm" })
      yield* sellAll({
        Wide: { width: { amount: 0.5, unit: "m" } },
        Silent: {},
        Narrow: { width: { amount: 90, unit: "mm" } },
        Mute: {},
        Middle: { width: 10 },
        Dumb: {}
      })
      assert.deepStrictEqual(yield* listed({ sort: "attribute.width" }), ["Narrow", "Middle", "Wide", "Dumb", "Mute", "Silent"])
      assert.deepStrictEqual(yield* listed({ sort: "-attribute.width" }), ["Wide", "Middle", "Narrow", "Dumb", "Mute", "Silent"])
    }))

    test("dates go by the day, texts as titles do, and choices as the shop has put them", Effect.gen(function*() {
      const attributes = yield* Attributes
      yield* attributes.create({ code: "made_on", title: "Made on", type: "date" })
      yield* attributes.create({ code: "series", title: "Series", type: "text" })
      const sizes = ["s", "m", "xl"].map((code) => ({ code, label: code.toUpperCase() }))
      const size = yield* attributes.create({ code: "size", title: "Size", type: "choice", choices: sizes })
      yield* sellAll({
        One: { made_on: "2026-02-01", series: "zebra", size: "xl" },
        Two: { made_on: "2025-12-31", series: "Östen", size: "s" },
        Three: { made_on: "2026-01-31", series: `Apfel ${"lang ".repeat(60)}`, size: "m" }
      })
      assert.deepStrictEqual(yield* listed({ sort: "attribute.made_on" }), ["Two", "Three", "One"])
      assert.deepStrictEqual(yield* listed({ sort: "-attribute.series" }), ["One", "Two", "Three"])
      assert.deepStrictEqual(yield* listed({ sort: "attribute.size" }), ["Two", "Three", "One"])
      const [s, m, xl] = sizes
      yield* attributes.update(size.id, { choices: [xl, { code: "l", label: "L" }, m, s].flatMap((one) => one ?? []) })
      yield* sellAll({ Four: { size: "l" } })
      assert.deepStrictEqual(yield* listed({ sort: "attribute.size" }), ["One", "Four", "Three", "Two"])
    }))

    test("filters and searches keep the order, and alike values go on where the page ended", Effect.gen(function*() {
      const catalog = yield* Catalog
      const attributes = yield* Attributes
      yield* attributes.create({ code: "stars", title: "Stars", type: "number", filterable: true })
      yield* attributes.create({ code: "series", title: "Series", type: "text", filterable: true })
      const boards = yield* category("Boards")
      const products = yield* sellAll({
        "Oak board": { stars: 4, series: "Nord" },
        "Elm board": { stars: 4, series: "Nord" },
        "Ash board": { stars: 4, series: "Nord" },
        "Fir board": { stars: 2, series: "Nord" },
        "Bare board": { series: "Nord" },
        "Oak mug": { stars: 3, series: "Süd" }
      })
      for (const { id, title } of products) {
        if (title.endsWith("board")) yield* catalog.updateProduct(id, { categoryIds: [boards.id] })
      }
      const expected = ["Fir board", "Ash board", "Elm board", "Oak board", "Bare board"]
      const alike = (found: ReadonlyArray<string>) => [found[0], ...found.slice(1, 4).sort(), found[4]]
      for (const filter of [{ category: "boards" }, { attributes: ["series:Nord"] }, { search: "board" }, { search: "board", category: "boards", priceFrom: 1 }]) {
        assert.deepStrictEqual(alike(yield* listed({ sort: "attribute.stars", ...filter })), expected, JSON.stringify(filter))
      }
      assert.deepStrictEqual(yield* listed({ sort: "-attribute.stars", search: "oak" }), ["Oak board", "Oak mug"])
      assert.deepStrictEqual(yield* listed({ sort: "attribute.stars", attributes: ["stars:3..3"] }), ["Oak mug"])
    }))

    test("what is said anew is sorted anew, and drafts are seen by staff alone", Effect.gen(function*() {
      const catalog = yield* Catalog
      const attributes = yield* Attributes
      const stars = yield* attributes.create({ code: "stars", title: "Stars", type: "number" })
      const [one] = yield* sellAll({ One: { stars: 1 }, Two: { stars: 2 } })
      yield* sell("Draft", { status: "draft", attributes: { stars: 0 } })
      assert.deepStrictEqual(yield* listed({ sort: "attribute.stars" }), ["One", "Two"])
      assert.deepStrictEqual(yield* titles({ sort: "attribute.stars", status: "any" }), ["Draft", "One", "Two"])
      yield* catalog.updateProduct(one?.id ?? "", { attributes: { stars: 3 } })
      assert.deepStrictEqual(yield* listed({ sort: "attribute.stars" }), ["Two", "One"])
      yield* catalog.updateProduct(one?.id ?? "", { attributes: { stars: null } })
      assert.deepStrictEqual(yield* listed({ sort: "-attribute.stars" }), ["Two", "One"])
      yield* attributes.delete(stars.id)
      assert.strictEqual(yield* guest(failure(catalog.listProducts({ sort: "attribute.stars" }))), "InvalidInput")
    }))

    test("is refused with the reason where there is none, and where the caller does not see the attribute", Effect.gen(function*() {
      const catalog = yield* Catalog
      const attributes = yield* Attributes
      yield* attributes.create({ code: "care", title: "Care", type: "long_text" })
      yield* attributes.create({ code: "tone", title: "Tone", type: "text", of: "variant" })
      yield* attributes.create({ code: "margin", title: "Margin", type: "number", shown: false })
      yield* attributes.create({ code: "stars", title: "Stars", type: "number" })
      yield* sellAll({ One: { margin: 1, stars: 1 }, Two: { margin: 2 } })
      const reason = (query: typeof ListProducts.Encoded) =>
        Effect.map(Effect.flip(catalog.listProducts(query)), (error) =>
          error._tag === "InvalidInput" ? error.faults.map(({ message, path }) => `${path.join(".")} ${message}`) : error._tag)
      const unknown = (code: string) => [`sort names ${code}, which is no attribute`]
      assert.deepStrictEqual(yield* guest(reason({ sort: "attribute.nothing" })), unknown("nothing"))
      assert.deepStrictEqual(yield* guest(reason({ sort: "attribute.margin" })), unknown("margin"))
      assert.deepStrictEqual(yield* titles({ sort: "-attribute.margin" }), ["Two", "One"])
      assert.deepStrictEqual(yield* guest(reason({ sort: "attribute.care" })), [
        "sort names care, which is of the type long_text; lists are sorted by number, choice, date, text"
      ])
      assert.deepStrictEqual(yield* guest(reason({ sort: "-attribute.tone" })), ["sort names tone, which variants say and not products"])
      assert.strictEqual(yield* guest(failure(catalog.listProducts({ sort: "attribute.It's" as "attribute.its" }))), "InvalidInput")
      const { nextCursor } = yield* guest(catalog.listProducts({ sort: "attribute.stars", limit: 1 }))
      for (const sort of ["-attribute.stars", "-createdAt"] as const) {
        assert.strictEqual(yield* guest(failure(catalog.listProducts({ sort, after: nextCursor ?? "" }))), "InvalidInput", sort)
      }
    }))
  })
}
