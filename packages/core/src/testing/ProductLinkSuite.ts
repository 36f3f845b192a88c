/**
 * Featured products, and those that go with others, on every storage.
 */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { Catalog } from "../catalog/Catalog.ts"
import { ProductLinks } from "../catalog/ProductLinks.ts"
import * as Actor from "../kernel/Actor.ts"
import { within } from "../kernel/CurrentStore.ts"
import { Stores } from "../stores/Stores.ts"
import { category, failure, merchant, sell } from "./CatalogFixture.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const guest = Actor.as(Actor.guest())
const monday = "2026-11-30T00:00:00.000Z"

const titlesOf = <E, R>(products: Effect.Effect<ReadonlyArray<{ readonly title: string }>, E, R>) =>
  guest(Effect.map(products, (all) => all.map(({ title }) => title)))

export const productLinkSuite = (harness: StorageHarness): void => {
  const test = (name: string, body: Effect.Effect<unknown, unknown, Shop.ShopServices>) =>
    it.effect(name, () => Actor.as(merchant)(body).pipe(Effect.provide(Shop.layer(harness.storage()))))

  describe(`products beside others on ${harness.name}`, () => {
    test(
      "are featured in the shop and in categories, in the order of staff, and shown while everybody may see them",
      Effect.gen(function*() {
        const links = yield* ProductLinks
        const catalog = yield* Catalog
        yield* TestClock.setTime(Date.parse("2026-11-26T08:00:00.000Z"))
        const kitchen = yield* category("Kitchen")
        const [mug, bowl, late] = yield* Effect.all([
          sell("Mug", { translations: { de: { title: "Tasse" } } }),
          sell("Bowl"),
          sell("Late", { publishedFrom: monday })
        ])
        assert.deepStrictEqual(yield* titlesOf(links.featured()), [])
        yield* links.setFeatured({ productIds: [bowl.id, late.id, mug.id, bowl.id] })
        yield* links.setFeatured({ category: "kitchen", productIds: [mug.id] })
        assert.deepStrictEqual(yield* titlesOf(links.featured()), ["Bowl", "Mug"])
        assert.deepStrictEqual(yield* titlesOf(links.featured({ limit: 1 })), ["Bowl"])
        assert.deepStrictEqual(yield* titlesOf(links.featured({ category: kitchen.id, language: "de" })), ["Tasse"])
        assert.deepStrictEqual((yield* links.chosenFeatured()).productIds, [bowl.id, late.id, mug.id])
        assert.deepStrictEqual(
          (yield* links.chosenFeatured()).products,
          [bowl, late, mug].map(({ id, slug, status, title }) => ({ id, title, slug, status }))
        )
        yield* TestClock.setTime(Date.parse(monday))
        assert.deepStrictEqual(yield* titlesOf(links.featured()), ["Bowl", "Late", "Mug"])
        yield* catalog.updateProduct(bowl.id, { status: "archived" })
        yield* catalog.deleteProduct(late.id)
        assert.deepStrictEqual(yield* titlesOf(links.featured()), ["Mug"])
        assert.deepStrictEqual((yield* links.chosenFeatured()).products.map(({ status, title }) => [title, status]), [["Bowl", "archived"], ["Mug", "active"]])
        yield* links.setFeatured({ productIds: [] })
        assert.deepStrictEqual(yield* titlesOf(links.featured()), [])
        yield* catalog.deleteCategory(kitchen.id)
        assert.strictEqual(yield* failure(links.featured({ category: "kitchen" })), "CategoryNotFound")
        assert.strictEqual(yield* failure(links.setFeatured({ productIds: [late.id] })), "ProductNotFound")
      })
    )

    test(
      "go with a product in three ways, and of another store are not there",
      Effect.gen(function*() {
        const links = yield* ProductLinks
        const catalog = yield* Catalog
        const stores = yield* Stores
        const [mug, bowl, spoon] = yield* Effect.all([sell("Mug"), sell("Bowl"), sell("Spoon")])
        yield* links.setLinked("mug", { kind: "accessory", productIds: [spoon.id, bowl.id] })
        yield* links.setLinked(mug.id, { kind: "up_sell", productIds: [bowl.id] })
        assert.deepStrictEqual(yield* titlesOf(links.linked("mug", { kind: "accessory" })), ["Spoon", "Bowl"])
        assert.deepStrictEqual(yield* titlesOf(links.linked("mug", { kind: "up_sell" })), ["Bowl"])
        assert.deepStrictEqual(yield* titlesOf(links.linked("mug", { kind: "cross_sell" })), [])
        // what is refused changes nothing
        const other = yield* Actor.as(Actor.system("test"))(stores.create({ code: "other", name: "Other", currency: "USD" }))
        const there = within(other.id)
        const theirs = yield* there(sell("Theirs"))
        for (const productIds of [[mug.id], [bowl.id, theirs.id], ["prod_1"], Array.from({ length: 101 }, () => bowl.id)]) {
          assert.include(
            ["InvalidInput", "ProductNotFound"],
            yield* failure(links.setLinked("mug", { kind: "accessory", productIds }))
          )
        }
        assert.deepStrictEqual((yield* links.chosenLinked("mug", "accessory")).productIds, [spoon.id, bowl.id])
        assert.strictEqual(yield* failure(links.setLinked("nothing", { kind: "accessory", productIds: [] })), "ProductNotFound")
        assert.strictEqual(yield* failure(links.linked("mug", { kind: "worse" as never })), "InvalidInput")
        assert.strictEqual(yield* failure(there(links.linked("mug", { kind: "accessory" }))), "ProductNotFound")
        assert.deepStrictEqual(yield* there(titlesOf(links.featured())), [])
        const acts: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> = [
          links.chosenFeatured(),
          links.chosenLinked("mug", "accessory"),
          links.setFeatured({ productIds: [] }),
          links.setLinked("mug", { kind: "accessory", productIds: [] })
        ]
        for (const act of acts) assert.strictEqual(yield* failure(guest(act)), "Unauthenticated")
        yield* catalog.updateProduct(mug.id, { status: "draft" })
        assert.strictEqual(yield* guest(failure(links.linked("mug", { kind: "accessory" }))), "ProductNotFound")
      })
    )
  })
}
