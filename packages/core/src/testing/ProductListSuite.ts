import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Catalog } from "../catalog/Catalog.ts"
import type { ProductSort, ProductSummary } from "../catalog/Product.ts"
import { ProductSort as ProductSorts } from "../catalog/Product.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Page from "../kernel/Page.ts"
import {
  category,
  everyPage,
  failure,
  firstOf,
  merchant,
  sell,
  sellAt,
  shop,
  type ShopServices,
  titles,
  titlesSorted
} from "./CatalogFixture.ts"
import { usd } from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const keyOf: Readonly<Record<Exclude<ProductSort, "relevance" | "manual">, (product: ProductSummary) => string | number>> = {
  price: ({ priceFrom }) => priceFrom.amount,
  "-price": ({ priceFrom }) => -priceFrom.amount,
  title: ({ title }) => title.toLowerCase(),
  "-title": ({ title }) => title.toLowerCase(),
  createdAt: ({ createdAt }) => createdAt,
  "-createdAt": ({ createdAt }) => createdAt,
  updatedAt: ({ updatedAt }) => updatedAt,
  "-updatedAt": ({ updatedAt }) => updatedAt,
  // nothing is sold and nobody says anything here
  "-popularity": () => 0,
  "-rating": () => 0
}

const sorts = ProductSorts.literals.filter((sort) => sort !== "relevance" && sort !== "manual")

/** What people and programs put into a search field that is not a search. */
const hostile: ReadonlyArray<string> = [
  "\"",
  "'",
  "\"\"\"",
  "* OR *",
  "title:board",
  "{title} : board",
  "NEAR(board mug, 2)",
  "^board",
  "board -mug",
  "board & mug | !cup <-> saucer:*",
  "NOT board",
  "AND",
  "(((((((",
  "(a+)+$",
  "%",
  "_",
  "\\",
  "'; DROP TABLE products; --",
  "\u0000board",
  "\ud800",
  "\u202eboard",
  "a\u0301\u0302\u0303".repeat(40),
  "\u{1F333}\u{1F333}",
  "a ".repeat(100),
  "x".repeat(200)
]

/** Lists of products and the search for them. */
export const productListSuite = (harness: StorageHarness): void => {
  const test = (name: string, effect: Effect.Effect<unknown, unknown, ShopServices>) =>
    it.effect(name, () => Effect.provide(effect, shop(harness.storage())))

  describe(`lists of products, on ${harness.name}`, () => {
    test("a list tells what a shop window needs", Effect.gen(function*() {
      const catalog = yield* Catalog
      yield* TestClock.setTime(1_700_000_000_000)
      const created = yield* sell("Board", {
        vendor: "Acme",
        tags: ["oak"],
        images: [{ url: "https://example.com/1.jpg", alt: "One" }, { url: "https://example.com/2.jpg", alt: "Two" }],
        options: [{ name: "Size", values: ["S", "L"] }],
        variants: [
          { price: usd(2_000), compareAtPrice: usd(2_500), optionValues: ["S"] },
          { price: usd(3_000), compareAtPrice: usd(3_100), optionValues: ["L"], stock: 1 }
        ]
      })
      assert.deepStrictEqual(yield* catalog.listProducts(), {
        items: [{
          id: created.id,
          slug: "board",
          title: "Board",
          vendor: "Acme",
          brandId: null,
          status: "active",
          publishedFrom: null,
          publishedUntil: null,
          image: { url: "https://example.com/1.jpg", alt: "One" },
          tags: ["oak"],
          priceFrom: usd(2_000),
          priceTo: usd(3_000),
          compareAtPrice: usd(3_100),
          variantCount: 2,
          rating: { count: 0, average: null },
          available: true,
          createdAt: created.createdAt,
          updatedAt: created.updatedAt
        }],
        nextCursor: null
      })
    }))

    for (const sort of sorts) {
      test(`pages by ${sort} are complete, in order and without doubles while products are added`, Effect.gen(function*() {
        for (let index = 0; index < 25; index++) {
          if (index % 3 === 0) yield* TestClock.adjust("1 minute")
          yield* sellAt(`${index % 2 === 0 ? "b" : "C"} ${String(index % 7)} ${index}`, 100 * (index % 5))
        }
        let added = 0
        const more = Effect.suspend(() => {
          added++
          return Effect.andThen(
            TestClock.adjust("1 second"),
            Effect.all([sellAt(`A new ${added}`, 0), sellAt(`Z new ${added}`, 9_999)])
          )
        })
        const items = yield* everyPage({ sort, limit: 4 }, more)
        assert.strictEqual(new Set(items.map(({ id }) => id)).size, items.length)
        assert.strictEqual(items.filter(({ title }) => !title.includes("new")).length, 25)
        const keys = items.map(keyOf[sort])
        const descending = sort.startsWith("-") && sort !== "-price"
        for (let index = 1; index < keys.length; index++) {
          const [before = "", after = ""] = [keys[index - 1], keys[index]]
          assert.isTrue(before === after || (before < after) !== descending, `${before} before ${after}`)
        }
      }))
    }

    test("pages of a range of prices are complete in each order, whichever variants of a product are in it", Effect.gen(function*() {
      yield* TestClock.setTime(1_700_000_000_000)
      for (let index = 0; index < 14; index++) {
        if (index % 3 === 0) yield* TestClock.adjust("1 minute")
        yield* sellAt(`${index % 2 === 0 ? "b" : "C"} ${String(index % 5)} ${index}`, 100 * (index % 7))
      }
      const twice = (title: string, least: number, greatest: number) =>
        sell(title, {
          options: [{ name: "Size", values: ["S", "L"] }],
          variants: [{ price: usd(least), optionValues: ["S"] }, { price: usd(greatest), optionValues: ["L"], compareAtPrice: usd(2_000) }]
        })
      yield* twice("a goes in", 100, 400)
      yield* twice("b goes out", 500, 900)
      yield* twice("c goes past", 100, 900)
      yield* sellAt("later", 400, { publishedFrom: "2030-01-01T00:00:00.000Z" })
      yield* sellAt("never", 400, { status: "archived" })
      const expected = ["C 3 3", "b 4 4", "C 0 5", "b 0 10", "C 1 11", "b 2 12", "a goes in", "b goes out"].sort()
      for (const sort of sorts) {
        const items = yield* everyPage({ sort, limit: 3, priceFrom: 300, priceTo: 500 })
        assert.deepStrictEqual(items.map(({ title }) => title).sort(), expected, sort)
        const keys = items.map(keyOf[sort])
        const sorted = [...keys].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0))
        assert.deepStrictEqual(keys, sort.startsWith("-") && sort !== "-price" ? sorted.reverse() : sorted, sort)
        const reduced = yield* everyPage({ sort, limit: 1, priceFrom: 300, priceTo: 500, onSale: true })
        assert.deepStrictEqual(reduced.map(({ title }) => title).sort(), ["a goes in", "b goes out"], sort)
      }
    }))

    test("filters combine", Effect.gen(function*() {
      const kitchen = yield* category("Kitchen")
      const boards = yield* category("Boards", kitchen.id)
      const round = yield* category("Round", boards.id)
      const garden = yield* category("Garden")
      yield* sellAt("Knife", 500, { categoryIds: [kitchen.id], vendor: "Acme", tags: ["steel", "gift"] })
      yield* sellAt("Board", 2_000, { categoryIds: [boards.id, garden.id], vendor: "Acme", tags: ["oak"] })
      yield* sell("Round board", {
        categoryIds: [round.id],
        tags: ["oak", "gift"],
        options: [{ name: "Size", values: ["S", "L"] }],
        variants: [
          { price: usd(1_000), optionValues: ["S"] },
          { price: usd(5_000), compareAtPrice: usd(6_000), optionValues: ["L"], stock: 1 }
        ]
      })
      yield* sellAt("Spade", 3_000, { categoryIds: [garden.id], vendor: "acme" })
      const expected: ReadonlyArray<readonly [Parameters<typeof titles>[0], ReadonlyArray<string>]> = [
        [{ category: "kitchen" }, ["Board", "Knife", "Round board"]],
        [{ category: kitchen.id }, ["Board", "Knife", "Round board"]],
        [{ category: "boards" }, ["Board", "Round board"]],
        [{ category: "round" }, ["Round board"]],
        [{ category: "garden" }, ["Board", "Spade"]],
        [{ vendor: "Acme" }, ["Board", "Knife"]],
        [{ tag: "gift" }, ["Knife", "Round board"]],
        [{ tag: "nothing" }, []],
        [{ priceFrom: 2_000 }, ["Board", "Round board", "Spade"]],
        [{ priceTo: 1_000 }, ["Knife", "Round board"]],
        // no variant costs what lies between the two prices of the round board
        [{ priceFrom: 1_500, priceTo: 4_000 }, ["Board", "Spade"]],
        [{ available: true }, ["Round board"]],
        [{ available: false }, ["Board", "Knife", "Spade"]],
        [{ onSale: true }, ["Round board"]],
        [{ onSale: false, category: "kitchen" }, ["Board", "Knife"]],
        [{ category: "kitchen", tag: "oak", priceFrom: 1_500, priceTo: 2_500, vendor: "Acme" }, ["Board"]],
        [{ category: "kitchen", search: "board", tag: "gift" }, ["Round board"]]
      ]
      for (const [query, found] of expected) {
        assert.deepStrictEqual(yield* titlesSorted(query ?? {}), found, JSON.stringify(query))
      }
      const catalog = yield* Catalog
      yield* catalog.updateCategory(boards.id, { parentId: garden.id }).pipe(Actor.as(merchant))
      assert.deepStrictEqual(yield* titlesSorted({ category: "kitchen" }), ["Knife"])
      assert.deepStrictEqual(yield* titlesSorted({ category: "garden" }), ["Board", "Round board", "Spade"])
      assert.strictEqual(yield* failure(catalog.listProducts({ category: "cellar" })), "CategoryNotFound")
    }))

    test("titles are sorted as people sort them, and long ones have a cursor", Effect.gen(function*() {
      const long = "\u{1F333}".repeat(150)
      const awkward = [long, `${long.slice(2)}a`, "\u0001".repeat(299) + "z", "\"\\".repeat(150)]
      for (const title of ["zebra", "Äpfel", "\"banana\"", "Cherry", "apple", ...awkward]) yield* sell(title)
      const items = yield* everyPage({ sort: "title", limit: 1 })
      const words = items.map(({ title }) => title).filter((title) => !awkward.includes(title))
      assert.deepStrictEqual(words, ["Äpfel", "apple", "\"banana\"", "Cherry", "zebra"])
      assert.strictEqual(items.length, 9)
    }))

    test("a cursor is good for its own sort order only, and a forged one is refused", Effect.gen(function*() {
      const catalog = yield* Catalog
      for (let index = 0; index < 3; index++) yield* sell(`Mug ${index}`)
      const { nextCursor } = yield* catalog.listProducts({ limit: 2 })
      assert.isNotNull(nextCursor)
      const cursors = [
        Page.encodeCursor("price", ["0", "prod_1"]),
        Page.encodeCursor("price", [0, 1]),
        Page.encodeCursor("price", [1e21, "prod_1"]),
        Page.encodeCursor("price", [0]),
        Page.encodeCursor("title", ["a", "b"]),
        nextCursor ?? "",
        "nonsense",
        "",
        "W10"
      ]
      for (const after of cursors) {
        assert.strictEqual(yield* failure(catalog.listProducts({ sort: "price", after })), "InvalidInput", after)
      }
    }))

    test("what cannot be asked is refused, with its place", Effect.gen(function*() {
      const catalog = yield* Catalog
      const wrong: ReadonlyArray<readonly [object, string]> = [
        [{ limit: 0 }, "limit"],
        [{ limit: 101 }, "limit"],
        [{ limit: 1.5 }, "limit"],
        [{ sort: "password" }, "sort"],
        [{ sort: "relevance" }, "sort"],
        [{ sort: "relevance", search: "  " }, "sort"],
        [{ priceFrom: -1 }, "priceFrom"],
        [{ search: "x".repeat(201) }, "search"],
        [{ tag: "a\0b" }, "tag"],
        [{ storeId: "store_2" }, "storeId"],
        [{ status: { $ne: null } }, "status"]
      ]
      for (const [query, place] of wrong) {
        const error = yield* Effect.flip(catalog.listProducts(query as never))
        assert.strictEqual(error._tag === "InvalidInput" ? error.faults[0]?.path.join(".") : error._tag, place)
      }
    }))
  })

  describe(`the search for products, on ${harness.name}`, () => {
    test("a product is found by its title, vendor, tags, SKUs and description", Effect.gen(function*() {
      yield* sell("Walnut board", {
        vendor: "O'Neill & Søn",
        tags: ["hand-made"],
        variants: [{ price: usd(1), sku: "WB-001/L" }],
        description: "<p class=\"lead\">For <b>cheese</b>&nbsp;&amp; bread</p><script>tracker()</script><!-- secret -->"
      })
      yield* sell("Mug")
      const found = ["walnut", "WALNUT Board", "oneill", "son", "made hand", "wb-001", "WB-001/L", "001", "cheese bread"]
      for (const search of found) assert.deepStrictEqual(yield* titles({ search }), ["Walnut board"], search)
      const missed = ["oak", "walnut mug", "class", "lead", "script", "tracker", "secret", "nbsp", "walnu board"]
      for (const search of missed) assert.deepStrictEqual(yield* titles({ search }), [], search)
    }))

    test("the last word may be unfinished, and accents and endings do not matter", Effect.gen(function*() {
      yield* sell("Crème brûlée dishes")
      yield* sell("Cutting board")
      yield* sell("Straße für Łódź")
      yield* sell("木製まな板")
      const one: ReadonlyArray<readonly [string, string]> = [
        ["creme bru", "Crème brûlée dishes"],
        ["CRÈME", "Crème brûlée dishes"],
        ["cre\u0300me", "Crème brûlée dishes"],
        ["dish", "Crème brûlée dishes"],
        ["dishes", "Crème brûlée dishes"],
        ["cutt", "Cutting board"],
        ["cuttin", "Cutting board"],
        ["cut boards", "Cutting board"],
        ["strasse lodz", "Straße für Łódź"],
        ["まな", "木製まな板"],
        ["板", "木製まな板"]
      ]
      for (const [search, title] of one) assert.deepStrictEqual(yield* titles({ search }), [title], search)
      assert.deepStrictEqual(yield* titles({ search: "製木" }), [])
      assert.deepStrictEqual(yield* titles({ search: "cutti boar" }), [])
    }))

    test("the best answer comes first", Effect.gen(function*() {
      yield* sell("Brush", { description: "Cleans any pan" })
      yield* sell("Panel")
      yield* sell("Lid", { tags: ["pan"] })
      yield* sell("Frying pan")
      yield* sell("Pan")
      yield* sell("Steel panel")
      assert.deepStrictEqual(yield* titles({ search: "pan" }), [
        "Pan",
        "Frying pan",
        "Panel",
        "Steel panel",
        "Lid",
        "Brush"
      ])
      yield* sell("Pan rack", { variants: [{ price: usd(1), sku: "RACK-9" }] })
      yield* sell("Rack", { description: "Fits rack-9 and others" })
      assert.deepStrictEqual(yield* titles({ search: "rack-9" }), ["Pan rack", "Rack"])
    }))

    test("whatever is typed is an answerable question", Effect.gen(function*() {
      const catalog = yield* Catalog
      yield* sell("Board")
      for (const search of hostile) {
        const found = yield* titles({ search })
        assert.isAtMost(found.length, 1, search)
        yield* catalog.suggest(search)
      }
      assert.deepStrictEqual(yield* titles({ search: "\"board\"*:()^-{}" }), ["Board"])
      assert.deepStrictEqual(yield* titles({ search: "!?" }), [])
      assert.deepStrictEqual(yield* titles({ search: " " }), ["Board"])
      for (const prefix of ["board ".repeat(2_000), "(a+)+$".repeat(2_000), "\"".repeat(10_000)]) {
        assert.isAtMost((yield* catalog.suggest(prefix)).length, 1)
      }
    }))

    test("search results are filtered, sorted and paged like any list, while products are added", Effect.gen(function*() {
      for (let index = 0; index < 20; index++) {
        yield* sellAt(index % 4 === 0 ? `Board ${index}` : `Mug ${index}`, 100 * (index % 5), {
          description: "goes with every board",
          tags: index % 2 === 0 ? ["even"] : []
        })
      }
      let added = 0
      const more = Effect.suspend(() => sellAt(`Board new ${added++}`, 50))
      for (const sort of ["relevance", ...sorts] as const) {
        const items = yield* everyPage({ search: "board", sort, limit: 3 }, more)
        assert.strictEqual(new Set(items.map(({ id }) => id)).size, items.length)
        assert.strictEqual(items.filter(({ title }) => !title.includes("new")).length, 20, sort)
      }
      const best = yield* everyPage({ search: "board", tag: "even", limit: 2 })
      assert.deepStrictEqual(best.map(({ title }) => title.split(" ")[0]), [
        ...Array.from({ length: 5 }, () => "Board"),
        ...Array.from({ length: 5 }, () => "Mug")
      ])
      assert.deepStrictEqual(yield* titles({ search: "board", tag: "even", priceFrom: 400, sort: "title" }), [
        "Board 4",
        "Mug 14"
      ])
    }))

    test("the index follows every change", Effect.gen(function*() {
      const catalog = yield* Catalog
      const board = yield* sell("Board", { description: "Made of oak" })
      const { id } = board
      yield* Actor.as(merchant)(catalog.updateProduct(id, { title: "Tray", description: "Made of ash" }))
      assert.deepStrictEqual(yield* titles({ search: "board" }), [])
      assert.deepStrictEqual(yield* titles({ search: "oak" }), [])
      assert.deepStrictEqual(yield* titles({ search: "tray ash" }), ["Tray"])
      yield* Actor.as(merchant)(catalog.updateVariant(id, firstOf(board).id, { sku: "TRAY-1" }))
      assert.deepStrictEqual(yield* titles({ search: "tray-1" }), ["Tray"])
      // a change that fails leaves the index as it was
      yield* sell("Mug", { slug: "mug" })
      yield* Actor.as(merchant)(failure(catalog.updateProduct(id, { title: "Plate", slug: "mug" })))
      assert.deepStrictEqual(yield* titles({ search: "plate" }), [])
      assert.deepStrictEqual(yield* titles({ search: "tray" }), ["Tray"])
      yield* Actor.as(merchant)(catalog.deleteProduct(id))
      assert.deepStrictEqual(yield* titles({ search: "tray" }), [])
      assert.deepStrictEqual(yield* titles({ search: "mug" }), ["Mug"])
    }))

    test("suggestions complete what is typed with titles that are for sale, the best first", Effect.gen(function*() {
      const catalog = yield* Catalog
      for (const title of ["Large walnut board", "Walnut board", "Wall clock", "Mug", "Walnut"]) yield* sell(title)
      yield* sell("Walnut board")
      yield* sell("Walrus", { status: "draft" })
      yield* sell("Tray", { description: "walnut" })
      assert.deepStrictEqual(yield* catalog.suggest("wal"), [
        "Walnut",
        "Wall clock",
        "Walnut board",
        "Large walnut board"
      ])
      assert.deepStrictEqual(yield* catalog.suggest("walnut"), ["Walnut", "Walnut board", "Large walnut board"])
      assert.deepStrictEqual(yield* catalog.suggest("board wal"), ["Walnut board", "Large walnut board"])
      assert.deepStrictEqual(yield* catalog.suggest(""), [])
      for (let index = 0; index < 20; index++) yield* sell(`Spoon ${index}`)
      assert.strictEqual((yield* catalog.suggest("spo")).length, 10)
    }))
  })
}
