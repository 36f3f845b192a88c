import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Catalog } from "../catalog/Catalog.ts"
import { CategoryRepository } from "../catalog/CategoryRepository.ts"
import { ProductRepository } from "../catalog/ProductRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { Transactor } from "../kernel/Transactor.ts"
import {
  category,
  failure,
  firstOf,
  merchant,
  otherStore,
  shirt,
  shop,
  type ShopServices,
  titles,
  withoutAvailability
} from "./CatalogFixture.ts"
import { usd } from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** Catalogs of several stores in one database. */
export const catalogIsolationSuite = (harness: StorageHarness): void => {
  const test = (name: string, effect: Effect.Effect<unknown, unknown, ShopServices>) =>
    it.effect(name, () => Effect.provide(Actor.as(merchant)(effect), shop(harness.storage())))

  describe(`stores side by side, on ${harness.name}`, () => {
    test("a product of one store is not there in another, whatever is asked", Effect.gen(function*() {
      const catalog = yield* Catalog
      const products = yield* ProductRepository
      const categories = yield* CategoryRepository
      const transactor = yield* Transactor
      const boards = yield* category("Boards")
      const mine = yield* shirt({ categoryIds: [boards.id], tags: ["cotton"] })
      const variant = firstOf(mine)
      const there = within(yield* otherStore)
      const missing: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> = [
        catalog.getProduct(mine.id),
        catalog.getProduct(mine.slug),
        catalog.relatedProducts(mine.id),
        catalog.updateProduct(mine.id, { title: "Theirs" }),
        catalog.deleteProduct(mine.id),
        catalog.createVariant(mine.id, { price: usd(1), optionValues: ["L"] }),
        catalog.updateVariant(mine.id, variant.id, { price: usd(1) }),
        catalog.deleteVariant(mine.id, variant.id),
        catalog.listProducts({ category: boards.id }),
        catalog.getCategory(boards.id),
        catalog.updateCategory(boards.id, { name: "Theirs" }),
        catalog.deleteCategory(boards.id),
        catalog.createCategory({ name: "Theirs", parentId: boards.id }),
        catalog.createProduct({ title: "Theirs", categoryIds: [boards.id], variants: [{ price: usd(1) }] })
      ]
      for (const [index, ask] of missing.entries()) {
        assert.match(yield* there(failure(ask)), /^(Product|Category)NotFound$/, `question ${index}`)
      }
      yield* there(Effect.gen(function*() {
        assert.deepStrictEqual(yield* titles({ status: "any" }), [])
        assert.deepStrictEqual(yield* titles({ search: "shirt" }), [])
        assert.deepStrictEqual(yield* titles({ tag: "cotton" }), [])
        assert.deepStrictEqual(yield* catalog.suggest("shi"), [])
        assert.deepStrictEqual(yield* catalog.listCategories, [])
        assert.deepStrictEqual(yield* products.findManyBySlug([mine.slug]), [])
        assert.deepStrictEqual(yield* products.findByVariants([variant.id]), [])
        assert.deepStrictEqual(yield* products.titles([variant.id]), new Map())
        assert.deepStrictEqual(yield* products.related(mine.id, 10, { country: undefined, channel: null, customerId: null }), [])
        assert.strictEqual((yield* products.slugsLike("shirt")).size, 0)
        assert.strictEqual((yield* Stream.runCollect(products.stream)).length, 0)
        assert.strictEqual(yield* transactor.transaction(products.delete(mine.id)), false)
        assert.strictEqual(yield* transactor.transaction(categories.delete(boards.id, mine.createdAt)), false)
        const replaced = transactor.transaction(products.replaceMany([{ ...mine, version: 2 }]))
        assert.strictEqual(yield* failure(replaced), "VersionConflict")
        const moved = transactor.transaction(categories.replaceMany([{ ...boards, version: 2 }]))
        assert.strictEqual(yield* failure(moved), "VersionConflict")
        // the same words are free in every store
        assert.strictEqual((yield* shirt()).slug, "shirt")
        assert.strictEqual((yield* category("Boards")).slug, "boards")
        assert.strictEqual((yield* catalog.listProducts({ category: "boards" })).items.length, 0)
        assert.deepStrictEqual(yield* titles({ search: "shirt" }), ["Shirt"])
      }))
      assert.deepStrictEqual(withoutAvailability(yield* catalog.getProduct(mine.id)), mine)
      assert.deepStrictEqual(yield* titles({ category: "boards" }), ["Shirt"])
      assert.deepStrictEqual(yield* catalog.listCategories, [boards])
    }))
  })
}
