import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Catalog } from "../catalog/Catalog.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import { Search } from "../search/Search.ts"
import type { UpdateSearchDictionary } from "../search/Dictionary.ts"
import type { SearchProducts } from "../search/SearchProducts.ts"
import { Stores } from "../stores/Stores.ts"
import { category, failure, merchant, otherStore, sell, sellAt, type ShopServices } from "./CatalogFixture.ts"
import { searching } from "./SearchShop.ts"
import { usd } from "./Shop.ts"
import { type CountingHarness, Statements } from "./Statements.ts"
import type { StorageHarness } from "./StorageHarness.ts"

type Query = typeof SearchProducts.Encoded

const find = (search: string, more: Partial<Query> = {}) =>
  Effect.flatMap(Search, (service) => service.products({ search, ...more }))

const titlesOf = (items: ReadonlyArray<{ readonly title: string }>): ReadonlyArray<string> =>
  items.map(({ title }) => title).sort()

const found = (search: string, more: Partial<Query> = {}) =>
  Effect.map(find(search, more), ({ correctedTo, items }) => ({ correctedTo, titles: titlesOf(items) }))

/** What people who type find, whatever they type. */
export const searchSuite = (harness: StorageHarness): void => {
  const test = (name: string, effect: Effect.Effect<unknown, unknown, ShopServices | Search>) =>
    it.effect(name, () => Effect.provide(effect, searching(harness.storage())))

  describe(`misspelt searches, on ${harness.name}`, () => {
    test("find what was meant, and say so", Effect.gen(function*() {
      yield* sell("Walnut cutting board", { vendor: "Ansel", tags: ["kitchen"], description: "<p>For cheese and bread</p>" })
      yield* sell("Stoneware mug", { options: [{ name: "Colour", values: ["Turquoise"] }], variants: [{ price: usd(1), optionValues: ["Turquoise"] }] })
      yield* sell("Crème brûlée torch")
      yield* sell("Straße in Köln")
      const meant: ReadonlyArray<readonly [string, string, string]> = [
        ["wallnut", "walnut", "Walnut cutting board"],
        ["wlanut bord", "walnut board", "Walnut cutting board"],
        ["alnut", "walnut", "Walnut cutting board"],
        ["mgu", "mug", "Stoneware mug"],
        ["stonware mugg", "stoneware mug", "Stoneware mug"],
        ["stoenwar", "stoneware", "Stoneware mug"],
        ["turkoise", "turquoise", "Stoneware mug"],
        ["anssel", "ansel", "Walnut cutting board"],
        ["kithcen boards", "kitchen boards", "Walnut cutting board"],
        ["chease", "cheese", "Walnut cutting board"],
        ["creme bruleee", "creme brulee", "Crème brûlée torch"],
        ["koeln strase", "koln strasse", "Straße in Köln"],
        ["WALLNUT \"board\" -", "walnut board", "Walnut cutting board"],
        ["stone ware mug", "stoneware mug", "Stoneware mug"]
      ]
      for (const [typed, correctedTo, title] of meant) {
        assert.deepStrictEqual(yield* found(typed), { correctedTo, titles: [title] }, typed)
      }
    }))

    test("find what was meant among very many words that begin, go on and end alike", Effect.gen(function*() {
      const letters = "abcdefghijklmnop"
      const words = Array.from({ length: 1_000 }, (_, index) =>
        [0, 4, 8].map((shift) => letters[(index >> shift) & 15] ?? "").join("") + "ching")
      for (let group = 0; group < 4; group++) {
        yield* sell(`Group ${group}`, { tags: words.slice(250 * group, 250 * group + 250) })
      }
      yield* sell("Tower", { tags: ["watching"] })
      assert.deepStrictEqual(yield* found("wtaching"), { correctedTo: "watching", titles: ["Tower"] })
      assert.deepStrictEqual(yield* found("zzzzching"), { correctedTo: null, titles: [] })
    }))

    test("are left as they are where they find something, and where nothing is like them", Effect.gen(function*() {
      yield* sell("Bord")
      yield* sell("Board")
      yield* sell("Walnut tray", { tags: ["mk2"] })
      const asked: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
        ["bord", ["Bord"]],
        ["boards", ["Board"]],
        ["waln", ["Walnut tray"]],
        ["elephant", []],
        ["bo", ["Board", "Bord"]],
        ["xy", []],
        ["mk3", []],
        ["wallet", []],
        // each is a word of the shop, and nothing has both
        ["board tray", []],
        ["bord waln", []]
      ]
      for (const [typed, titles] of asked) {
        assert.deepStrictEqual(yield* found(typed), { correctedTo: null, titles }, typed)
      }
    }))

    test("mean the closest word, and of two as close as each other the one that finds more", Effect.gen(function*() {
      yield* sell("Lamp")
      yield* sell("Lamb skin")
      yield* sell("Lamp shade")
      assert.strictEqual((yield* find("lamf")).correctedTo, "lamp")
      yield* sell("Lamb chop")
      yield* sell("Lamb stew")
      assert.strictEqual((yield* find("lamf")).correctedTo, "lamb")
      yield* sell("Blanket")
      yield* sell("Basket")
      yield* sell("Basket of reeds")
      assert.strictEqual((yield* find("blnket")).correctedTo, "blanket")
    }))

    test("keep to what is for sale, to the filters, and to the store", Effect.gen(function*() {
      const search = yield* Search
      const catalog = yield* Catalog
      const garden = yield* category("Garden")
      yield* category("Cellar")
      const spade = yield* sellAt("Spade", 2_000, { categoryIds: [garden.id] })
      yield* sell("Secateurs", { status: "draft" })
      assert.deepStrictEqual(yield* found("secatuers"), { correctedTo: null, titles: [] })
      const staff = yield* Actor.as(merchant)(found("secatuers", { status: "any" }))
      assert.deepStrictEqual(staff, { correctedTo: null, titles: [] })
      assert.strictEqual(yield* Actor.as(Actor.guest())(failure(search.products({ search: "spade", status: "any" }))), "Unauthenticated")
      assert.deepStrictEqual(yield* found("spaed", { category: "garden" }), { correctedTo: "spade", titles: ["Spade"] })
      assert.deepStrictEqual(yield* found("spaed", { category: "cellar" }), { correctedTo: null, titles: [] })
      assert.deepStrictEqual(yield* found("spaed", { priceTo: 1_000 }), { correctedTo: null, titles: [] })
      assert.strictEqual(yield* failure(find("spaed", { category: "attic" })), "CategoryNotFound")

      const other = yield* otherStore
      const elsewhere = Effect.provideService(CurrentStore, other)
      assert.deepStrictEqual(yield* elsewhere(found("spaed")), { correctedTo: null, titles: [] })
      yield* elsewhere(sell("Spear"))
      assert.deepStrictEqual(yield* elsewhere(found("spaer")), { correctedTo: "spear", titles: ["Spear"] })
      assert.deepStrictEqual(yield* found("spaer"), { correctedTo: null, titles: [] })

      // words of what is gone correct nothing
      yield* Actor.as(merchant)(catalog.updateProduct(spade.id, { title: "Shovel" }))
      assert.deepStrictEqual(yield* found("spaed"), { correctedTo: null, titles: [] })
      assert.deepStrictEqual(yield* found("shovle"), { correctedTo: "shovel", titles: ["Shovel"] })
      yield* Actor.as(merchant)(catalog.deleteProduct(spade.id))
      assert.deepStrictEqual(yield* found("shovle"), { correctedTo: null, titles: [] })
    }))

    test("go on page after page", Effect.gen(function*() {
      for (let index = 0; index < 5; index++) yield* sell(`Lantern ${index}`)
      const first = yield* find("latnern", { limit: 3 })
      const second = yield* find("latnern", { limit: 3, after: first.nextCursor ?? "" })
      assert.deepStrictEqual([first.correctedTo, second.correctedTo], ["lantern", "lantern"])
      assert.strictEqual(new Set([...first.items, ...second.items].map(({ id }) => id)).size, 5)
      assert.isNull(second.nextCursor)
    }))

    test("take any text, and refuse none or an endless one", Effect.gen(function*() {
      yield* sell("Board")
      yield* sell("Mug")
      const odd = ["\"", "* OR *", "NEAR(bo, 2)", "(a+)+$", "bo:* | !x", "\u{1F333}bord", "' OR 1=1 --", "aaaa ".repeat(40), "\uE000tbo", "x".repeat(200)]
      for (const text of odd) assert.isAtMost((yield* find(text)).items.length, 1, text)
      for (const text of ["", " ", "x".repeat(201), "(a+)+$".repeat(2_000)]) {
        assert.strictEqual(yield* failure(find(text)), "InvalidInput")
      }
    }))
  })
}

/** Other words for the same thing, and words that say nothing. */
export const searchDictionarySuite = (harness: StorageHarness): void => {
  const test = (name: string, effect: Effect.Effect<unknown, unknown, ShopServices | Search>) =>
    it.effect(name, () => Effect.provide(effect, searching(harness.storage())))

  const write = (input: typeof UpdateSearchDictionary.Encoded) =>
    Effect.flatMap(Search, (search) => Actor.as(merchant)(search.updateDictionary(input)))

  describe(`the dictionary of searches, on ${harness.name}`, () => {
    test("names other words for the same thing, both ways or one way, and the next search goes by it", Effect.gen(function*() {
      yield* sell("Grey sofa")
      yield* sell("Green couch")
      yield* sell("Mobile case")
      yield* sell("Laptop")
      yield* sell("Notebook with dots")
      assert.deepStrictEqual((yield* found("couch")).titles, ["Green couch"])
      yield* write({
        synonyms: [
          { terms: ["sofa", "couches", "settee"] },
          { terms: ["mobile", "cell phone"] },
          { terms: ["notebook"], alsoFinds: ["laptop"] }
        ]
      })
      const expected: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
        ["couch", ["Green couch", "Grey sofa"]],
        ["sofas", ["Green couch", "Grey sofa"]],
        ["settee", ["Green couch", "Grey sofa"]],
        ["grey couch", ["Grey sofa"]],
        ["cell phone cases", ["Mobile case"]],
        ["cell phone", ["Mobile case"]],
        ["notebook", ["Laptop", "Notebook with dots"]],
        ["laptop", ["Laptop"]],
        // the settee is known, so it is not taken for a typing error
        ["settee green", ["Green couch"]],
        ["cell", []]
      ]
      for (const [text, titles] of expected) assert.deepStrictEqual((yield* found(text)).titles, titles, text)
      // what was asked for comes before what means the same
      const first = yield* find("couch")
      assert.strictEqual(first.items[0]?.title, "Green couch")
      assert.strictEqual((yield* find("sofa")).items[0]?.title, "Grey sofa")
      yield* write({ synonyms: [] })
      assert.deepStrictEqual((yield* found("couch")).titles, ["Green couch"])
      assert.deepStrictEqual((yield* found("settee")).titles, [])
    }))

    test("says in which languages people ask, and which words say nothing", Effect.gen(function*() {
      yield* sell("Gläser für Wein")
      yield* sell("Best glass for water")
      assert.deepStrictEqual((yield* found("glas")).titles, ["Best glass for water", "Gläser für Wein"])
      assert.strictEqual((yield* found("glases wein")).correctedTo, "glaser wein")
      assert.deepStrictEqual((yield* found("the glass with water")).titles, ["Best glass for water"])
      yield* write({ languages: ["de"] })
      assert.deepStrictEqual(yield* found("glases wein"), { correctedTo: null, titles: ["Gläser für Wein"] })
      assert.deepStrictEqual((yield* found("das glas zum wein")).titles, ["Gläser für Wein"])
      assert.deepStrictEqual((yield* found("prima glas wein")).titles, [])
      yield* write({ stopWords: ["prima"] })
      assert.deepStrictEqual((yield* found("prima glas wein")).titles, ["Gläser für Wein"])
      // a text of nothing but such words is taken as it is
      assert.deepStrictEqual((yield* found("für")).titles, ["Gläser für Wein"])
    }))

    test("follows the language of the store until somebody writes one", Effect.gen(function*() {
      const stores = yield* Stores
      const search = yield* Search
      yield* sell("Gläser")
      assert.deepStrictEqual((yield* Actor.as(merchant)(search.dictionary)).languages, ["en"])
      assert.strictEqual((yield* found("glases")).correctedTo, "glaser")
      yield* Actor.as(Actor.system("test"))(stores.update({ settings: { locale: "de-AT" } }))
      assert.deepStrictEqual(yield* found("glases"), { correctedTo: null, titles: ["Gläser"] })
      assert.deepStrictEqual((yield* Actor.as(merchant)(search.dictionary)).languages, ["de", "en"])
    }))

    test("is edited by staff who may, at the version they saw, within its limits, and for their store alone", Effect.gen(function*() {
      const search = yield* Search
      const first = yield* write({ synonyms: [{ terms: ["sofa", "couch"] }], version: 0 })
      assert.strictEqual(first.version, 1)
      assert.deepStrictEqual(yield* Actor.as(merchant)(search.dictionary), first)
      assert.strictEqual(yield* failure(write({ stopWords: [], version: 0 })), "VersionConflict")
      assert.strictEqual((yield* write({ stopWords: ["a"], version: 1 })).version, 2)
      assert.deepStrictEqual((yield* write({})).synonyms, first.synonyms)
      const wrong: ReadonlyArray<object> = [
        { synonyms: [{ terms: ["sofa"] }] },
        { synonyms: [{ terms: [] }] },
        { synonyms: [{ terms: ["a b c d", "e"] }] },
        { synonyms: [{ terms: ["!", "e"] }] },
        { synonyms: Array.from({ length: 1_001 }, () => ({ terms: ["a", "b"] })) },
        { languages: ["xx"] },
        { languages: [] },
        { stopWords: ["x".repeat(41)] }
      ]
      for (const input of wrong) assert.strictEqual(yield* failure(write(input)), "InvalidInput", JSON.stringify(input).slice(0, 80))
      const reader = Actor.as(Actor.staff("user_reader", ["catalog:read"]))
      assert.strictEqual(yield* reader(failure(search.updateDictionary({}))), "Forbidden")
      assert.strictEqual(yield* Actor.as(Actor.guest())(failure(search.dictionary)), "Unauthenticated")
      const other = yield* otherStore
      const elsewhere = yield* Effect.provideService(Actor.as(merchant)(search.dictionary), CurrentStore, other)
      assert.deepInclude(elsewhere, { version: 0, synonyms: [] })
    }))
  })
}

/** How many statements searches may send. */
export const searchBudgets = (harness: CountingHarness): void => {
  describe(`the statements of the search, on ${harness.name}`, () => {
    it.effect("are one where something is found, and a few more where nothing is, whatever is typed", () =>
      Effect.gen(function*() {
        const { record } = yield* Statements
        for (const title of ["Walnut board", "Lamp", "Lamb", "Limb", "Mug"]) yield* sell(title)
        // the first of a process asks how many products the store has, as that of every ten minutes does
        yield* find("walnut")
        const asked: ReadonlyArray<readonly [string, number]> = [
          ["walnut", 1],
          ["board walnut", 1],
          ["!?", 1],
          ["xy", 2],
          ["elephant", 3],
          ["walnut lamp", 3],
          ["wallnut", 5],
          ["lamx bord walnutt mugs elephant zebra giraffe okapi", 6]
        ]
        for (const [text, budget] of asked) {
          const [, statements] = yield* record(find(text))
          assert.isAtMost(statements.length, budget, `${text}\n${statements.join("\n")}`)
        }
      }).pipe(Effect.provide(searching(harness.storage()))))
  })
}
