/**
 * What the adapter of a search engine must do, however well it ranks.
 *
 * **Example**
 *
 * ```ts
 * import { searchIndexConformance } from "@stoa/core/testing"
 *
 * searchIndexConformance({ name: "my engine", open: () => openMyEngineAndItsAdapter })
 * ```
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { BrandId } from "../catalog/BrandId.ts"
import { CategoryId } from "../catalog/Category.ts"
import { ProductId } from "../catalog/Product.ts"
import { StoreId } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { IndexQuery, SearchDocument, SearchIndex } from "../search/SearchIndex.ts"

export interface SearchIndexHarness {
  readonly name: string
  /** Opens an adapter of an engine without documents, until the scope closes. */
  readonly open: () => Effect.Effect<SearchIndex, unknown, Scope.Scope>
}

const document = Effect.fnUntraced(function*(title: string, more: Partial<SearchDocument> = {}) {
  const made: SearchDocument = {
    id: yield* ProductId.generate,
    version: 1,
    sentAt: 1_000,
    title,
    description: "",
    vendor: null,
    brand: null,
    categories: [],
    collections: [],
    tags: [],
    options: [],
    skus: [],
    priceFrom: 1_000,
    priceTo: 1_000,
    currency: "USD",
    publishedFrom: null,
    publishedUntil: null,
    createdAt: Timestamp.fromMillis(0),
    ...more
  }
  return made
})

export const searchIndexConformance = (harness: SearchIndexHarness): void => {
  describe(`the search engine ${harness.name}`, () => {
    const test = (
      name: string,
      run: (
        index: SearchIndex,
        find: (text: string, more?: Partial<IndexQuery>) => Effect.Effect<ReadonlyArray<string>, unknown>,
        storeId: StoreId
      ) => Effect.Effect<unknown, unknown>
    ) =>
      it.live(name, () =>
        Effect.scoped(Effect.gen(function*() {
          const index = yield* harness.open()
          const storeId = yield* StoreId.generate
          const find = (text: string, more: Partial<IndexQuery> = {}) =>
            Effect.map(index.find(storeId, { text, limit: 1_000, ...more }), (hits) => hits.map(({ id }) => id))
          yield* run(index, find, storeId)
        })))

    test("finds products by every kind of word that they have, the last of which may be unfinished", (index, find, storeId) =>
      Effect.gen(function*() {
        const shoe = yield* document("Running shoe", {
          description: "For wet gravel",
          vendor: "Ansel Trading",
          brand: { id: yield* BrandId.generate, name: "Nike" },
          categories: [{ id: yield* CategoryId.generate, name: "Footwear" }],
          collections: ["Summer picks"],
          tags: ["waterproof"],
          options: [{ name: "Colour", values: ["Turquoise"] }],
          skus: ["RUN-77"]
        })
        yield* index.put(storeId, [shoe, yield* document("Walnut tray")])
        const texts = [
          "running shoe", "RUNNING", "run", "gravel", "ansel", "nike shoe", "footwear", "summer", "waterproof", "turquoise", "RUN-77"
        ]
        for (const text of texts) assert.deepStrictEqual(yield* find(text), [shoe.id], text)
        assert.deepStrictEqual(yield* find("nike tray"), [], "no product has both words")
        assert.deepStrictEqual(yield* find("elephant"), [])
      }))

    test("puts what has a word in its title before what has it in its description, each once, and no more than is asked for", (index, find, storeId) =>
      Effect.gen(function*() {
        const described = yield* document("Tray", { description: "<b>walnut</b> and more walnut" })
        const titled = yield* document("Walnut")
        yield* index.put(storeId, [described, titled])
        assert.deepStrictEqual(yield* find("walnut"), [titled.id, described.id])
        assert.deepStrictEqual(yield* find("walnut", { limit: 1 }), [titled.id])
        const hits = yield* index.find(storeId, { text: "walnut", limit: 10 })
        assert.isTrue(hits.every(({ score }) => Number.isFinite(score)) && (hits[0]?.score ?? 0) > (hits[1]?.score ?? 0))
      }))

    test("has of a product what was sent with the highest version, in whichever order it comes", (index, find, storeId) =>
      Effect.gen(function*() {
        const first = yield* document("Mug")
        const second: SearchDocument = { ...first, version: 2, title: "Bowl" }
        yield* index.put(storeId, [second])
        yield* index.put(storeId, [first])
        assert.deepStrictEqual([yield* find("mug"), yield* find("bowl")], [[], [first.id]])
        // what a product is called by others changes without its version
        yield* index.put(storeId, [{ ...second, collections: ["Gifts"] }])
        yield* index.put(storeId, [{ ...second, collections: ["Gifts"] }])
        assert.deepStrictEqual([yield* find("bowl"), yield* find("gifts")], [[first.id], [first.id]])
      }))

    test("takes out what is to be removed, and does not mind what is not there", (index, find, storeId) =>
      Effect.gen(function*() {
        const [mug, other] = [yield* document("Mug", { version: 7 }), yield* document("Mug tree")]
        yield* index.put(storeId, [mug, other])
        yield* index.remove(storeId, [mug.id, yield* ProductId.generate])
        yield* index.remove(storeId, [mug.id])
        assert.deepStrictEqual(yield* find("mug"), [other.id])
      }))

    test("takes out what was sent before a rebuild, and keeps what was sent since", (index, find, storeId) =>
      Effect.gen(function*() {
        const [before, again, since] = [
          yield* document("Mug one", { sentAt: 1_000 }),
          yield* document("Mug two", { sentAt: 1_000 }),
          yield* document("Mug three", { sentAt: 2_000 })
        ]
        yield* index.put(storeId, [before, again, since])
        yield* index.put(storeId, [{ ...again, sentAt: 3_000 }])
        yield* index.removeSentBefore(storeId, 2_000)
        assert.sameMembers([...(yield* find("mug"))], [again.id, since.id])
      }))

    test("keeps stores apart", (index, find, storeId) =>
      Effect.gen(function*() {
        const [own, other] = [yield* document("Mug"), yield* document("Mug")]
        const otherStore = yield* StoreId.generate
        yield* index.put(storeId, [own])
        yield* index.put(otherStore, [other])
        assert.deepStrictEqual(yield* find("mug"), [own.id])
        yield* index.remove(otherStore, [own.id])
        yield* index.removeSentBefore(otherStore, 9_000)
        assert.deepStrictEqual(yield* find("mug"), [own.id])
        assert.deepStrictEqual(yield* index.find(otherStore, { text: "mug", limit: 10 }), [])
      }))

    test("reads nothing that people type as an operator, and answers whatever they type", (index, find, storeId) =>
      Effect.gen(function*() {
        const mug = yield* document("Mug")
        yield* index.put(storeId, [mug, yield* document("Bowl")])
        for (const text of ["\"mug\"", "mug*", "+mug", "title:mug", "(mug)", "mug\\", "mug:*"]) {
          assert.notInclude(yield* find(text), (yield* document("none")).id)
          assert.isAtMost((yield* find(text)).length, 1, text)
        }
        for (const text of ["mug OR bowl", "mug | bowl", "NOT mug", "-mug", "*", "", " ", "\u{1F333}", "(a+)+$ ".repeat(28), "' OR 1=1 --"]) {
          assert.notInclude((yield* find(text)).length === 2 ? ["both"] : [], "both", text)
        }
      }))

    test("takes as many products at once as are sent together", (index, find, storeId) =>
      Effect.gen(function*() {
        const many = yield* Effect.forEach(Array.from({ length: 200 }, (_, place) => place), (place) => document(`Mug ${place}`))
        yield* index.put(storeId, many)
        assert.lengthOf(yield* find("mug"), 200)
        yield* index.remove(storeId, many.map(({ id }) => id))
        assert.deepStrictEqual(yield* find("mug"), [])
        yield* index.put(storeId, [])
        yield* index.remove(storeId, [])
      }))
  })
}
