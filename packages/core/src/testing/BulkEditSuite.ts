import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import { TestClock } from "effect/testing"
import { Attributes } from "../catalog/Attributes.ts"
import { Brands } from "../catalog/Brands.ts"
import type { StartBulkEdit } from "../catalog/BulkEdit.ts"
import { BulkEdits } from "../catalog/BulkEdits.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Collections } from "../catalog/Collections.ts"
import { ProductRepository } from "../catalog/ProductRepository.ts"
import { JobRetries } from "../jobs/JobRegistry.ts"
import { Jobs } from "../jobs/Jobs.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { within } from "../kernel/CurrentStore.ts"
import { auditOf, category, eventsOf, failure, firstOf, merchant, otherStore, sell, sellAt } from "./CatalogFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const gone = "prod_01jd5m8x2vf6grc1x7e9w0b3qk"

/** An edit, done. */
const edited = Effect.fnUntraced(function*(input: typeof StartBulkEdit.Encoded) {
  const edits = yield* BulkEdits
  const { id } = yield* edits.start(input)
  yield* (yield* Jobs).drain
  return yield* edits.get(id)
})

const counts = ({ changed, failed, status, total, unchanged }: { readonly changed: number; readonly failed: number; readonly status: string; readonly total: number; readonly unchanged: number }) =>
  ({ changed, failed, status, total, unchanged })

/** Changes of many products at once. */
export const bulkEditSuite = (harness: StorageHarness): void => {
  const test = (name: string, effect: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Effect.provide(Actor.as(merchant)(effect), Shop.layer(harness.storage())))

  describe(`edits of many products, on ${harness.name}`, () => {
    test("change what a filter finds, in groups, each product with its event and its audit entry", Effect.gen(function*() {
      const catalog = yield* Catalog
      const edits = yield* BulkEdits
      yield* (yield* Attributes).create({ code: "width", title: "Width", type: "number", unitFamily: "length", unit: "cm", filterable: true })
      const acme = yield* (yield* Brands).create({ name: "Acme" })
      const [kitchen, garden] = [yield* category("Kitchen"), yield* category("Garden")]
      const made = yield* Effect.forEach(Array.from({ length: 52 }, (_, index) => index), (index) =>
        sell(`Board ${index}`, { tags: ["old", "oak"], categoryIds: [garden.id] }))
      const other = yield* sell("Mug", { tags: ["clay"] })
      const changes = {
        status: "archived",
        addTags: ["new", "oak"],
        removeTags: ["old"],
        brandId: acme.id,
        addCategories: [kitchen.id],
        removeCategories: [garden.id],
        shippingClass: "bulky",
        attributes: { width: 40 },
        publishedUntil: "2030-01-01T00:00:00.000Z"
      } as const
      const input = { select: { filter: { tag: "oak" } }, changes }
      const dry = yield* edits.dryRun(input)
      assert.deepStrictEqual([dry.total, dry.products.length], [52, 20])
      assert.deepStrictEqual(dry.products[0]?.fields["status"], { before: "active", after: "archived" })
      assert.deepStrictEqual(dry.products[0]?.fields["tags"], { before: ["old", "oak"], after: ["oak", "new"] })
      const [first] = made
      if (first === undefined) throw new Error("There is no board")
      assert.strictEqual((yield* catalog.getProduct(first.id)).version, 1)
      const started = yield* edits.start(input)
      assert.deepStrictEqual(counts(started), { status: "working", total: 52, changed: 0, unchanged: 0, failed: 0 })
      yield* (yield* Jobs).drain
      const done = yield* edits.get(started.id)
      assert.deepStrictEqual(counts(done), { status: "done", total: 52, changed: 52, unchanged: 0, failed: 0 })
      const after = yield* catalog.getProduct(first.id)
      assert.deepInclude(after, { status: "archived", brandId: acme.id, shippingClass: "bulky", version: 2, publishedUntil: Timestamp.Timestamp.make(changes.publishedUntil) })
      assert.deepStrictEqual([...after.tags], ["oak", "new"])
      assert.deepStrictEqual([...after.categoryIds], [kitchen.id])
      assert.deepStrictEqual(after.attributes, { width: { amount: 40, unit: "cm" } })
      assert.deepStrictEqual([...(yield* eventsOf(first.id))].sort(), ["product.created", "product.updated"])
      assert.include(yield* auditOf(first.id), "product.bulk-update by system:catalog.bulk-edit")
      assert.deepStrictEqual([...(yield* eventsOf(started.id))].sort(), ["catalog.bulk_edit_finished", "catalog.bulk_edit_started"])
      assert.strictEqual((yield* catalog.getProduct(other.id)).version, 1)
      assert.deepStrictEqual(counts(yield* edited(input)), { status: "done", total: 52, changed: 0, unchanged: 52, failed: 0 })
      assert.deepStrictEqual((yield* edits.list()).items.length, 2)
    }))

    test("change prices by a rule, keep the lowest price of 30 days right, and name what cannot be", Effect.gen(function*() {
      const catalog = yield* Catalog
      const mug = yield* sellAt("Mug", 1_999)
      const card = yield* sell("Card", { variants: [{ price: Shop.usd(5_000), giftCard: true }] })
      yield* TestClock.adjust("40 days")
      const done = yield* edited({
        select: { productIds: [mug.id, card.id, gone] },
        changes: { price: { ppm: -250_000, roundTo: 100, less: 1, compareAt: "price" } }
      })
      assert.deepStrictEqual(counts(done), { status: "done", total: 3, changed: 1, unchanged: 1, failed: 1 })
      assert.deepStrictEqual(done.errors, [{ productId: gone, message: "is not there" }])
      const sale = firstOf(yield* catalog.getProduct(mug.id))
      assert.deepStrictEqual([sale.price.amount, sale.compareAtPrice?.amount, sale.lowestPrice?.amount], [1_499, 1_999, 1_999])
      assert.strictEqual(firstOf(yield* catalog.getProduct(card.id)).price.amount, 5_000)
      yield* edited({ select: { productIds: [mug.id] }, changes: { price: { amount: 501, compareAt: "none" } } })
      const back = firstOf(yield* catalog.getProduct(mug.id))
      assert.deepStrictEqual([back.price.amount, back.compareAtPrice], [2_000, null])
      const nothing = yield* edited({ select: { productIds: [mug.id] }, changes: { publishedFrom: "2030-01-01T00:00:00.000Z", publishedUntil: "2029-01-01T00:00:00.000Z" } })
      assert.strictEqual(nothing.failed, 1)
      assert.match(nothing.errors[0]?.message ?? "", /published/)
    }))

    test("put products into collections by hand and take them out, and say what variants say by attributes", Effect.gen(function*() {
      const catalog = yield* Catalog
      const collections = yield* Collections
      const edits = yield* BulkEdits
      yield* (yield* Attributes).create({ code: "tone", title: "Tone", type: "colour", of: "variant" })
      const [gifts, old] = [yield* collections.create({ name: "Gifts" }), yield* collections.create({ name: "Old" })]
      const ruled = yield* collections.create({ name: "Ruled", rule: { match: "all", conditions: [{ field: "stock" }] } })
      const made = yield* Effect.forEach(["Mug", "Cup", "Jug"], (title) => sell(title))
      const [mug, cup, jug] = made.map(({ id }) => id)
      if (mug === undefined || cup === undefined || jug === undefined) throw new Error("There is no mug")
      yield* collections.placeProducts(gifts.id, { productIds: [jug] })
      yield* collections.placeProducts(old.id, { productIds: [mug] })
      const inside = (slug: string) =>
        Effect.map(catalog.listProducts({ collection: slug }), ({ items }) => items.map(({ title }) => title))
      const input = {
        select: { productIds: [mug, cup, jug] },
        changes: { addCollections: [gifts.id], removeCollections: [old.id], variantAttributes: { tone: "#AABBCC" } }
      }
      const dry = yield* edits.dryRun(input)
      const shown = dry.products.find(({ productId }) => productId === mug)
      assert.deepStrictEqual(shown?.fields["collections"], { before: [old.id], after: [gifts.id] })
      assert.property(shown?.fields, "variantAttributes")
      assert.deepStrictEqual(counts(yield* edited(input)), { status: "done", total: 3, changed: 3, unchanged: 0, failed: 0 })
      assert.deepStrictEqual([(yield* inside("gifts"))[0], [...(yield* inside("gifts"))].sort()], ["Jug", ["Cup", "Jug", "Mug"]])
      assert.deepStrictEqual(yield* inside("old"), [])
      assert.deepStrictEqual(firstOf(yield* catalog.getProduct(cup)).attributes, { tone: "#aabbcc" })
      assert.deepStrictEqual(counts(yield* edited(input)), { status: "done", total: 3, changed: 0, unchanged: 3, failed: 0 })
      assert.strictEqual((yield* collections.get(gifts.id)).version, 3)
      assert.include(yield* auditOf(gifts.id), "collection.bulk-update by system:catalog.bulk-edit")
      yield* edited({ select: { productIds: [cup] }, changes: { variantAttributes: { tone: null } } })
      assert.notProperty(firstOf(yield* catalog.getProduct(cup)), "attributes")
      const wrong = (changes: object) => failure(edits.start({ select: { productIds: [mug] }, changes: changes as { status: "draft" } }))
      assert.strictEqual(yield* wrong({ addCollections: [ruled.id] }), "InvalidInput")
      assert.strictEqual(yield* wrong({ addCollections: [gifts.id], removeCollections: [gifts.id] }), "InvalidInput")
      assert.strictEqual(yield* wrong({ attributes: { tone: "#aabbcc" } }), "InvalidInput")
      assert.strictEqual(yield* wrong({ variantAttributes: { nothing: 1 } }), "InvalidInput")
      assert.strictEqual(yield* wrong({ addCollections: ["coll_01jd5m8x2vf6grc1x7e9w0b3qk"] }), "CollectionNotFound")
    }))

    test("end with the reason when what they name is deleted meanwhile, and keep what they have done", Effect.gen(function*() {
      const edits = yield* BulkEdits
      const mug = yield* sell("Mug")
      const brands = yield* Brands
      const collections = yield* Collections
      const attributes = yield* Attributes
      const catalog = yield* Catalog
      const acme = yield* brands.create({ name: "Acme" })
      const gifts = yield* collections.create({ name: "Gifts" })
      const shelf = yield* category("Shelf")
      const { id: width } = yield* attributes.create({ code: "width", title: "Width", type: "number" })
      const start = (changes: typeof StartBulkEdit.Encoded["changes"]) =>
        Effect.map(edits.start({ select: { productIds: [mug.id] }, changes }), ({ id }) => id)
      const ids = [
        yield* start({ brandId: acme.id }),
        yield* start({ addCollections: [gifts.id] }),
        yield* start({ addCategories: [shelf.id] }),
        yield* start({ attributes: { width: 1 } })
      ]
      const kept = yield* start({ addTags: ["kept"] })
      yield* brands.delete(acme.id)
      yield* collections.delete(gifts.id)
      yield* catalog.deleteCategory(shelf.id)
      yield* attributes.delete(width)
      yield* (yield* Jobs).drain
      const reasons = [/brand/, /collection/, /category/, /attributes\.width: is no attribute/]
      for (const [index, id] of ids.entries()) {
        const edit = yield* edits.get(id)
        assert.deepStrictEqual(counts(edit), { status: "failed", total: 1, changed: 0, unchanged: 0, failed: 0 })
        assert.match(edit.reason ?? "", reasons[index] ?? /never/)
        assert.isNotNull(edit.finishedAt)
        assert.include(yield* eventsOf(id), "catalog.bulk_edit_failed")
        assert.include(yield* auditOf(id), "products.bulk-edit.fail by system:catalog.bulk-edit")
      }
      assert.strictEqual((yield* edits.get(kept)).status, "done")
      assert.deepStrictEqual([...(yield* catalog.getProduct(mug.id)).tags], ["kept"])
      for (let index = 0; index < 10; index++) yield* start({ status: "draft" })
    }))

    it.effect("end with a reason when they cannot be made, however often it is tried", () =>
      Effect.gen(function*() {
        const edits = yield* BulkEdits
        const jobs = yield* Jobs
        const mug = yield* sell("Mug")
        const { id } = yield* edits.start({ select: { productIds: [mug.id] }, changes: { status: "draft" } })
        yield* Effect.provideService(jobs.drain, JobRetries, { maxAttempts: 20, delay: Schedule.spaced(0) })
        const edit = yield* edits.get(id)
        assert.deepStrictEqual([edit.status, edit.reason, edit.changed], ["failed", "The products could not be changed", 0])
        assert.include(yield* eventsOf(id), "catalog.bulk_edit_failed")
      }).pipe(
        Actor.as(merchant),
        Effect.provide(Shop.layer(Layer.provideMerge(
          Layer.effect(
            ProductRepository,
            Effect.map(ProductRepository, (products) =>
              ProductRepository.of({ ...products, replaceMany: () => Effect.die(new Error("a disk is full")) }))
          ),
          harness.storage()
        )))
      ))

    test("make no choice that was taken away after they began", Effect.gen(function*() {
      const attributes = yield* Attributes
      const edits = yield* BulkEdits
      const mug = yield* sell("Mug")
      const choices = [{ code: "oak", label: "Oak" }, { code: "ash", label: "Ash" }]
      const { id } = yield* attributes.create({ code: "material", title: "Material", type: "choice", choices })
      const started = yield* edits.start({ select: { productIds: [mug.id] }, changes: { attributes: { material: "oak" } } })
      yield* attributes.update(id, { choices: choices.slice(1) })
      yield* (yield* Jobs).drain
      const done = yield* edits.get(started.id)
      assert.deepStrictEqual(counts(done), { status: "failed", total: 1, changed: 0, unchanged: 0, failed: 0 })
      assert.match(done.reason ?? "", /attributes\.material: is none of the choices/)
      assert.notProperty(yield* (yield* Catalog).getProduct(mug.id), "attributes")
    }))

    test("are for staff of the store, name what is there, and can be ended", Effect.gen(function*() {
      const edits = yield* BulkEdits
      const catalog = yield* Catalog
      const mug = yield* sell("Mug")
      const select = { productIds: [mug.id] }
      const wrong: ReadonlyArray<readonly [typeof StartBulkEdit.Encoded, string]> = [
        [{ select, changes: {} }, "InvalidInput"],
        [{ select, changes: { price: {} } }, "InvalidInput"],
        [{ select, changes: { price: { ppm: 1, amount: 1 } } }, "InvalidInput"],
        [{ select, changes: { price: { ppm: 1, roundTo: 100, less: 100 } } }, "InvalidInput"],
        [{ select, changes: { attributes: { nothing: 1 } } }, "InvalidInput"],
        [{ select: { productIds: [] }, changes: { status: "draft" } }, "InvalidInput"],
        [{ select: { filter: { category: "nowhere" } }, changes: { status: "draft" } }, "CategoryNotFound"],
        [{ select, changes: { brandId: "brand_01jd5m8x2vf6grc1x7e9w0b3qk" } }, "BrandNotFound"],
        [{ select, changes: { addCategories: ["cat_01jd5m8x2vf6grc1x7e9w0b3qk"] } }, "CategoryNotFound"]
      ]
      for (const [input, tag] of wrong) {
        assert.strictEqual(yield* failure(edits.start(input)), tag, JSON.stringify(input))
        assert.strictEqual(yield* failure(edits.dryRun(input)), tag, JSON.stringify(input))
      }
      const archive = { select, changes: { status: "archived" } } as const
      const { id } = yield* edits.start(archive)
      yield* within(yield* otherStore)(Effect.gen(function*() {
        assert.strictEqual(yield* failure(edits.get(id)), "BulkEditNotFound")
        assert.strictEqual(yield* failure(edits.cancel(id)), "BulkEditNotFound")
        assert.strictEqual((yield* edits.dryRun({ select: { filter: {} }, changes: { status: "draft" } })).total, 0)
      }))
      assert.strictEqual((yield* edits.cancel(id)).status, "cancelled")
      yield* (yield* Jobs).drain
      assert.strictEqual((yield* catalog.getProduct(mug.id)).status, "active")
      assert.strictEqual((yield* edits.get(id)).status, "cancelled")
      for (let index = 0; index < 10; index++) yield* edits.start(archive)
      assert.strictEqual(yield* failure(edits.start(archive)), "TooManyBulkEdits")
      const reader = Actor.as(Actor.staff("reader", ["catalog:read"]))
      assert.strictEqual(yield* reader(failure(edits.start(archive))), "Forbidden")
      assert.strictEqual(yield* reader(failure(edits.dryRun(archive))), "Forbidden")
      assert.strictEqual(yield* reader(failure(edits.cancel(id))), "Forbidden")
      assert.strictEqual(yield* Actor.as(Actor.guest())(failure(edits.list())), "Unauthenticated")
    }))
  })
}
