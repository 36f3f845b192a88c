import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Attributes } from "../catalog/Attributes.ts"
import { Brands } from "../catalog/Brands.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Collections } from "../catalog/Collections.ts"
import { ProductRepository } from "../catalog/ProductRepository.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Search } from "../search/Search.ts"
import { category, copiesOf, merchant, otherStore, sell, type ShopServices } from "./CatalogFixture.ts"
import * as MemorySearchIndex from "./MemorySearchIndex.ts"
import { usd } from "./Shop.ts"
import { searching } from "./SearchShop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const staff = Actor.as(merchant)

const found = (search: string) =>
  Effect.flatMap(Search, (service) =>
    Effect.map(Actor.as(Actor.guest())(service.products({ search, limit: 100 })), ({ items }) => items.map(({ title }) => title).sort()))

const told = Effect.flatMap(Jobs, (jobs) => jobs.drain)

const brandOf = (name: string) => Effect.flatMap(Brands, (brands) => staff(Effect.orDie(brands.create({ name }))))

/** Products are found by what their brand, categories and collections are called. */
export const searchNamesSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, ShopServices | Search>) =>
    it.effect(name, () => Effect.provide(body, searching(harness.storage())))

  describe(`names as words of products, on ${harness.name}`, () => {
    test("find what is of a brand, in a category or below it, or was chosen for a collection, also misspelt and in other forms", Effect.gen(function*() {
      const collections = yield* Collections
      const nike = yield* brandOf("Nike")
      const shoes = yield* category("Shoes")
      const running = yield* category("Running", shoes.id)
      const pegasus = yield* sell("Pegasus", { brandId: nike.id, categoryIds: [running.id] })
      yield* sell("Oxford", { categoryIds: [shoes.id] })
      yield* sell("Cap", { brandId: nike.id })
      yield* sell("Book about shoes")
      for (const [text, titles] of [
        ["nike shoes", ["Pegasus"]],
        ["nike", ["Cap", "Pegasus"]],
        ["running shoe", ["Pegasus"]],
        ["shoes", ["Book about shoes", "Oxford", "Pegasus"]],
        ["nikee shoes", ["Pegasus"]],
        ["nike pega", ["Pegasus"]]
      ] as const) {
        assert.deepStrictEqual(yield* found(text), [...titles], text)
      }
      const first = yield* Effect.flatMap(Search, (search) => search.products({ search: "shoes" }))
      assert.strictEqual(first.items[0]?.title, "Book about shoes", "a word of the title says more")
      const gifts = yield* staff(collections.create({ name: "Birthday gifts" }))
      yield* staff(collections.placeProducts(gifts.id, { productIds: [pegasus.id] }))
      yield* told
      assert.deepStrictEqual(yield* found("birthday"), ["Pegasus"])
      // whoever edits a product does not take its names away
      yield* staff(Effect.flatMap(Catalog, (catalog) => catalog.updateProduct(pegasus.id, { title: "Pegasus 41" })))
      assert.deepStrictEqual([yield* found("birthday nike running"), yield* found("pegasus 41")], [["Pegasus 41"], ["Pegasus 41"]])
      yield* staff(collections.removeProducts(gifts.id, { productIds: [pegasus.id] }))
      yield* told
      assert.deepStrictEqual(yield* found("birthday"), [])
      const other = yield* otherStore
      assert.deepStrictEqual(yield* Effect.provideService(found("nike"), CurrentStore, other), [])
    }))

    test("follow a brand, a category and a collection that are renamed, moved and deleted", Effect.gen(function*() {
      const brands = yield* Brands
      const catalog = yield* Catalog
      const collections = yield* Collections
      const acme = yield* brandOf("Acme")
      const outdoor = yield* category("Outdoor")
      const indoor = yield* category("Indoor")
      const lamps = yield* category("Lamps", outdoor.id)
      const picks = yield* staff(collections.create({ name: "Picks" }))
      const beam = yield* sell("Beam", { brandId: acme.id, categoryIds: [lamps.id] })
      yield* staff(collections.placeProducts(picks.id, { productIds: [beam.id] }))
      yield* told
      const finds = Effect.fnUntraced(function*(by: ReadonlyArray<string>, no: ReadonlyArray<string>) {
        yield* told
        for (const text of by) assert.deepStrictEqual(yield* found(text), ["Beam"], text)
        for (const text of no) assert.deepStrictEqual(yield* found(text), [], text)
        assert.deepStrictEqual(yield* found("beam"), ["Beam"])
      })
      yield* finds(["acme", "outdoor", "lamps", "picks"], [])
      yield* staff(brands.update(acme.id, { name: "Zenith" }))
      yield* finds(["zenith", "outdoor", "lamps", "picks"], ["acme"])
      yield* staff(catalog.updateCategory(outdoor.id, { name: "Garden" }))
      yield* finds(["zenith garden lamps"], ["outdoor"])
      yield* staff(catalog.updateCategory(lamps.id, { parentId: indoor.id }))
      yield* finds(["indoor lamps"], ["garden"])
      yield* staff(collections.update(picks.id, { name: "Favourites" }))
      yield* finds(["favourites"], ["picks"])
      yield* staff(collections.delete(picks.id))
      yield* finds(["zenith"], ["favourites"])
      yield* staff(brands.delete(acme.id))
      yield* finds(["indoor"], ["zenith"])
      yield* staff(catalog.deleteCategory(indoor.id))
      yield* finds([], ["indoor", "lamps"])
    }))

    test("follow a rename of a brand with many products, a group at a time, and nothing is done for other changes", Effect.gen(function*() {
      const brands = yield* Brands
      const products = yield* ProductRepository
      const transactor = yield* Transactor
      const acme = yield* brandOf("Acme")
      const mug = yield* sell("Mug", { brandId: acme.id })
      yield* transactor.transaction(products.insertMany(copiesOf(mug, 450)))
      yield* told
      const all = (search: string) =>
        Effect.flatMap(Search, (service) => Effect.map(service.facets({ search }), ({ total }) => total))
      assert.strictEqual(yield* all("acme"), 451)
      yield* staff(brands.update(acme.id, { name: "Zenith" }))
      yield* told
      assert.deepStrictEqual([yield* all("zenith"), yield* all("acme")], [451, 0])
      yield* staff(brands.delete(acme.id))
      yield* told
      assert.deepStrictEqual([yield* all("zenith"), yield* all("mug")], [0, 451])
    }))

    test("find what says so by searchable attributes, and follow them when they change", Effect.gen(function*() {
      const attributes = yield* Attributes
      const catalog = yield* Catalog
      yield* staff(Effect.gen(function*() {
        yield* attributes.create({
          code: "wood", title: "Wood", type: "choice", searchable: true,
          choices: [{ code: "oak", label: "Oak" }, { code: "ash", label: "Ash" }],
          translations: { de: { choices: { oak: "Eiche" } } }
        })
        yield* attributes.create({ code: "finish", title: "Finish", type: "text", of: "variant", searchable: true })
        yield* attributes.create({ code: "origin", title: "Origin", type: "text" })
        yield* catalog.createProduct({
          title: "Board",
          status: "active",
          attributes: { wood: "oak", origin: "Oslo" },
          variants: [{ price: usd(1_000), attributes: { finish: "Lacquered" } }]
        })
      }))
      for (const text of ["oak", "eiche", "lacquered board", "laquered"]) assert.deepStrictEqual(yield* found(text), ["Board"], text)
      for (const text of ["ash", "oslo"]) assert.deepStrictEqual(yield* found(text), [], text)
      yield* staff(attributes.update("wood", { choices: [{ code: "oak", label: "Quercus" }, { code: "ash", label: "Ash" }] }))
      yield* staff(attributes.update("origin", { searchable: true }))
      yield* staff(attributes.update("finish", { searchable: false }))
      yield* told
      for (const text of ["quercus", "oslo"]) assert.deepStrictEqual(yield* found(text), ["Board"], text)
      assert.deepStrictEqual(yield* found("lacquered"), [])
    }))

    it.effect("are sent to an engine outside as well", () =>
      Effect.suspend(() => {
        const memory = MemorySearchIndex.make()
        return Effect.provide(Effect.gen(function*() {
          const acme = yield* brandOf("Acme")
          yield* sell("Mug", { brandId: acme.id })
          yield* told
          yield* staff(Effect.flatMap(Brands, (brands) => brands.update(acme.id, { name: "Zenith" })))
          yield* told
          const sent = [...memory.documents(yield* CurrentStore).values()].map(({ brand, version }) => [brand?.name, version])
          assert.deepStrictEqual(sent, [["Zenith", 1]])
        }), searching(harness.storage(), memory.index))
      }))
  })
}
