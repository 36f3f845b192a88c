import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import { Search } from "../search/Search.ts"
import type { SearchReportQuery } from "../search/SearchTerms.ts"
import { SearchTermRepository } from "../search/SearchTermRepository.ts"
import { category, failure, otherStore, sell, type ShopServices } from "./CatalogFixture.ts"
import { searching } from "./SearchShop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const analyst = Actor.as(Actor.staff("user_analyst", ["analytics:read"]))

const guest = Actor.as(Actor.guest())

/** What people search for, in figures, and help while they type. */
export const searchTermSuite = (harness: StorageHarness): void => {
  const test = (name: string, effect: Effect.Effect<unknown, unknown, ShopServices | Search | JobRegistry>) =>
    it.effect(name, () => Effect.provide(effect, searching(harness.storage())))

  /** Writes down what was counted. */
  const written = Effect.flatMap(JobRegistry, (registry) => registry.pull)

  const report = (more: Partial<typeof SearchReportQuery.Encoded> = {}) =>
    Effect.flatMap(Search, (search) => analyst(search.report({ from: "2026-11-01", to: "2026-11-30", ...more })))

  describe(`what people search for, on ${harness.name}`, () => {
    test("is counted by text, with what finds nothing and what is opened, and by nobody's name", Effect.gen(function*() {
      yield* TestClock.setTime(Date.parse("2026-11-20T10:00:00Z"))
      const search = yield* Search
      const mug = yield* sell("Mug")
      for (let index = 0; index < 3; index++) yield* sell(`Board ${index}`)
      const ask = (text: string, more: object = {}) => guest(search.products({ search: text, ...more }))
      yield* ask("Mug")
      yield* ask("  mug ")
      const page = yield* ask("board", { limit: 2 })
      yield* ask("board", { limit: 2, after: page.nextCursor ?? "" })
      yield* ask("elephant")
      // what says who asked, or what staff look for, is not counted
      yield* ask("ada@example.com")
      yield* ask("order 123456")
      yield* ask("x".repeat(90))
      yield* Actor.as(Actor.staff("user_staff", ["catalog:read"]))(search.products({ search: "secret", status: "any" }))
      yield* guest(search.clicked({ search: "MUG", productId: mug.id }))
      assert.deepStrictEqual(yield* report(), [])
      yield* written
      const figures = (term: string, searches: number, missed: number, clicks: number) => ({ term, searches, missed, clicks })
      assert.deepStrictEqual(yield* report(), [figures("mug", 2, 0, 1), figures("board", 1, 0, 0), figures("elephant", 1, 1, 0)])
      assert.deepStrictEqual(yield* report({ by: "missed" }), [figures("elephant", 1, 1, 0)])
      assert.deepStrictEqual(yield* report({ by: "clicked" }), [figures("mug", 2, 0, 1)])
      yield* TestClock.setTime(Date.parse("2026-11-21T10:00:00Z"))
      yield* ask("board")
      yield* ask("board")
      yield* written
      assert.deepStrictEqual(yield* report({ limit: 1 }), [figures("board", 3, 0, 0)])
      assert.deepStrictEqual(yield* report({ from: "2026-11-21" }), [figures("board", 2, 0, 0)])
      const other = yield* otherStore
      assert.deepStrictEqual(yield* Effect.provideService(report(), CurrentStore, other), [])
      yield* Effect.flatMap(SearchTermRepository, (terms) => terms.forgetBefore("2026-11-21"))
      assert.deepStrictEqual(yield* report(), [figures("board", 2, 0, 0)])
    }))

    test("is for those who may see figures, and nothing else is taken", Effect.gen(function*() {
      const search = yield* Search
      const days = { from: "2026-11-01", to: "2026-11-30" }
      assert.strictEqual(yield* guest(failure(search.report(days))), "Unauthenticated")
      assert.strictEqual(yield* Actor.as(Actor.staff("user_clerk", ["catalog:read"]))(failure(search.report(days))), "Forbidden")
      for (const wrong of [{ from: "2026-12-01" }, { limit: 0 }, { by: "worst" }, { from: "yesterday" }]) {
        assert.strictEqual(yield* analyst(failure(search.report({ ...days, ...wrong } as never))), "InvalidInput")
      }
      for (const wrong of [{ search: "mug" }, { search: "", productId: "prod_1" }, { search: "mug", productId: "mug" }]) {
        assert.strictEqual(yield* guest(failure(search.clicked(wrong as never))), "InvalidInput")
      }
    }))

    test("is bounded: what has no room is counted together", Effect.gen(function*() {
      yield* TestClock.setTime(Date.parse("2026-11-20T10:00:00Z"))
      const search = yield* Search
      const productId = (yield* sell("Mug")).id
      for (let index = 0; index < 1_003; index++) yield* guest(search.clicked({ search: `text ${index}`, productId }))
      yield* written
      assert.deepInclude((yield* report({ by: "clicked", limit: 1 }))[0], { term: "", clicks: 3 })
      const terms = yield* SearchTermRepository
      const day = "2026-11-20"
      yield* terms.add(Array.from({ length: 4_200 }, (_, index) => ({ day, term: `more ${index}`, searches: 1, missed: 0, clicks: 0 })))
      yield* terms.add([{ day, term: "late", searches: 5, missed: 0, clicks: 0 }, { day, term: "text 7", searches: 2, missed: 0, clicks: 0 }])
      const [together, known] = yield* report({ by: "top", limit: 2 })
      assert.deepInclude(together, { term: "", searches: 5 })
      assert.deepInclude(known, { term: "text 7", searches: 2, clicks: 1 })
    }))
  })

  describe(`suggestions, on ${harness.name}`, () => {
    test("are words of titles that are for sale, products and categories", Effect.gen(function*() {
      const search = yield* Search
      const kitchen = yield* category("Wall kitchens")
      for (const title of ["Walnut board", "Large walnut board", "Walnut tray", "Wall clock", "Mug"]) yield* sell(title)
      yield* sell("Walrus", { status: "draft" })
      const typed = yield* guest(search.suggest("wal"))
      assert.deepStrictEqual(typed.words, ["walnut", "wall"])
      assert.deepStrictEqual(typed.products.map(({ title }) => title), ["Wall clock", "Walnut tray", "Walnut board", "Large walnut board"])
      assert.deepStrictEqual(typed.categories, [{ id: kitchen.id, slug: kitchen.slug, name: "Wall kitchens" }])
      assert.deepStrictEqual((yield* guest(search.suggest("walnut b"))).words, ["walnut board"])
      const none = { words: [], products: [], categories: [] }
      for (const text of ["", "!?", "(a+)+$ ".repeat(2_000), "\u{1F333}", "elephant"]) {
        assert.deepStrictEqual(yield* guest(search.suggest(text)), none, text.slice(0, 20))
      }
      for (let index = 0; index < 20; index++) yield* sell(`Spoon ${index}`)
      const many = yield* guest(search.suggest("spo"))
      assert.deepStrictEqual([many.words, many.products.length], [["spoon"], 8])
    }))
  })
}
