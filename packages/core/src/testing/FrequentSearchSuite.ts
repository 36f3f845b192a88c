import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Catalog } from "../catalog/Catalog.ts"
import { ListedFilterRepository } from "../catalog/ListedFilterRepository.ts"
import * as ListedFilters from "../catalog/ListedFilters.ts"
import type { Product } from "../catalog/Product.ts"
import { ProductRepository } from "../catalog/ProductRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Page from "../kernel/Page.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { PopularityRepository } from "../search/PopularityRepository.ts"
import { Search } from "../search/Search.ts"
import { SearchTermRepository } from "../search/SearchTermRepository.ts"
import { WordIndex } from "../search/WordIndex.ts"
import type { Vendor } from "../vendors/Vendor.ts"
import type { VendorId } from "../vendors/VendorId.ts"
import { VendorRepository } from "../vendors/VendorRepository.ts"
import { category, copiesOf, everyPage, firstOf, merchant, sell, shop } from "./CatalogFixture.ts"
import { searching } from "./SearchShop.ts"
import { usd } from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const kinds = 700

/** Boards with oak in the title, and as many tables that have it in their description only, which came later. */
const stocked = Effect.gen(function*() {
  const products = yield* ProductRepository
  const { transaction } = yield* Transactor
  const board = yield* sell("Oak board")
  const table = yield* sell("Table", { description: "<p>Made of oak</p>" })
  const tables: Array<Product> = []
  for (const [index, copy] of copiesOf(table, kinds).entries()) {
    const [variant] = copy.variants
    if (variant !== undefined) tables.push({ ...copy, slug: `table-${index}`, variants: [{ ...variant, sku: `TABLE-${index}` }] })
  }
  const boards = copiesOf(board, kinds)
  for (const copies of [boards, tables]) {
    for (let at = 0; at < copies.length; at += 100) yield* transaction(products.insertMany(copies.slice(at, at + 100)))
  }
  return { boards: [board, ...boards], tables: [table, ...tables] }
})

const idsOf = (products: ReadonlyArray<{ readonly id: string }>) => products.map(({ id }) => id)

/** What is found by words that more products have than are ranked. */
export const frequentSearchSuite = (harness: StorageHarness): void => {
  describe(`words that very many products have, on ${harness.name}`, () => {
    it.effect("find each of them once, best sellers first, then those with the words in the title, however many come meanwhile", () =>
      Effect.gen(function*() {
        const { boards, tables } = yield* stocked
        const popularity = yield* PopularityRepository
        const [sold, soldMore] = [boards[17], tables[23]]
        if (sold === undefined || soldMore === undefined) throw new Error("There are too few products")
        yield* popularity.write([{ productId: sold.id, pieces: 3 }, { productId: soldMore.id, pieces: 40_000 }])
        const newer = sell("Oak board that came meanwhile")
        const found = yield* everyPage({ search: "oak", limit: 100 }, newer)
        assert.lengthOf(new Set(idsOf(found)), found.length)
        assert.includeMembers(idsOf(found), idsOf([...boards, ...tables]))
        assert.strictEqual(found[0]?.id, sold.id, "the best seller that has the word in its title")
        assert.strictEqual(found[1]?.id, soldMore.id, "the best seller that has it elsewhere")
        const rest = found.slice(2).map(({ title }) => title)
        assert.deepStrictEqual(rest, [...rest].sort(), "boards before tables")
        // copies have ids in the order in which they were written, whatever that of what they were copied from is
        const newest = idsOf(found.slice(2).filter(({ id, title }) => title === "Table" && id !== tables[0]?.id))
        assert.deepStrictEqual(newest, [...newest].sort().reverse())
      }).pipe(Effect.provide(shop(harness.storage()))))

    it.effect("are taken as they stand by every order of the list and by its facets", () =>
      Effect.gen(function*() {
        const { boards, tables } = yield* stocked
        // begins with the word, and has it not
        yield* sell("Oakum")
        const everything = idsOf([...boards, ...tables])
        for (const sort of ["relevance", "price", "-title", "-popularity"] as const) {
          assert.sameMembers(idsOf(yield* everyPage({ search: "oak", sort, limit: 100 })), everything, sort)
        }
        const search = yield* Search
        const { approximate, facets, total } = yield* search.facets({ search: "oak" })
        assert.deepStrictEqual({ approximate, total }, { approximate: false, total: everything.length })
        assert.deepStrictEqual(facets.find(({ name }) => name === "available")?.values.map(({ count }) => count), [everything.length])
        // what few have as it stands may go on
        assert.strictEqual((yield* search.facets({ search: "oaku" })).total, 1)
        assert.strictEqual((yield* search.facets({ search: "oa" })).total, everything.length + 1)
      }).pipe(Effect.provide(searching(harness.storage()))))

    it.effect("are found as before once their index is joined, and so is what is written afterwards", () =>
      Effect.gen(function*() {
        const { boards, tables } = yield* stocked
        const catalog = yield* Catalog
        const [gone, renamed] = [boards[3], tables[5]]
        if (gone === undefined || renamed === undefined) throw new Error("There are too few products")
        yield* Actor.as(merchant)(catalog.deleteProduct(gone.id))
        const { join } = yield* WordIndex
        while (yield* join);
        const left = [...boards, ...tables].filter(({ id }) => id !== gone.id)
        assert.sameMembers(idsOf(yield* everyPage({ search: "oak", limit: 100 })), idsOf(left))
        yield* Actor.as(merchant)(catalog.updateProduct(renamed.id, { description: "<p>Made of ash</p>" }))
        const added = yield* sell("Oak bench")
        while (yield* join);
        assert.sameMembers(idsOf(yield* everyPage({ search: "oak", sort: "title", limit: 100 })), idsOf([...left.filter(({ id }) => id !== renamed.id), added]))
      }).pipe(Effect.provide(shop(harness.storage()))))

    it.effect("are found by the letters with which they begin, however many words do", () =>
      Effect.gen(function*() {
        const { boards, tables } = yield* stocked
        const products = yield* ProductRepository
        const { transaction } = yield* Transactor
        const search = yield* Search
        // more words than are looked for one by one, and a word of which one that was typed is only the beginning
        const boarded = yield* sell("Boarded")
        const words = copiesOf(boarded, 40, 900).map((copy, index): Product =>
          Object.assign(copy, { title: `Tabl${String.fromCharCode(97 + Math.floor(index / 26), 97 + (index % 26))}s` }))
        yield* transaction(products.insertMany(words))
        const found = { boar: [boarded, ...boards], tabl: [...tables, ...words], oak: [...boards, ...tables] }
        for (const [text, expected] of Object.entries(found)) {
          for (const sort of ["relevance", "price", "-title", "-createdAt", "-popularity"] as const) {
            assert.sameMembers(idsOf(yield* everyPage({ search: text, sort, limit: 100 })), idsOf(expected), `${text} by ${sort}`)
          }
          assert.strictEqual((yield* search.facets({ search: text })).total, expected.length, text)
        }
        const none = yield* search.facets({ search: "boardwalk" })
        assert.strictEqual(none.total, 0)
      }).pipe(Effect.provide(searching(harness.storage()))))

    it.effect("are found once each where hardly any product has them in the title, the best seller first, however many come meanwhile", () =>
      Effect.gen(function*() {
        const products = yield* ProductRepository
        const popularity = yield* PopularityRepository
        const { transaction } = yield* Transactor
        const named = yield* sell("Oak board")
        const table = yield* sell("Table", { description: "<p>Made of oak</p>" })
        const tables = copiesOf(table, 2_200)
        for (let at = 0; at < tables.length; at += 200) yield* transaction(products.insertMany(tables.slice(at, at + 200)))
        const sold = tables[11]
        if (sold === undefined) throw new Error("There are too few products")
        yield* popularity.write([{ productId: sold.id, pieces: 3 }])
        const everything = idsOf([named, table, ...tables])
        for (const search of ["oak", "oa"]) {
          const found = yield* everyPage({ search, limit: 100 }, sell("Oak board that came meanwhile"))
          assert.lengthOf(new Set(idsOf(found)), found.length, search)
          assert.includeMembers(idsOf(found), everything, search)
        }
        const catalog = yield* Catalog
        const [best] = (yield* catalog.listProducts({ search: "oak" })).items
        assert.strictEqual(best?.id, sold.id)
        const last = yield* Effect.flip(catalog.listProducts({ search: "oak", limit: 2, after: Page.encodeCursor("frequent:whole:named:?", ["?"]) }))
        assert.match(last.message, /after/)
      }).pipe(Effect.provide(shop(harness.storage()))))

    it.effect("are suggested where they stand in a title, however many have them elsewhere, and words that come or do not stay are known at once", () =>
      Effect.gen(function*() {
        const products = yield* ProductRepository
        const { transaction } = yield* Transactor
        const search = yield* Search
        const suggested = (typed: string) => Effect.map(search.suggest(typed), ({ products, words }) => ({ titles: products.map(({ title }) => title), words }))
        for (const title of ["Hand made bowl", "Madeleine tin", "Tin"]) yield* sell(title)
        const table = yield* sell("Table", { description: "<p>Made of oak</p>" })
        const tables = copiesOf(table, 1_100)
        for (let at = 0; at < tables.length; at += 100) yield* transaction(products.insertMany(tables.slice(at, at + 100)))
        assert.deepStrictEqual(yield* suggested("made"), { titles: ["Hand made bowl", "Madeleine tin"], words: ["made", "madeleine"] })
        assert.deepStrictEqual(yield* suggested("hand mad"), { titles: ["Hand made bowl"], words: ["hand made"] })
        assert.deepStrictEqual(yield* suggested("tab"), { titles: Array.from({ length: 8 }, () => "Table"), words: ["table"] })

        const none = { titles: [], words: [] }
        assert.deepStrictEqual(yield* suggested("madr"), none)
        const undone = yield* Effect.flip(transaction(Effect.gen(function*() {
          yield* sell("Madrigal book")
          assert.deepStrictEqual((yield* suggested("madr")).titles, ["Madrigal book"])
          return yield* Effect.fail("undone")
        })))
        assert.strictEqual(undone, "undone")
        assert.deepStrictEqual(yield* suggested("madr"), none)
        const cloth = yield* sell("Madras cloth")
        assert.deepStrictEqual(yield* suggested("madr"), { titles: ["Madras cloth"], words: ["madras"] })
        assert.deepStrictEqual(idsOf(yield* everyPage({ search: "madr" })), [cloth.id])
        yield* Actor.as(merchant)((yield* Catalog).updateProduct(cloth.id, { title: "Cotton cloth" }))
        assert.deepStrictEqual(yield* suggested("madr"), none)
        assert.deepStrictEqual((yield* suggested("cott")).titles, ["Cotton cloth"])
      }).pipe(Effect.provide(searching(harness.storage()))))

    it.live("are listed in the same order, page by page, once they are kept because people search for them, whatever happens to their products", () =>
      Effect.gen(function*() {
        const { boards, tables } = yield* stocked
        const catalog = yield* Catalog
        const filters = yield* ListedFilterRepository
        const popularity = yield* PopularityRepository
        const vendors = yield* VendorRepository
        const [gone, renamed, closed, dearer, joining, held] = [boards[3], tables[5], boards[8], boards[13], boards[21], tables[34]]
        if (gone === undefined || renamed === undefined || closed === undefined || dearer === undefined || joining === undefined || held === undefined) throw new Error("There are too few products")
        const now = yield* Timestamp.now
        const vendor: Vendor = { id: "ven_1" as VendorId, name: "Hollin", slug: "hollin" as Vendor["slug"], description: "", email: null, status: "active", version: 1, createdAt: now, updatedAt: now }
        yield* vendors.insert(vendor)
        yield* (yield* ProductRepository).replaceMany([{ ...held, vendorId: vendor.id, version: held.version + 1 }])
        const sold = new Map([[dearer.id, 7], [held.id, 9], [closed.id, 11]])
        yield* popularity.write(Array.from(sold, ([productId, pieces]) => ({ productId, pieces })))
        const searched = (term: string, searches: number) => ({ day: now.slice(0, 10), term, searches, missed: 0, clicks: 0 })
        yield* (yield* SearchTermRepository).add([searched("oak", 9), searched("oak table", 1), searched("elm", 70), searched("", 50)])
        const keep = ListedFilters.keep({ few: 1_000, common: 1 })
        const kept = Effect.map(filters.kept, (all) => all.map(({ isReady, kind, value }) => ({ kind, value, isReady })))
        yield* keep
        assert.deepStrictEqual(yield* kept, [{ kind: "word", value: "oak", isReady: true }])

        const products = new Map([...boards, ...tables].map((product) => [product.id, product]))
        const keys = {
          price: (product: Product) => firstOf(product).price.amount,
          title: (product: Product) => product.title.toLowerCase(),
          createdAt: (product: Product) => product.createdAt,
          popularity: (product: Product) => sold.get(product.id) ?? 0
        }
        /** As they would be sorted by hand. */
        const sorted = (sort: string) => {
          const key = keys[sort.replace("-", "") as keyof typeof keys]
          const all = Array.from(products.values()).sort((a, b) => key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.id < b.id ? -1 : 1)
          return idsOf(sort.startsWith("-") ? all.reverse() : all)
        }
        const areListed = Effect.forEach(["price", "-price", "-title", "createdAt", "-popularity"] as const, (sort) =>
          Effect.map(everyPage({ search: "oak", sort, limit: 100 }), (found) => assert.deepStrictEqual(idsOf(found), sorted(sort), sort)))
        const changed = (product: Product) => products.set(product.id, product)
        yield* areListed
        const both = yield* everyPage({ search: "oak table", sort: "price", limit: 100 })
        assert.sameMembers(idsOf(both), idsOf(tables))

        yield* Effect.gen(function*() {
          yield* catalog.deleteProduct(gone.id)
          yield* catalog.updateProduct(renamed.id, { description: "<p>Made of ash</p>" })
          yield* catalog.updateProduct(closed.id, { status: "draft" })
          yield* catalog.updateProduct(joining.id, { title: "Ash board" })
          for (const { id } of [gone, renamed, closed, joining]) products.delete(id)
          changed(yield* catalog.updateVariant(dearer.id, firstOf(dearer).id, { price: usd(9_900) }))
        }).pipe(Actor.as(merchant))
        changed(yield* sell("Oak bench"))
        const draft = yield* sell("Bench", { status: "draft" })
        yield* areListed
        yield* Effect.gen(function*() {
          changed(yield* catalog.updateProduct(closed.id, { status: "active" }))
          changed(yield* catalog.updateProduct(draft.id, { status: "active", description: "<p>Of oak</p>" }))
          changed(yield* catalog.updateProduct(joining.id, { title: "Board of oak" }))
        }).pipe(Actor.as(merchant))
        yield* areListed

        // what is put up for sale again with its vendor, without writing its words
        yield* vendors.takeOff(vendor.id, now)
        assert.notInclude(idsOf(yield* everyPage({ search: "oak", sort: "price", limit: 100 })), held.id)
        yield* vendors.putBack(vendor.id, now)
        assert.deepStrictEqual(yield* kept, [{ kind: "word", value: "oak", isReady: false }])
        yield* areListed
        yield* keep
        assert.deepStrictEqual(yield* kept, [{ kind: "word", value: "oak", isReady: true }])
        yield* areListed
        // what no longer has it is swept out
        const [oak] = yield* filters.kept
        if (oak === undefined) throw new Error("Nothing is kept")
        assert.strictEqual(oak.products, products.size)
        yield* keep
        assert.strictEqual(yield* filters.size(oak), products.size)
        // it is not kept where more products have to have it
        yield* ListedFilters.keep({ few: 5_000, common: 1 })
        assert.deepStrictEqual(yield* kept, [])
        yield* areListed
      }).pipe(Effect.provide(shop(harness.storage()))))

    it.effect("go on where a page ended, also while they are typed, and among what filters leave", () =>
      Effect.gen(function*() {
        const { boards, tables } = yield* stocked
        const kitchen = yield* category("Kitchen")
        const own = [
          yield* sell("Shelf", { description: "<p>Oak</p>", categoryIds: [kitchen.id] }),
          yield* sell("Oak shelf", { categoryIds: [kitchen.id] }),
          yield* sell("Shelf of oak", { categoryIds: [kitchen.id] })
        ]
        const everything = idsOf([...boards, ...tables, ...own])
        const typed = yield* everyPage({ search: "oa", limit: 100 })
        assert.lengthOf(typed, everything.length)
        assert.sameMembers(idsOf(typed), everything)
        const few = yield* everyPage({ search: "oak", category: kitchen.slug, limit: 2 })
        assert.deepStrictEqual(few.map(({ title }) => title), ["Oak shelf", "Shelf of oak", "Shelf"])
        const catalog = yield* Catalog
        const { nextCursor: after } = yield* catalog.listProducts({ search: "oak", category: kitchen.slug, limit: 2 })
        const refused = yield* Effect.flip(catalog.listProducts({ search: "oak", limit: 2, after: after ?? "" }))
        assert.match(refused.message, /after: is not a cursor of this list and sort order/)
        const byTitle = yield* everyPage({ search: "oak", sort: "-title", limit: 100 })
        assert.lengthOf(byTitle, everything.length)
        assert.sameMembers(idsOf(byTitle), everything)
        const titles = byTitle.map(({ title }) => title.toLowerCase())
        assert.deepStrictEqual(titles, [...titles].sort().reverse())
        const unfinished = yield* everyPage({ search: "oa", sort: "price", limit: 100 })
        assert.lengthOf(unfinished, everything.length)
        assert.sameMembers(idsOf(unfinished), everything)
        const narrowed = yield* everyPage({ search: "oak", category: kitchen.slug, sort: "title", limit: 2 })
        assert.deepStrictEqual(narrowed.map(({ title }) => title), ["Oak shelf", "Shelf", "Shelf of oak"])
        const rare = yield* everyPage({ search: "oak shelf", limit: 2 })
        assert.deepStrictEqual(rare.map(({ title }) => title), ["Oak shelf", "Shelf of oak", "Shelf"])
      }).pipe(Effect.provide(shop(harness.storage()))))
  })
}
