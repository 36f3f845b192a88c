import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { TestClock } from "effect/testing"
import { Brands } from "../catalog/Brands.ts"
import { Catalog } from "../catalog/Catalog.ts"
import type { CollectionRule } from "../catalog/CollectionRule.ts"
import { Collections } from "../catalog/Collections.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import {
  auditOf,
  category,
  eventsOf,
  everyPage,
  failure,
  merchant,
  otherStore,
  sell,
  sellAt,
  shop,
  type ShopServices,
  titles,
  titlesSorted
} from "./CatalogFixture.ts"
import { usd } from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const guest = Actor.as(Actor.guest())

/** What a collection with this rule holds. */
const holds = (rule: typeof CollectionRule.Encoded) =>
  Effect.gen(function*() {
    const collections = yield* Collections
    const { id } = yield* collections.create({ name: "By rule", rule })
    const found = yield* titlesSorted({ collection: id })
    yield* collections.delete(id)
    return found
  })

/** Collections by hand and by rule, and who sees them when. */
export const collectionSuite = (harness: StorageHarness): void => {
  const test = (name: string, effect: Effect.Effect<unknown, unknown, ShopServices>) =>
    it.effect(name, () => Effect.provide(Actor.as(merchant)(effect), shop(harness.storage())))

  describe(`collections, on ${harness.name}`, () => {
    test("by hand show their products in the order of the hand", Effect.gen(function*() {
      const collections = yield* Collections
      const { id, sort } = yield* collections.create({ name: "Gifts" })
      assert.strictEqual(sort, "manual")
      const [a, b, c, d] = [yield* sell("A"), yield* sell("B"), yield* sell("C"), yield* sell("D")]
      const shown = titles({ collection: "gifts" })
      const place = (before: string | null, ...products: ReadonlyArray<{ readonly id: string }>) =>
        collections.placeProducts(id, { productIds: products.map((product) => product.id), before: before as never })
      yield* place(null, c, a, b)
      assert.deepStrictEqual(yield* shown, ["C", "A", "B"])
      yield* place(a.id, d)
      assert.deepStrictEqual(yield* shown, ["C", "D", "A", "B"])
      yield* place(c.id, b, a)
      assert.deepStrictEqual(yield* shown, ["B", "A", "C", "D"])
      yield* place(null, b)
      assert.deepStrictEqual(yield* shown, ["A", "C", "D", "B"])
      // the room between two of them is used up again and again
      for (let index = 0; index < 14; index++) yield* place(b.id, index % 2 === 0 ? c : d)
      assert.deepStrictEqual(yield* shown, ["A", "C", "D", "B"])
      yield* collections.removeProducts(id, { productIds: [c.id, "prod_01jd5m8x2vf6grc1x7e9w0b3qk"] })
      assert.deepStrictEqual(yield* shown, ["A", "D", "B"])
      assert.deepStrictEqual((yield* everyPage({ collection: id, limit: 1 })).map(({ title }) => title), ["A", "D", "B"])
      assert.deepStrictEqual(yield* titles({ collection: id, sort: "-title" }), ["D", "B", "A"])
      assert.deepStrictEqual(yield* titles({ collection: id, search: "d" }), ["D"])
      assert.strictEqual(yield* failure(place(c.id, a)), "InvalidInput")
      assert.strictEqual(yield* failure(place(a.id, a)), "InvalidInput")
      assert.strictEqual(yield* failure(place(null, a, { id: "prod_01jd5m8x2vf6grc1x7e9w0b3qk" })), "ProductNotFound")
      assert.deepStrictEqual(yield* shown, ["A", "D", "B"])
      const catalog = yield* Catalog
      yield* catalog.updateProduct(a.id, { status: "draft" })
      yield* catalog.deleteProduct(d.id)
      assert.deepStrictEqual(yield* guest(shown), ["B"])
      assert.deepStrictEqual(yield* titles({ collection: id, status: "any" }), ["A", "B"])
    }))

    test("by hand find room for what is put between two of them, as often as it takes", Effect.gen(function*() {
      const collections = yield* Collections
      const { id } = yield* collections.create({ name: "Gifts" })
      const products = yield* Effect.forEach(Array.from({ length: 14 }), (_, index) => sell(`P${10 + index}`))
      const [first, last, ...others] = products.map((product) => product.id)
      if (first === undefined || last === undefined) return assert.fail()
      yield* collections.placeProducts(id, { productIds: [first, last] })
      // each one halves the room that is left
      for (const other of others) yield* collections.placeProducts(id, { productIds: [other], before: last })
      assert.deepStrictEqual(yield* titles({ collection: id }), [
        "P10",
        ...others.map((_, index) => `P${12 + index}`),
        "P11"
      ])
    }))

    test("that several people put together at once lose nothing", Effect.gen(function*() {
      const collections = yield* Collections
      const { id } = yield* collections.create({ name: "Gifts" })
      const products = yield* Effect.forEach(Array.from({ length: 6 }), (_, index) => sell(`P${index}`))
      yield* Effect.forEach(products, (product) => collections.placeProducts(id, { productIds: [product.id] }), {
        concurrency: 3
      })
      assert.deepStrictEqual(yield* titlesSorted({ collection: id }), ["P0", "P1", "P2", "P3", "P4", "P5"])
      assert.strictEqual((yield* collections.get(id)).version, 7)
    }))

    test("by rule hold what fits, from the moment in which it does", Effect.gen(function*() {
      const brands = yield* Brands
      const catalog = yield* Catalog
      const kitchen = yield* category("Kitchen")
      const boards = yield* category("Boards", kitchen.id)
      const acme = yield* brands.create({ name: "Acme" })
      yield* TestClock.setTime(1_700_000_000_000)
      yield* sell("Board", {
        categoryIds: [boards.id],
        tags: ["oak"],
        variants: [{ price: usd(3_000), stock: 2 }],
        vendor: "Mill"
      })
      yield* TestClock.adjust("10 days")
      const mug = yield* sell("Mug", {
        brandId: acme.id,
        categoryIds: [kitchen.id],
        variants: [{ price: usd(900), compareAtPrice: usd(1_000) }]
      })
      const all = (...conditions: typeof CollectionRule.Encoded.conditions) => holds({ match: "all", conditions })
      const any = (...conditions: typeof CollectionRule.Encoded.conditions) => holds({ match: "any", conditions })
      assert.deepStrictEqual(yield* all({ field: "category", category: kitchen.id }), ["Board", "Mug"])
      assert.deepStrictEqual(yield* all({ field: "category", category: boards.id }), ["Board"])
      assert.deepStrictEqual(yield* all({ field: "category", category: boards.id, not: true }), ["Mug"])
      assert.deepStrictEqual(yield* all({ field: "brand", brand: acme.id }), ["Mug"])
      assert.deepStrictEqual(yield* all({ field: "brand", brand: acme.id, not: true }), ["Board"])
      assert.deepStrictEqual(yield* all({ field: "vendor", vendor: "Mill" }), ["Board"])
      assert.deepStrictEqual(yield* all({ field: "tag", tag: "oak" }), ["Board"])
      assert.deepStrictEqual(yield* all({ field: "price", to: 900 }), ["Mug"])
      assert.deepStrictEqual(yield* all({ field: "price", from: 901, to: 3_000 }), ["Board"])
      assert.deepStrictEqual(yield* all({ field: "stock" }), ["Board"])
      assert.deepStrictEqual(yield* all({ field: "stock", not: true }), ["Mug"])
      assert.deepStrictEqual(yield* all({ field: "sale" }), ["Mug"])
      assert.deepStrictEqual(yield* all({ field: "created", withinDays: 9 }), ["Mug"])
      assert.deepStrictEqual(yield* all({ field: "created", until: mug.createdAt }), ["Board"])
      assert.deepStrictEqual(yield* all({ field: "created", from: mug.createdAt }), ["Mug"])
      assert.deepStrictEqual(yield* any({ field: "tag", tag: "oak" }, { field: "sale" }), ["Board", "Mug"])
      assert.deepStrictEqual(yield* all({ field: "tag", tag: "oak" }, { field: "sale" }), [])
      const collections = yield* Collections
      yield* collections.create({
        name: "New oak",
        sort: "price",
        rule: { match: "all", conditions: [{ field: "tag", tag: "oak" }, { field: "created", withinDays: 30 }] }
      })
      const shown = titles({ collection: "new-oak" })
      assert.deepStrictEqual(yield* shown, ["Board"])
      yield* catalog.updateProduct(mug.id, { tags: ["oak"] })
      assert.deepStrictEqual(yield* shown, ["Mug", "Board"])
      assert.deepStrictEqual(yield* titles({ collection: "new-oak", sort: "-price", brand: "acme" }), ["Mug"])
      yield* TestClock.adjust("21 days")
      assert.deepStrictEqual(yield* shown, ["Mug"])
    }))

    test("show what a rule would hold before they have it, hidden products counted apart", Effect.gen(function*() {
      const collections = yield* Collections
      for (const [title, status] of [["Mug", "active"], ["Bowl", "active"], ["Jug", "draft"], ["Lamp", "active"]] as const) {
        yield* TestClock.adjust("1 second")
        yield* sell(title, { status, tags: title === "Lamp" ? [] : ["clay"] })
      }
      const rule = { match: "all", conditions: [{ field: "tag", tag: "clay" }] } as const
      const seen = yield* collections.preview({ rule, limit: 2 })
      assert.deepInclude(seen, { count: 3, published: 2, more: false })
      assert.deepStrictEqual(seen.items.map(({ title }) => title), ["Jug", "Bowl"])
      const turned = { match: "any", conditions: [{ field: "tag", tag: "clay", not: true }] } as const
      assert.deepStrictEqual((yield* collections.preview({ rule: turned, sort: "title" })).items.map(({ title }) => title), ["Lamp"])
      assert.deepStrictEqual((yield* collections.list({ status: "any" })).items, [])
      const brand = { field: "brand", brand: "brand_01jd5m8x2vf6grc1x7e9w0b3qk" } as const
      assert.strictEqual(yield* failure(collections.preview({ rule: { match: "all", conditions: [brand] } })), "BrandNotFound")
      assert.strictEqual(yield* failure(collections.preview({ rule: { match: "all", conditions: [{ field: "price" }] } })), "InvalidInput")
      assert.strictEqual(yield* failure(guest(collections.preview({ rule }))), "Unauthenticated")
    }))

    test("page by every order that they can have", Effect.gen(function*() {
      const collections = yield* Collections
      for (let index = 0; index < 9; index++) {
        yield* TestClock.adjust("1 second")
        yield* sellAt(`P${index}`, 100 * (index % 3), { tags: index === 4 ? [] : ["sold"] })
      }
      const rule = { match: "all", conditions: [{ field: "tag", tag: "sold" }] } as const
      for (const sort of ["price", "-price", "title", "-title", "createdAt", "-createdAt", "updatedAt", "-updatedAt"] as const) {
        const { id } = yield* collections.create({ name: sort, sort, rule })
        const items = yield* everyPage({ collection: id, limit: 3 })
        assert.strictEqual(new Set(items.map((item) => item.id)).size, 8, sort)
        assert.deepStrictEqual(items, (yield* everyPage({ tag: "sold", sort, limit: 3 })), sort)
      }
    }))

    test("are shown between their times, and never while they are hidden", Effect.gen(function*() {
      const collections = yield* Collections
      const catalog = yield* Catalog
      yield* TestClock.setTime(Date.parse("2026-11-26T08:00:00.000Z"))
      const mug = yield* sell("Mug")
      const sale = yield* collections.create({
        name: "Sale",
        publishedFrom: "2026-11-27T00:00:00.000Z",
        publishedUntil: "2026-11-30T00:00:00.000Z"
      })
      yield* collections.placeProducts(sale.id, { productIds: [mug.id] })
      const open = guest(Effect.all([
        Effect.map(collections.get("sale"), ({ name }) => [name]).pipe(
          Effect.catchTag("CollectionNotFound", () => Effect.succeed([]))
        ),
        Effect.map(collections.list(), ({ items }) => items.map(({ name }) => name)),
        titles({ collection: "sale" }).pipe(Effect.catchTag("CollectionNotFound", () => Effect.succeed([])))
      ]))
      assert.deepStrictEqual(yield* open, [[], [], []])
      assert.deepStrictEqual(yield* titles({ collection: "sale" }), ["Mug"])
      yield* TestClock.setTime(Date.parse("2026-11-27T00:00:00.000Z"))
      assert.deepStrictEqual(yield* open, [["Sale"], ["Sale"], ["Mug"]])
      yield* collections.update(sale.id, { status: "hidden" })
      assert.deepStrictEqual(yield* open, [[], [], []])
      assert.deepStrictEqual((yield* collections.list({ status: "hidden" })).items.map(({ slug }) => slug), ["sale"])
      yield* collections.update(sale.id, { status: "active" })
      yield* TestClock.setTime(Date.parse("2026-11-30T00:00:00.000Z"))
      assert.deepStrictEqual(yield* open, [[], [], []])
      assert.strictEqual(yield* failure(guest(collections.list({ status: "any" }))), "Unauthenticated")
      assert.strictEqual(yield* failure(guest(catalog.listProducts({ collection: "sale" }))), "CollectionNotFound")
    }))

    test("are kept by staff, and are what they may be", Effect.gen(function*() {
      const collections = yield* Collections
      const unknown = "01jd5m8x2vf6grc1x7e9w0b3qk"
      const image = { url: "https://example.com/gifts.jpg", alt: "Gifts" }
      const gifts = yield* collections.create({
        name: "Gifts",
        image,
        position: 2,
        translations: { fr: { name: "Cadeaux", seo: { title: "Cadeaux", description: null } } }
      })
      const early = yield* collections.create({ name: "Early", position: 1 })
      assert.deepStrictEqual((yield* collections.list({ language: "fr" })).items.map(({ name }) => name), ["Early", "Cadeaux"])
      assert.deepStrictEqual((yield* everyCollection).map(({ id }) => id), [early.id, gifts.id])
      const slug = gifts.slug
      assert.deepStrictEqual(yield* collections.get("gifts"), { ...gifts, alternates: [{ language: null, slug }, { language: "fr", slug }] })
      assert.deepStrictEqual((yield* collections.get("gifts", { language: "fr" })).seo.title, "Cadeaux")
      const rule = (condition: object) => ({ name: "Rule", rule: { match: "all", conditions: [condition] } })
      for (
        const [input, tag] of [
          [{ name: "Gifts", slug: "gifts" }, "SlugTaken"],
          [{ name: " " }, "InvalidInput"],
          [{ name: "Rule", rule: { match: "all", conditions: [] } }, "InvalidInput"],
          [rule({ field: "price" }), "InvalidInput"],
          [rule({ field: "created" }), "InvalidInput"],
          [rule({ field: "colour", colour: "blue" }), "InvalidInput"],
          [rule({ field: "brand", brand: `brand_${unknown}` }), "BrandNotFound"],
          [rule({ field: "category", category: `cat_${unknown}` }), "CategoryNotFound"],
          [{ name: "Rule", sort: "manual", rule: { match: "any", conditions: [{ field: "stock" }] } }, "InvalidInput"],
          [{ name: "Late", publishedFrom: "2026-11-27T00:00:00.000Z", publishedUntil: "2026-11-27T00:00:00.000Z" }, "InvalidInput"]
        ] as ReadonlyArray<readonly [object, string]>
      ) {
        assert.strictEqual(yield* failure(collections.create(input as never)), tag, JSON.stringify(input))
      }
      const changed = yield* collections.update("gifts", { slug: "presents", image: null, version: 1 })
      assert.deepStrictEqual([changed.version, changed.image, changed.slug], [2, null, "presents"])
      assert.deepInclude(yield* collections.get("presents"), changed)
      assert.strictEqual(yield* failure(collections.update(gifts.id, { name: "Late", version: 1 })), "VersionConflict")
      assert.strictEqual(yield* failure(collections.update(gifts.id, { slug: "early" })), "SlugTaken")
      yield* collections.update(gifts.id, { rule: { match: "all", conditions: [{ field: "stock" }] }, sort: "price" })
      const mug = yield* sell("Mug")
      assert.strictEqual(yield* failure(collections.placeProducts(gifts.id, { productIds: [mug.id] })), "CollectionByRule")
      const catalog = yield* Catalog
      assert.strictEqual(yield* failure(catalog.listProducts({ collection: gifts.id, sort: "manual" })), "InvalidInput")
      assert.strictEqual(yield* failure(catalog.listProducts({ sort: "manual" })), "InvalidInput")
      assert.strictEqual(yield* failure(catalog.listProducts({ collection: "nothing" })), "CollectionNotFound")
      assert.strictEqual(yield* failure(guest(collections.create({ name: "Mine" }))), "Unauthenticated")
      assert.strictEqual(yield* failure(guest(collections.placeProducts(early.id, { productIds: [mug.id] }))), "Unauthenticated")
      assert.strictEqual(yield* failure(collections.delete(early.id, { version: 2 })), "VersionConflict")
      yield* collections.delete(early.id)
      assert.strictEqual(yield* failure(collections.get(early.id)), "CollectionNotFound")
      assert.deepStrictEqual(yield* eventsOf(gifts.id), ["collection.created", "collection.updated", "collection.updated"])
      assert.include(yield* auditOf(early.id), "collection.delete by staff:user_merchant")
    }))

    test("of one store are not there in another, and take nothing of it", Effect.gen(function*() {
      const collections = yield* Collections
      const catalog = yield* Catalog
      const { id } = yield* collections.create({ name: "Gifts" })
      const mug = yield* sell("Mug", { tags: ["gift"] })
      const there = within(yield* otherStore)
      for (
        const ask of [
          collections.get(id),
          collections.get("gifts"),
          collections.update(id, { name: "Theirs" }),
          collections.delete(id),
          collections.placeProducts(id, { productIds: [mug.id] }),
          catalog.listProducts({ collection: id })
        ] as ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>>
      ) assert.strictEqual(yield* there(failure(ask)), "CollectionNotFound")
      const theirs = yield* there(collections.create({ name: "Gifts" }))
      assert.strictEqual(
        yield* there(failure(collections.placeProducts(theirs.id, { productIds: [mug.id] }))),
        "ProductNotFound"
      )
      assert.deepStrictEqual(yield* there(holds({ match: "all", conditions: [{ field: "tag", tag: "gift" }] })), [])
      assert.deepStrictEqual((yield* there(collections.list())).items.map((item) => item.id), [theirs.id])
    }))
  })
}

/** Every collection, one a page. */
const everyCollection = Effect.gen(function*() {
  const collections = yield* Collections
  const first = yield* collections.list({ limit: 1 })
  const second = yield* collections.list({ limit: 1, after: first.nextCursor ?? "" })
  assert.isNull(second.nextCursor)
  return [...first.items, ...second.items]
})
