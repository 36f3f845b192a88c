import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Catalog } from "../catalog/Catalog.ts"
import type { Product } from "../catalog/Product.ts"
import { ProductRepository } from "../catalog/ProductRepository.ts"
import * as Actor from "../kernel/Actor.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { MediaId } from "../media/Media.ts"
import { MediaRepository, type StoredMedia } from "../media/MediaRepository.ts"
import { category, copiesOf, merchant, sell, shop, type ShopServices } from "./CatalogFixture.ts"
import { usd } from "./Shop.ts"
import { type CountingHarness, Statements } from "./Statements.ts"

/** How many statements the catalog may send. */
export const catalogBudgets = (harness: CountingHarness): void => {
  describe(`the statements of the catalog, on ${harness.name}`, () => {
    const test = (name: string, effect: Effect.Effect<unknown, unknown, ShopServices | Statements>) =>
      it.effect(name, () => Effect.provide(Actor.as(merchant)(effect), shop(harness.storage())))

    test("are one for a list, a search, a product page, suggestions and the tree", Effect.gen(function*() {
      const catalog = yield* Catalog
      const { record } = yield* Statements
      const kitchen = yield* category("Kitchen")
      const boards = yield* category("Boards", kitchen.id)
      for (let index = 0; index < 30; index++) yield* sell(`Shirt ${index}`, { categoryIds: [boards.id] })
      // the first search of a process asks how many products the store has
      yield* catalog.listProducts({ search: "shirt" })
      const questions: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
        catalog.listProducts(),
        catalog.listProducts({ category: "kitchen", priceFrom: 1, available: false, sort: "title" }),
        catalog.listProducts({ search: "shirt", category: "kitchen" }),
        catalog.getProduct("shirt-3"),
        catalog.suggest("shi"),
        catalog.listCategories,
        catalog.getCategory("boards")
      ]
      for (const question of questions) {
        const [, statements] = yield* record(question)
        assert.strictEqual(statements.length, 1, statements.join("\n"))
      }
      const [, related] = yield* record(catalog.relatedProducts("shirt-3"))
      assert.strictEqual(related.length, 2, related.join("\n"))
    }))

    test("are one for a list and a product page with pictures that are files of the shop", Effect.gen(function*() {
      const catalog = yield* Catalog
      const media = yield* MediaRepository
      const { record } = yield* Statements
      const ids = yield* MediaId.generateMany(10)
      const at = yield* Timestamp.now
      for (const id of ids) {
        const picture: StoredMedia = {
          id,
          status: "arriving",
          contentType: "image/png",
          visibility: "public",
          name: null,
          bytes: 1,
          hash: "hash",
          width: 640,
          height: 480,
          animated: false,
          alt: "",
          altTexts: {},
          renditionState: "none",
          renditions: [],
          version: 1,
          createdAt: at,
          updatedAt: at
        }
        yield* media.insert(picture)
        yield* media.arrive(picture)
      }
      const images = ids.map((mediaId) => ({ mediaId }))
      for (let index = 0; index < 20; index++) yield* sell(`Shirt ${index}`, { images: images.slice(index % 10) })
      const [page, list] = yield* record(catalog.listProducts())
      assert.strictEqual(page.items.filter(({ image }) => image?.width === 640).length, 20)
      assert.strictEqual(list.length, 1, list.join("\n"))
      const [shirt, one] = yield* record(catalog.getProduct("shirt-0"))
      assert.strictEqual(shirt.images.filter(({ width }) => width === 640).length, 10)
      assert.strictEqual(one.length, 1, one.join("\n"))
    }))

    test("do not grow with the number of products that are written", Effect.gen(function*() {
      const products = yield* ProductRepository
      const transactor = yield* Transactor
      const { record } = yield* Statements
      const boards = yield* category("Boards")
      const template = yield* sell("Mug", { categoryIds: [boards.id], tags: ["blue"] })
      const newer = (product: Product): Product => ({ ...product, version: 2 })
      const write = (all: ReadonlyArray<Product>) =>
        Effect.gen(function*() {
          const [, inserted] = yield* record(transactor.transaction(products.insertMany(all)))
          const [, replaced] = yield* record(transactor.transaction(products.replaceMany(all.map(newer))))
          return [inserted, replaced] as const
        })
      // words that the store has never had cost a statement more, the first time
      yield* write(copiesOf(template, 1, 500))
      const few = yield* write(copiesOf(template, 1))
      const many = yield* write(copiesOf(template, 100, 100))
      assert.deepStrictEqual(many, few)
      assert.isAtMost(few[0].length, 9, few[0].join("\n"))
      assert.isAtMost(few[1].length, 14, few[1].join("\n"))
    }))

    test("are as many for a product with one variant as for one with 200", Effect.gen(function*() {
      const catalog = yield* Catalog
      const { record } = yield* Statements
      yield* sell("First", { variants: [{ price: usd(1), stock: 1 }] })
      const values = Array.from({ length: 200 }, (_, index) => `${index}`)
      const [, one] = yield* record(
        catalog.createProduct({ title: "One", tags: ["a"], variants: [{ price: usd(1), stock: 1 }] })
      )
      const [, many] = yield* record(catalog.createProduct({
        title: "Many",
        tags: ["a"],
        options: [{ name: "Size", values }],
        variants: values.map((value) => ({ price: usd(1), optionValues: [value], stock: 1 }))
      }))
      assert.deepStrictEqual(many, one)
      assert.isAtMost(one.length, 16, one.join("\n"))
    }))
  })
}
