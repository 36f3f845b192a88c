import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Carts } from "../cart/Carts.ts"
import { Catalog } from "../catalog/Catalog.ts"
import { Inventory } from "../inventory/Inventory.ts"
import { Shipping } from "../shipping/Shipping.ts"
import { Taxes } from "../tax/Taxes.ts"
import * as Shop from "./Shop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

/** Who deletes what they have seen does not delete what somebody else has made of it since. */
export const staleDeletionSuite = (harness: StorageHarness): void => {
  describe(`deleting at a version, on ${harness.name}`, () => {
    it.effect("deletes what is still the same, and nothing that has changed", () =>
      Effect.gen(function*() {
        const catalog = yield* Catalog
        const inventory = yield* Inventory
        const shipping = yield* Shipping
        const taxes = yield* Taxes
        const carts = yield* Carts
        const category = yield* catalog.createCategory({ name: "Mugs" })
        yield* catalog.updateCategory(category.id, { name: "Cups" })
        const price = Shop.usd(100)
        const product = yield* catalog.createProduct({
          title: "Mug",
          categoryIds: [category.id],
          options: [{ name: "Size", values: ["S", "L"] }],
          variants: [{ price, optionValues: ["S"] }, { price, optionValues: ["L"] }]
        })
        yield* catalog.updateProduct(product.id, { title: "Cup" })
        const location = yield* inventory.createLocation({ code: "attic", name: "Attic" })
        yield* inventory.updateLocation(location.id, { name: "Cellar" })
        const method = yield* shipping.create({ name: "Post", price })
        yield* shipping.update(method.id, { name: "Parcel" })
        const rate = yield* taxes.create({ name: "VAT", taxClass: "standard", ratePpm: 100_000 })
        yield* taxes.update(rate.id, { name: "Tax" })
        const { cart } = yield* carts.create()
        yield* carts.update(cart.id, { note: "Wrap it" })
        const first = product.variants[0]?.id ?? ""

        const deletions = (version: number): ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> => [
          catalog.deleteCategory(category.id, { version }),
          // the category that went has given the product another version
          catalog.deleteVariant(product.id, first, { version: version === 2 ? 3 : version }),
          catalog.deleteProduct(product.id, { version: version === 2 ? 4 : version }),
          inventory.deleteLocation(location.id, { version }),
          shipping.delete(method.id, { version }),
          taxes.delete(rate.id, { version }),
          carts.delete(cart.id, { version })
        ]
        const stale = yield* Effect.forEach(deletions(1), Effect.flip)
        assert.deepStrictEqual(stale.map(({ _tag }) => _tag), stale.map(() => "VersionConflict"))
        assert.strictEqual((yield* catalog.getProduct(product.id)).version, 2)
        assert.strictEqual((yield* catalog.listProducts({ search: "cup", status: "any" })).items.length, 1)
        for (const deletion of deletions(2)) yield* deletion
        const gone = yield* Effect.forEach(deletions(2), Effect.flip)
        assert.deepStrictEqual(gone.map(({ _tag }) => _tag), [
          "CategoryNotFound",
          "ProductNotFound",
          "ProductNotFound",
          "LocationNotFound",
          "ShippingMethodNotFound",
          "TaxRateNotFound",
          "CartNotFound"
        ])
      }).pipe(Effect.provide(Shop.layer(harness.storage()))))
  })
}
