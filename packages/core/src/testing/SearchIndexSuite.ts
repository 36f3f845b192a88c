import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Brands } from "../catalog/Brands.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { ProductId } from "../catalog/Product.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import { Search } from "../search/Search.ts"
import type { SearchProducts } from "../search/SearchProducts.ts"
import * as Vendors from "../vendors/Vendors.ts"
import { category, failure, merchant, otherStore, sell, sellAt, type ShopServices } from "./CatalogFixture.ts"
import * as MemorySearchIndex from "./MemorySearchIndex.ts"
import { searching } from "./SearchShop.ts"
import { usd } from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const guest = Actor.as(Actor.guest())

type Query = Partial<typeof SearchProducts.Encoded>

const find = (search: string, more: Query = {}) =>
  Effect.flatMap(Search, (service) => guest(service.products({ search, ...more })))

const found = (search: string, more: Query = {}) =>
  Effect.map(find(search, more), ({ items }) => items.map(({ title }) => title).sort())

/** Has everything be told that has happened. */
const told = Effect.flatMap(Jobs, (jobs) => jobs.drain)

/** What a shop finds, whoever finds it: the database, or an engine outside of it that is sent every product. */
export const searchIndexSuite = (harness: StorageHarness): void => {
  const sought = (name: string, isOutside: boolean) => {
    const test = (name: string, body: () => Effect.Effect<unknown, unknown, ShopServices | Search>) =>
      it.effect(name, () =>
        Effect.provide(Effect.suspend(body), searching(harness.storage(), isOutside ? MemorySearchIndex.make().index : undefined)))

    describe(`a shop that is searched by ${name}, on ${harness.name}`, () => {
      test("finds what was created, changed and published, and nothing that is hidden or gone", () =>
        Effect.gen(function*() {
          const catalog = yield* Catalog
          const mug = yield* sell("Blue mug", { vendor: "Ansel", tags: ["kitchen"], description: "<p>From stoneware</p>" })
          yield* sell("Blue draft", { status: "draft" })
          yield* sell("Blue to come", { publishedFrom: "2999-01-01T00:00:00.000Z" })
          yield* told
          for (const text of ["blue", "blue mu", "ansel", "kitchen", "stoneware", "BLUE \"mug\" -"]) {
            assert.deepStrictEqual(yield* found(text), ["Blue mug"], text)
          }
          yield* Actor.as(merchant)(catalog.updateProduct(mug.id, { title: "Green mug" }))
          yield* told
          assert.deepStrictEqual([yield* found("blue"), yield* found("green")], [[], ["Green mug"]])
          yield* Actor.as(merchant)(catalog.updateProduct(mug.id, { status: "archived" }))
          yield* told
          assert.deepStrictEqual(yield* found("green"), [])
          yield* Actor.as(merchant)(catalog.updateProduct(mug.id, { status: "active" }))
          yield* told
          assert.deepStrictEqual(yield* found("green"), ["Green mug"])
          yield* Actor.as(merchant)(catalog.deleteProduct(mug.id))
          yield* told
          assert.deepStrictEqual(yield* found("green"), [])
        }))

      test("keeps to filters, orders and pages, and to its own products", () =>
        Effect.gen(function*() {
          const shirts = yield* category("Shirts")
          const below = yield* category("Polos", shirts.id)
          for (let index = 0; index < 7; index++) yield* sellAt(`Shirt ${index}`, 1_000 + index, { categoryIds: [below.id] })
          yield* sellAt("Shirt box", 5_000, { tags: ["box"] })
          const other = yield* otherStore
          yield* Effect.provideService(sell("Shirt elsewhere"), CurrentStore, other)
          yield* told
          assert.deepStrictEqual(yield* found("shirt", { tag: "box" }), ["Shirt box"])
          assert.lengthOf(yield* found("shirt", { category: "shirts" }), 7)
          assert.lengthOf(yield* found("shirt", { category: shirts.id, priceTo: 1_002 }), 3)
          assert.deepStrictEqual((yield* find("shirt", { sort: "-price", limit: 2 })).items.map(({ title }) => title), ["Shirt box", "Shirt 6"])
          const seen: Array<string> = []
          let page = yield* find("shirt", { limit: 3 })
          for (; page.nextCursor !== null; page = yield* find("shirt", { limit: 3, after: page.nextCursor })) {
            seen.push(...page.items.map(({ title }) => title))
          }
          seen.push(...page.items.map(({ title }) => title))
          assert.deepStrictEqual(seen.sort(), ["Shirt 0", "Shirt 1", "Shirt 2", "Shirt 3", "Shirt 4", "Shirt 5", "Shirt 6", "Shirt box"])
          const facets = yield* Effect.flatMap(Search, (search) => guest(search.facets({ search: "shirt" })))
          assert.strictEqual(facets.total, 8)
          assert.strictEqual(facets.facets.find(({ name }) => name === "category")?.values[0]?.count, 7)
          assert.deepStrictEqual(yield* Effect.provideService(found("shirt"), CurrentStore, other), ["Shirt elsewhere"])
        }))
    })
  }
  sought("its database", false)
  sought("an engine outside", true)

  describe(`a search engine outside, on ${harness.name}`, () => {
    type Memory = MemorySearchIndex.MemorySearchIndex
    const test = (
      name: string,
      body: (memory: Memory) => Effect.Effect<unknown, unknown, ShopServices | Search>
    ) =>
      it.effect(name, () =>
        Effect.suspend(() => {
          const memory = MemorySearchIndex.make()
          return Effect.provide(body(memory), searching(harness.storage(), memory.index))
        }))
    const titlesIn = (memory: Memory) =>
      Effect.map(CurrentStore, (storeId) => [...memory.documents(storeId).values()].map(({ title }) => title).sort())

    test("is asked, and shows nothing that the shop hides, however old what it has is", (memory) =>
      Effect.gen(function*() {
        const catalog = yield* Catalog
        const storeId = yield* CurrentStore
        const mug = yield* sell("Mug", { description: "known to the engine by another word" })
        yield* sell("Mug tree")
        yield* told
        const document = memory.documents(storeId).get(mug.id)
        if (document === undefined) throw new Error("The engine was not told")
        yield* memory.index.put(storeId, [{ ...document, tags: ["cup"] }])
        assert.deepStrictEqual(yield* found("cup"), ["Mug"], "only the engine knows this word")
        // nobody has told the engine yet
        yield* Actor.as(merchant)(catalog.updateProduct(mug.id, { status: "draft" }))
        assert.deepStrictEqual([yield* found("cup"), yield* found("mug")], [[], ["Mug tree"]])
        yield* Actor.as(merchant)(catalog.deleteProduct(mug.id))
        assert.deepStrictEqual([yield* found("cup"), yield* found("mug")], [[], ["Mug tree"]])
        const other = yield* otherStore
        yield* memory.index.put(other, [document])
        assert.deepStrictEqual(yield* Effect.provideService(found("mug"), CurrentStore, other), [], "the product of another store")
        yield* told
        assert.deepStrictEqual(yield* titlesIn(memory), ["Mug tree"])
      }))

    test("gets a product with all that it is called", (memory) =>
      Effect.gen(function*() {
        const storeId = yield* CurrentStore
        const brand = yield* Effect.flatMap(Brands, (brands) => Actor.as(merchant)(brands.create({ name: "Nike" })))
        const shoes = yield* category("Shoes")
        const running = yield* category("Running", shoes.id)
        yield* sell("Runner", {
          brandId: brand.id,
          categoryIds: [running.id],
          vendor: "Ansel",
          description: "<p>Light &amp; fast</p>",
          options: [{ name: "Size", values: ["41", "42"] }],
          variants: [
            { price: usd(9_900), optionValues: ["41"], sku: "R-41" },
            { price: usd(10_900), optionValues: ["42"] }
          ]
        })
        yield* told
        const [document] = [...memory.documents(storeId).values()]
        assert.deepInclude(document, {
          version: 1,
          title: "Runner",
          vendor: "Ansel",
          brand: { id: brand.id, name: "Nike" },
          categories: [{ id: shoes.id, name: "Shoes" }, { id: running.id, name: "Running" }].sort((a, b) => a.id < b.id ? -1 : 1),
          collections: [],
          options: [{ name: "Size", values: ["41", "42"] }],
          skus: ["R-41"],
          priceFrom: 9_900,
          priceTo: 10_900,
          currency: "USD"
        })
        assert.match(document?.description ?? "", /^\s*Light & fast\s*$/)
        assert.deepStrictEqual(yield* found("nike shoes runner"), ["Runner"])
      }))

    test("that fails or talks nonsense is not waited for, and the database finds instead", (memory) =>
      Effect.gen(function*() {
        yield* sell("Mug")
        yield* told
        for (const how of ["refuse", "wrongly"] as const) {
          memory.behave(how)
          const before = memory.asked()
          assert.deepStrictEqual(yield* found("mug"), ["Mug"], how)
          assert.deepStrictEqual(yield* found("mug"), ["Mug"], how)
          assert.strictEqual(memory.asked(), before + 1, "it is left alone for a while")
          yield* TestClock.adjust("11 seconds")
        }
        memory.behave("normally")
        const before = memory.asked()
        assert.deepStrictEqual(yield* found("mug"), ["Mug"])
        assert.strictEqual(memory.asked(), before + 1)
      }))

    test("that fails for one store is asked for the others", (memory) =>
      Effect.gen(function*() {
        const other = yield* otherStore
        memory.behave("refuse")
        yield* found("mug")
        yield* found("mug")
        assert.strictEqual(memory.asked(), 1)
        yield* Effect.provideService(found("mug"), CurrentStore, other)
        assert.strictEqual(memory.asked(), 2)
      }))

    test("finds what a vendor of the marketplace sells, of whom it does not know the id", (memory) =>
      Effect.gen(function*() {
        const catalog = yield* Catalog
        const oak = yield* Effect.flatMap(Vendors.Vendors, (vendors) => Actor.as(Actor.system("test"))(vendors.create({ name: "Oak" })))
        const mug = yield* sell("Mug", { vendor: "Ansel" })
        yield* sell("Mug of another", { vendor: "Ansel" })
        yield* Actor.as(merchant)(catalog.updateProduct(mug.id, { vendorId: oak.id }))
        yield* told
        assert.deepStrictEqual(yield* found("mug", { vendor: oak.id }), ["Mug"])
        assert.deepStrictEqual(yield* found("mug", { vendor: "Ansel" }), ["Mug", "Mug of another"])
        assert.strictEqual(memory.asked(), 2)
      }).pipe(Effect.provide(Vendors.layer)))

    it.live("that never answers is given up after its time, and the database finds instead", () =>
      Effect.suspend(() => {
        const memory = MemorySearchIndex.make("1 millis")
        return Effect.provide(Effect.gen(function*() {
          yield* sell("Mug")
          memory.behave("never")
          assert.deepStrictEqual(yield* found("mug"), ["Mug"])
          assert.strictEqual(memory.asked(), 1)
        }), searching(harness.storage(), memory.index))
      }))

    test("that was away hears of everything once it is back, for as long as that takes", (memory) =>
      Effect.gen(function*() {
        const catalog = yield* Catalog
        const jobs = yield* Jobs
        memory.behave("refuse")
        const mug = yield* sell("Mug")
        yield* sell("Bowl")
        yield* told
        yield* Actor.as(merchant)(catalog.updateProduct(mug.id, { title: "Cup" }))
        yield* told
        for (let hour = 0; hour < 3; hour++) {
          yield* TestClock.adjust("1 hour")
          yield* jobs.runCron("search.send-waiting")
          yield* told
        }
        assert.deepStrictEqual(yield* titlesIn(memory), [])
        memory.behave("normally")
        yield* TestClock.adjust("1 hour")
        yield* jobs.runCron("search.send-waiting")
        yield* told
        assert.deepStrictEqual(yield* titlesIn(memory), ["Bowl", "Cup"])
      }))

    test("has after a rebuild what the shop has, and nothing else", (memory) =>
      Effect.gen(function*() {
        yield* TestClock.setTime(Date.parse("2026-11-20T10:00:00Z"))
        const search = yield* Search
        const storeId = yield* CurrentStore
        const mug = yield* sell("Mug")
        yield* sell("Draft", { status: "draft" })
        yield* told
        const [document] = [...memory.documents(storeId).values()]
        if (document === undefined) throw new Error("The engine was not told")
        yield* memory.index.put(storeId, [{ ...document, id: yield* ProductId.generate, title: "Ghost" }])
        yield* memory.index.remove(storeId, [mug.id])
        assert.deepStrictEqual(yield* titlesIn(memory), ["Ghost"])
        assert.strictEqual(yield* guest(failure(search.rebuild)), "Unauthenticated")
        assert.strictEqual(yield* Actor.as(Actor.staff("user_clerk", ["catalog:read"]))(failure(search.rebuild)), "Forbidden")
        yield* TestClock.adjust("2 minutes")
        yield* Actor.as(merchant)(search.rebuild)
        yield* told
        assert.deepStrictEqual(yield* titlesIn(memory), ["Mug"])
      }))

    test("keeps its pages together where it goes away between two of them", (memory) =>
      Effect.gen(function*() {
        for (let index = 0; index < 4; index++) yield* sell(`Mug ${index}`)
        yield* told
        const outside = yield* find("mug", { limit: 2 })
        memory.behave("refuse")
        assert.strictEqual(yield* failure(find("mug", { limit: 2, after: outside.nextCursor ?? "" })), "InvalidInput")
        const own = yield* find("mug", { limit: 2 })
        memory.behave("normally")
        yield* TestClock.adjust("11 seconds")
        const next = yield* find("mug", { limit: 2, after: own.nextCursor ?? "" })
        assert.lengthOf(new Set([...own.items, ...next.items].map(({ id }) => id)), 4)
      }))
  })
}
