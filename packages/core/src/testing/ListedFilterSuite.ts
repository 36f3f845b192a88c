import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Brands } from "../catalog/Brands.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { ListedFilterRepository } from "../catalog/ListedFilterRepository.ts"
import * as ListedFilters from "../catalog/ListedFilters.ts"
import type { ListProducts, Product, ProductSort } from "../catalog/Product.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { PopularityRepository } from "../search/PopularityRepository.ts"
import { category, everyPage, firstOf, merchant, otherStore, reviewed, sell, shop } from "./CatalogFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"
import { usd } from "./Shop.ts"

/** As in a shop of five thousand products and more, where there are some dozens. */
const crowded: ListedFilters.Crowded = { few: 3, common: 2 }

/** Whole numbers below another, the same in every run. */
const dice = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return Math.floor((state / 2_147_483_648) * below)
  }
}

const tags = ["oak", "ash", "elm"]
const [past, future] = ["2001-01-01T00:00:00.000Z", "2999-01-01T00:00:00.000Z"]
const windows = [
  { publishedFrom: null, publishedUntil: null },
  { publishedFrom: null, publishedUntil: future },
  { publishedFrom: future, publishedUntil: null },
  { publishedFrom: null, publishedUntil: past }
]
const vendors = ["Ansel", "Forge", null]
const sorts = ["price", "-price", "title", "-title", "createdAt", "-createdAt", "-popularity", "-rating"] as const satisfies ReadonlyArray<ProductSort>

type Query = typeof ListProducts.Encoded

/** Products of a shop as the test knows them, and a list of them as it would be sorted by hand. */
const model = Effect.fnUntraced(function*(seed: number) {
  const catalog = yield* Catalog
  const brandBook = yield* Brands
  const popularity = yield* PopularityRepository
  const below = dice(seed)
  const one = <A>(of: ReadonlyArray<A>): A => {
    const found = of[below(of.length)]
    if (found === undefined) throw new Error("There is none")
    return found
  }
  const top = [yield* category("Left"), yield* category("Right")]
  const leaves = [yield* category("One", top[0]?.id), yield* category("Two", top[0]?.id), yield* category("Three", top[1]?.id)]
  const brands = [yield* Actor.as(merchant)(brandBook.create({ name: "Hollin" })), yield* Actor.as(merchant)(brandBook.create({ name: "Marl" }))]
  const parents = new Map(leaves.map(({ id, parentId }) => [id, parentId]))
  const products = new Map<string, Product>()
  const sold = new Map<string, number>()
  const stars = new Map<string, ReadonlyArray<number>>()
  const sumOf = (id: string) => (stars.get(id) ?? []).reduce((sum, of) => sum + of, 0)
  const told = () => ({
    tags: tags.filter(() => below(3) === 0),
    vendor: one(vendors),
    brandId: below(3) === 0 ? null : one(brands).id,
    categoryIds: leaves.filter(() => below(3) === 0).map(({ id }) => id)
  })
  const add = Effect.gen(function*() {
    const product = yield* sell(`Thing ${below(6)}`, { ...told(), status: below(5) === 0 ? "draft" : "active", variants: [{ price: usd(100 + below(5)) }] })
    products.set(product.id, product)
  })
  /** Anything that staff may do to a product or a category. */
  const change = Effect.gen(function*() {
    const product = one(Array.from(products.values()))
    const kept = (changed: Product) => products.set(changed.id, changed)
    const first = firstOf(product).id
    switch (below(11)) {
      case 0:
        return yield* add
      case 1:
        yield* catalog.deleteProduct(product.id)
        return products.delete(product.id)
      case 2:
        return kept(yield* catalog.updateProduct(product.id, { status: one(["active", "draft", "archived"] as const) }))
      case 3:
        return kept(yield* catalog.updateVariant(product.id, first, { price: usd(100 + below(5)) }))
      case 4:
        return kept(yield* catalog.updateProduct(product.id, { title: `Thing ${below(6)}` }))
      case 5: {
        const pieces = below(4)
        yield* popularity.write([{ productId: product.id, pieces }])
        return sold.set(product.id, pieces)
      }
      case 6: {
        if (below(4) > 0) return kept(yield* catalog.updateProduct(product.id, told()))
        const leaf = one(leaves)
        const parent = one(top)
        yield* catalog.updateCategory(leaf.id, { parentId: parent.id })
        return parents.set(leaf.id, parent.id)
      }
      case 7:
        return kept(yield* catalog.updateVariant(product.id, first, { compareAtPrice: below(2) === 0 ? null : usd(900) }))
      case 8:
        return kept(yield* catalog.updateProduct(product.id, one(windows)))
      case 9: {
        const given = stars.get(product.id) ?? []
        const more = 1 + below(5)
        yield* reviewed(product.id, `cus_${given.length}`, more)
        return stars.set(product.id, [...given, more])
      }
      default:
        return kept(yield* catalog.updateProduct(product.id, told()))
    }
  }).pipe(Actor.as(merchant))
  const passes = (product: Product, { brand, category, onSale, priceFrom = 0, priceTo = Infinity, ratingFrom = 0, tag, vendor }: Query) =>
    product.publishedFrom === null && product.publishedUntil !== past && (onSale === undefined || onSale === (firstOf(product).compareAtPrice !== null))
    && (ratingFrom === 0 || (stars.has(product.id) && sumOf(product.id) >= ratingFrom * (stars.get(product.id)?.length ?? 0)))
    && firstOf(product).price.amount >= priceFrom && firstOf(product).price.amount <= priceTo && (brand === undefined || product.brandId === brand) && (vendor === undefined || product.vendor === vendor) && (tag === undefined || product.tags.includes(tag))
    && (category === undefined || product.categoryIds.some((id) => id === category || parents.get(id) === category))
  const keyOf = (product: Product, sort: typeof sorts[number]): string | number => {
    switch (sort) {
      case "price":
      case "-price":
        return firstOf(product).price.amount
      case "title":
      case "-title":
        return product.title.toLowerCase()
      case "createdAt":
      case "-createdAt":
        return product.createdAt
      case "-popularity":
        return sold.get(product.id) ?? 0
      case "-rating": {
        const given = stars.get(product.id)?.length ?? 0
        return given === 0 ? 0 : Math.floor((1_000 * (sumOf(product.id) + 15)) / (given + 5))
      }
    }
  }
  const list = (query: Query, sort: typeof sorts[number]): ReadonlyArray<string> => {
    const found = Array.from(products.values()).filter((product) => product.status === "active" && passes(product, query))
      .map(({ id }) => id)
    const place = (id: string) => keyOf(products.get(id) as Product, sort)
    found.sort((a, b) => place(a) < place(b) ? -1 : place(a) > place(b) ? 1 : a < b ? -1 : 1)
    return sort.startsWith("-") ? found.reverse() : found
  }
  const queries = (): ReadonlyArray<Query> => {
    const one_ = (): Query => ({
      ...(below(2) === 0 ? {} : { category: one([...top, ...leaves]).id }),
      ...(below(3) > 0 ? {} : { tag: one(tags) }),
      ...(below(3) > 0 ? {} : { brand: one(brands).id }),
      ...(below(4) > 0 ? {} : { vendor: one(["Ansel", "Forge"]) }),
      ...(below(2) > 0 ? {} : { priceTo: 100 + below(5) }),
      ...(below(3) > 0 ? {} : { priceFrom: 100 + below(3) }),
      ...(below(4) > 0 ? {} : { onSale: below(2) === 0 }),
      ...(below(4) > 0 ? {} : { ratingFrom: 2 + below(2) })
    })
    return [
      ...[...top, ...leaves].map(({ id }) => ({ category: id })),
      ...tags.map((tag) => ({ tag })),
      { brand: one(brands).id },
      { vendor: "Forge" },
      { brand: one(brands).id, category: one(top).id },
      { brand: one(brands).id, tag: one(tags), onSale: below(2) === 0 },
      ...Array.from({ length: 5 }, one_)
    ]
  }
  return { add, change, list, queries }
})

/** Lists of what very many products pass, which are kept in each order. */
export const listedFilterSuite = (harness: StorageHarness): void => {
  describe(`filters that very many products pass, on ${harness.name}`, () => {
    for (const seed of [7, 2_026]) {
      it.live(`list the same products in the same order as any filter, whatever happens to them, page by page (${seed})`, () =>
        Effect.gen(function*() {
          const filters = yield* ListedFilterRepository
          const shop = yield* model(seed)
          for (let index = 0; index < 24; index++) yield* shop.add
          // what more products have to pass at a time is forgotten, and kept anew by another id afterwards
          for (const [round, few] of [3, 12, 3, 5].entries()) {
            yield* ListedFilters.keep({ few, common: 1 })
            const kept = yield* filters.kept
            if (few < 12) assert.isAtLeast(kept.length, 4)
            assert.isTrue(kept.every(({ isReady }) => isReady))
            for (let changes = 0; changes < 20; changes++) yield* shop.change
            for (const query of shop.queries()) {
              for (const sort of sorts.filter((_, index) => index % 4 === round)) {
                const found = yield* everyPage({ ...query, sort, limit: 5 })
                assert.deepStrictEqual(found.map(({ id }) => id), shop.list(query, sort), JSON.stringify({ round, sort, ...query }))
              }
            }
          }
          yield* ListedFilters.keep({ few: 1_000, common: 2 })
          assert.deepStrictEqual(yield* filters.kept, [])
        }).pipe(Effect.provide(shop(harness.storage()))))
    }

    it.live("are found by themselves, and those that no longer pass are swept out", () =>
      Effect.gen(function*() {
        const catalog = yield* Catalog
        const filters = yield* ListedFilterRepository
        const things: Array<Product> = []
        for (let index = 0; index < 10; index++) things.push(yield* sell(`Thing ${index}`, { tags: index < 4 ? ["oak", "all"] : index < 6 ? ["ash", "all"] : ["all"] }))
        yield* ListedFilters.keep(crowded)
        // few have the one, and nearly all the other
        const kept = yield* filters.kept
        assert.deepStrictEqual(kept.map(({ kind, products, value }) => ({ kind, value, products })), [{ kind: "tag", value: "oak", products: 4 }])
        const [oak] = kept
        if (oak === undefined) throw new Error("Nothing is kept")
        const size = filters.size(oak)
        assert.strictEqual(yield* size, 4)
        // one of them loses the tag, and another gets it
        yield* Actor.as(merchant)(catalog.updateProduct(things[0]?.id ?? "", { tags: ["all"] }))
        yield* Actor.as(merchant)(catalog.updateProduct(things[9]?.id ?? "", { tags: ["oak", "all"] }))
        assert.deepStrictEqual((yield* everyPage({ tag: "oak", sort: "title", limit: 3 })).map(({ title }) => title), ["Thing 1", "Thing 2", "Thing 3", "Thing 9"])
        assert.strictEqual(yield* size, 5)
        yield* ListedFilters.keep(crowded)
        assert.deepStrictEqual((yield* filters.kept).map(({ products }) => products), [4])
        assert.strictEqual(yield* size, 4)
      }).pipe(Effect.provide(shop(harness.storage()))))

    it.live("are asked together, whichever of them was kept first", () =>
      Effect.gen(function*() {
        const filters = yield* ListedFilterRepository
        const both: Array<string> = []
        for (let index = 0; index < 12; index++) {
          const tags = [...(index < 5 ? ["oak"] : []), ...(index % 2 === 0 ? ["ash"] : []), ...(index > 6 ? ["elm"] : [])]
          const { title } = yield* sell(`Thing ${10 + index}`, { tags, vendor: index % 3 === 0 ? "Forge" : "Ansel" })
          if (index < 5 && index % 3 === 0) both.push(title)
        }
        const list = (query: Query) => Effect.map(everyPage({ ...query, sort: "title", limit: 2 }), (found) => found.map(({ title }) => title))
        // the vendor's four products are kept before those of the tag
        yield* ListedFilters.keep({ few: 3, common: 3 })
        assert.deepStrictEqual((yield* filters.kept).map(({ value }) => value), ["Forge"])
        assert.deepStrictEqual(yield* list({ vendor: "Forge", tag: "oak" }), both)
        yield* ListedFilters.keep({ few: 3, common: 2 })
        assert.deepStrictEqual((yield* filters.kept).map(({ value }) => value).sort(), ["Forge", "ash", "elm", "oak"])
        assert.deepStrictEqual(yield* list({ vendor: "Forge", tag: "oak" }), both)
        assert.deepStrictEqual(yield* list({ vendor: "Ansel", tag: "elm" }), ["Thing 17", "Thing 18", "Thing 20", "Thing 21"])
      }).pipe(Effect.provide(shop(harness.storage()))))

    it.live("leave out a product that stops to pass one of two while pages are read, and show one that comes to pass it", () =>
      Effect.gen(function*() {
        const catalog = yield* Catalog
        const things: Array<Product> = []
        for (let index = 0; index < 10; index++) things.push(yield* sell(`Thing ${index}`, { tags: index % 2 === 0 ? ["oak"] : [], vendor: index < 5 ? "Forge" : "Ansel" }))
        yield* ListedFilters.keep(crowded)
        const change = Effect.all([
          catalog.updateProduct(things[2]?.id ?? "", { tags: [] }),
          catalog.updateProduct(things[3]?.id ?? "", { tags: ["oak"] }),
          catalog.updateProduct(things[8]?.id ?? "", { vendor: "Forge" })
        ]).pipe(Actor.as(merchant))
        const found = yield* everyPage({ tag: "oak", vendor: "Forge", sort: "title", limit: 1 }, change)
        assert.deepStrictEqual(found.map(({ title }) => title), ["Thing 0", "Thing 3", "Thing 4", "Thing 8"])
      }).pipe(Effect.provide(shop(harness.storage()))))

    it.live("are each store's own, also where two stores call theirs the same", () =>
      Effect.gen(function*() {
        const filters = yield* ListedFilterRepository
        const there = within(yield* otherStore)
        const fill = (name: string) =>
          Effect.gen(function*() {
            for (let index = 0; index < 10; index++) yield* sell(`${name} ${index}`, { tags: index < 4 ? ["oak"] : [], vendor: index % 2 === 0 ? "Forge" : null })
            yield* ListedFilters.keep(crowded)
            return (yield* filters.kept).map(({ products, value }) => `${value} ${products}`).sort()
          })
        const list = Effect.map(everyPage({ tag: "oak", vendor: "Forge", sort: "title", limit: 1 }), (found) => found.map(({ title }) => title))
        assert.deepStrictEqual(yield* fill("Mine"), ["Forge 5", "oak 4"])
        assert.deepStrictEqual(yield* there(list), [])
        assert.deepStrictEqual(yield* there(fill("Theirs")), ["Forge 5", "oak 4"])
        assert.deepStrictEqual(yield* list, ["Mine 0", "Mine 2"])
        assert.deepStrictEqual(yield* there(list), ["Theirs 0", "Theirs 2"])
      }).pipe(Effect.provide(shop(harness.storage()))))
  })
}
