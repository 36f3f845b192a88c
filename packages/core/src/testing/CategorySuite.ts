import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Catalog } from "../catalog/Catalog.ts"
import * as Actor from "../kernel/Actor.ts"
import { auditOf, category, eventsOf, failure, merchant, sell, shop, type ShopServices } from "./CatalogFixture.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** Categories: the tree, moving in it, and what happens to products. */
export const categorySuite = (harness: StorageHarness): void => {
  const test = (name: string, effect: Effect.Effect<unknown, unknown, ShopServices>) =>
    it.effect(name, () => Effect.provide(Actor.as(merchant)(effect), shop(harness.storage())))

  describe(`categories, on ${harness.name}`, () => {
    test("the tree is told in order, and moves with everything below", Effect.gen(function*() {
      const catalog = yield* Catalog
      const kitchen = yield* category("Kitchen")
      const garden = yield* category("Garden")
      const boards = yield* category("Boards", kitchen.id)
      const round = yield* category("Round", boards.id)
      yield* category("Knives", kitchen.id)
      const outline = Effect.map(catalog.listCategories, (all) =>
        all.map(({ name, path }) => `${"-".repeat(path.length - 1)}${name}`))
      assert.deepStrictEqual(yield* outline, ["Kitchen", "-Boards", "--Round", "-Knives", "Garden"])
      yield* catalog.updateCategory(boards.id, { parentId: garden.id })
      assert.deepStrictEqual(yield* outline, ["Kitchen", "-Knives", "Garden", "-Boards", "--Round"])
      yield* catalog.updateCategory(garden.id, { position: 0 })
      assert.deepStrictEqual(yield* outline, ["Garden", "-Boards", "--Round", "Kitchen", "-Knives"])
      assert.deepStrictEqual((yield* catalog.getCategory("round")).path, [garden.id, boards.id, round.id])
      assert.strictEqual(
        yield* failure(catalog.updateCategory(garden.id, { parentId: round.id })),
        "CategoryMoveRefused"
      )
      assert.strictEqual(
        yield* failure(catalog.updateCategory(garden.id, { parentId: "cat_01jd5m8x2vf6grc1x7e9w0b3qk" })),
        "CategoryNotFound"
      )
    }))

    test("a slug is unique, and a change is refused at an old version", Effect.gen(function*() {
      const catalog = yield* Catalog
      const [boards, second] = [yield* category("Boards"), yield* category("Boards")]
      assert.deepStrictEqual([boards.slug, second.slug], ["boards", "boards-2"])
      assert.strictEqual(yield* failure(catalog.createCategory({ name: "Other", slug: "boards" })), "SlugTaken")
      assert.strictEqual(yield* failure(catalog.updateCategory(second.id, { slug: "boards" })), "SlugTaken")
      const changed = yield* catalog.updateCategory(second.slug, { slug: "planks", description: "Long", version: 1 })
      assert.deepStrictEqual(yield* catalog.getCategory("planks"), changed)
      assert.strictEqual(
        yield* failure(catalog.updateCategory(second.id, { name: "Beams", version: 1 })),
        "VersionConflict"
      )
      assert.deepStrictEqual(yield* eventsOf(second.id), ["category.created", "category.updated"])
      assert.strictEqual((yield* auditOf(second.id)).length, 2)
    }))

    test("the tree goes no deeper than it may", Effect.gen(function*() {
      const catalog = yield* Catalog
      let parent: string | null = null
      for (let depth = 1; depth <= 8; depth++) parent = (yield* category(`Level ${depth}`, parent)).id
      assert.strictEqual(
        yield* failure(catalog.createCategory({ name: "Level 9", parentId: parent })),
        "CategoryMoveRefused"
      )
    }))

    test("a deleted category takes what is below with it, and leaves the products", Effect.gen(function*() {
      const catalog = yield* Catalog
      const kitchen = yield* category("Kitchen")
      const boards = yield* category("Boards", kitchen.id)
      const gifts = yield* category("Gifts")
      const board = yield* sell("Board", { categoryIds: [boards.id, gifts.id] })
      yield* catalog.deleteCategory("kitchen")
      assert.deepStrictEqual((yield* catalog.listCategories).map(({ name }) => name), ["Gifts"])
      const left = yield* catalog.getProduct(board.id)
      assert.deepStrictEqual(left.categoryIds, [gifts.id])
      assert.strictEqual(left.version, 2)
      assert.strictEqual(yield* failure(catalog.deleteCategory(boards.id)), "CategoryNotFound")
      assert.deepStrictEqual(yield* eventsOf(kitchen.id), ["category.created", "category.deleted"])
    }))
  })
}
