import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Brands } from "../catalog/Brands.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Collections } from "../catalog/Collections.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import {
  category,
  failure,
  merchant,
  otherStore,
  sell,
  shop,
  type ShopServices,
  titles
} from "./CatalogFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const guest = Actor.as(Actor.guest())

/** What was renamed, asked for by what it was called before. */
export const formerSlugSuite = (harness: StorageHarness): void => {
  const test = (name: string, effect: Effect.Effect<unknown, unknown, ShopServices>) =>
    it.effect(name, () => Effect.provide(Actor.as(merchant)(effect), shop(harness.storage())))

  describe(`slugs of before, on ${harness.name}`, () => {
    test("lead to what had them last, however often it was renamed, and to nothing in a circle", Effect.gen(function*() {
      const catalog = yield* Catalog
      const mug = yield* sell("Mug")
      const slugOf = (slug: string) =>
        guest(catalog.getProduct(slug)).pipe(
          Effect.map((product) => `${product.title}: ${product.slug}`),
          Effect.catchTag("ProductNotFound", () => Effect.succeed("nothing"))
        )
      const rename = (slug: string) => catalog.updateProduct(mug.id, { slug })
      yield* rename("cup")
      yield* rename("beaker")
      assert.deepStrictEqual(yield* Effect.forEach(["mug", "cup", "beaker"], slugOf), [
        "Mug: beaker",
        "Mug: beaker",
        "Mug: beaker"
      ])
      // back to where it came from
      yield* rename("mug")
      assert.deepStrictEqual(yield* Effect.forEach(["mug", "cup", "beaker"], slugOf), ["Mug: mug", "Mug: mug", "Mug: mug"])
      // a name that is made up keeps away from them, and who chooses one has it
      assert.strictEqual((yield* sell("Beaker")).slug, "beaker-2")
      const cup = yield* sell("Cup")
      assert.strictEqual(cup.slug, "cup-2")
      yield* catalog.updateProduct(cup.id, { slug: "cup" })
      assert.deepStrictEqual(yield* Effect.forEach(["mug", "cup", "beaker"], slugOf), ["Mug: mug", "Cup: cup", "Mug: mug"])
      yield* catalog.updateProduct(cup.id, { slug: "bowl" })
      assert.strictEqual(yield* slugOf("cup"), "Cup: bowl")
      yield* catalog.updateProduct(cup.id, { title: "Bowl" })
      assert.strictEqual(yield* slugOf("cup"), "Bowl: bowl")
      yield* catalog.updateProduct(mug.id, { status: "draft" })
      assert.strictEqual(yield* slugOf("beaker"), "nothing")
      yield* catalog.deleteProduct(cup.id)
      assert.strictEqual(yield* slugOf("cup"), "nothing")
      assert.strictEqual(yield* slugOf("never"), "nothing")
    }))

    test("lead to categories, brands and collections, and lists go by them as well", Effect.gen(function*() {
      const catalog = yield* Catalog
      const brands = yield* Brands
      const collections = yield* Collections
      const kitchen = yield* category("Kitchen")
      const acme = yield* brands.create({ name: "Acme" })
      const gifts = yield* collections.create({ name: "Gifts" })
      const mug = yield* sell("Mug", { brandId: acme.id, categoryIds: [kitchen.id] })
      yield* collections.placeProducts(gifts.id, { productIds: [mug.id] })
      yield* catalog.updateCategory(kitchen.id, { slug: "cooking" })
      yield* brands.update(acme.id, { slug: "acme-inc" })
      yield* collections.update(gifts.id, { slug: "presents" })
      assert.strictEqual((yield* catalog.getCategory("kitchen")).slug, "cooking")
      assert.strictEqual((yield* guest(brands.get("acme"))).slug, "acme-inc")
      assert.strictEqual((yield* guest(collections.get("gifts"))).slug, "presents")
      for (
        const query of [
          { category: "kitchen" },
          { brand: "acme" },
          { collection: "gifts" },
          { category: "kitchen", brand: "acme", collection: "gifts", search: "mug" }
        ]
      ) assert.deepStrictEqual(yield* guest(titles(query)), ["Mug"], JSON.stringify(query))
      assert.deepStrictEqual(yield* titles({ category: "kitchen", tag: "none" }), [])
      yield* brands.delete(acme.id)
      assert.strictEqual(yield* failure(catalog.listProducts({ brand: "acme" })), "BrandNotFound")
      const made = yield* Effect.all([category("Kitchen"), brands.create({ name: "Acme" }), collections.create({ name: "Gifts" })])
      assert.deepStrictEqual(made.map(({ slug }) => slug), ["kitchen-2", "acme", "gifts-2"])
      // a slug of one kind says nothing of another
      assert.strictEqual(yield* failure(catalog.getProduct("gifts")), "ProductNotFound")
    }))

    test("of one store lead nowhere in another", Effect.gen(function*() {
      const catalog = yield* Catalog
      const mug = yield* sell("Mug")
      yield* catalog.updateProduct(mug.id, { slug: "cup" })
      const there = within(yield* otherStore)
      assert.strictEqual(yield* there(failure(catalog.getProduct("mug"))), "ProductNotFound")
      assert.strictEqual((yield* there(sell("Mug"))).slug, "mug")
      assert.strictEqual((yield* catalog.getProduct("mug")).id, mug.id)
    }))
  })
}
