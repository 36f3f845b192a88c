import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Catalog } from "../catalog/Catalog.ts"
import type { Product, VariantId } from "../catalog/Product.ts"
import { Inventory } from "../inventory/Inventory.ts"
import * as Actor from "../kernel/Actor.ts"
import { sell, shop } from "./CatalogFixture.ts"
import { usd } from "./Shop.ts"
import { order, transaction } from "./StockedShop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

const index = (maximum: number) => Schema.Int.check(Schema.isBetween({ minimum: 0, maximum }))

const Step = Schema.Union([
  Schema.TaggedStruct("count", { product: index(1), variant: index(2), location: index(2), pieces: index(2) }),
  Schema.TaggedStruct("transfer", { product: index(1), variant: index(2), from: index(2), to: index(2) }),
  Schema.TaggedStruct("reserve", { product: index(1), variant: index(2), order: index(3) }),
  Schema.TaggedStruct("commit", { order: index(3) }),
  Schema.TaggedStruct("release", { order: index(3) }),
  Schema.TaggedStruct("open", { location: index(2), active: Schema.Boolean }),
  Schema.TaggedStruct("close down", { location: index(2) }),
  Schema.TaggedStruct("drop", { product: index(1), variant: index(2) }),
  Schema.TaggedStruct("backorder", { product: index(1), variant: index(2), limit: index(1) })
])

/** That a list and a filter say of a product what its page says, whatever happens to the stock of its variants. */
export const productAvailabilitySuite = (harness: StorageHarness): void => {
  describe(`products that can be bought, on ${harness.name}`, () => {
    const clerk = Actor.staff("user_clerk", ["catalog:read", "catalog:write", "inventory:read", "inventory:write"])

    it.effect.prop(
      "a list says that a product can be bought as long as one of its variants can, whatever happens to stock, locations and variants",
      { steps: Schema.Array(Step).check(Schema.isMinLength(15), Schema.isMaxLength(30)) },
      ({ steps }) =>
        Effect.gen(function*() {
          const catalog = yield* Catalog
          const inventory = yield* Inventory
          const locations = [
            (yield* inventory.defaultLocation).id,
            (yield* inventory.createLocation({ code: "south", name: "South", priority: 1 })).id,
            (yield* inventory.createLocation({ code: "west", name: "West", priority: 2 })).id
          ]
          const sizes = ["S", "M", "L"]
          const products: ReadonlyArray<Product> = yield* Effect.forEach(["Mug", "Bowl"], (title) =>
            sell(title, {
              options: [{ name: "Size", values: sizes }],
              variants: sizes.map((size) => ({ price: usd(1_000), optionValues: [size], stock: 1 }))
            }))
          const locationAt = (at: number) => locations[at] ?? ""
          const variantAt = (product: number, variant: number) => products[product]?.variants[variant]?.id ?? ("" as VariantId)

          const take = Effect.fnUntraced(function*(step: typeof Step.Type) {
            switch (step._tag) {
              case "count":
                return yield* inventory.adjust({
                  adjustments: [{ variantId: variantAt(step.product, step.variant), locationId: locationAt(step.location), onHand: step.pieces }],
                  reason: "counted"
                })
              case "transfer":
                return yield* inventory.transfer({
                  from: locationAt(step.from),
                  to: locationAt(step.to),
                  lines: [{ variantId: variantAt(step.product, step.variant), quantity: 1 }],
                  reason: "moved"
                })
              case "reserve":
                return yield* order(`order_${step.order}`, [[variantAt(step.product, step.variant), 1]])
              case "commit":
                return yield* transaction(inventory.commit(`order_${step.order}`))
              case "release":
                return yield* transaction(inventory.release(`order_${step.order}`, "cancelled"))
              case "open":
                return yield* inventory.updateLocation(locationAt(step.location), { active: step.active })
              case "close down":
                return yield* inventory.deleteLocation(locationAt(step.location))
              case "drop":
                return yield* catalog.deleteVariant(products[step.product]?.id ?? "", variantAt(step.product, step.variant))
              case "backorder":
                return yield* catalog.updateVariant(products[step.product]?.id ?? "", variantAt(step.product, step.variant), { backorderLimit: step.limit })
            }
          })
          for (const step of steps) {
            // what is refused changes nothing
            yield* Effect.exit(take(step))
            const pages = yield* Effect.forEach(products, ({ id }) => catalog.getProduct(id))
            const buyable = pages.filter(({ variants }) => variants.some(({ available }) => available === null || available > 0)).map(({ id }) => id).sort()
            const listed = (yield* catalog.listProducts()).items
            assert.deepStrictEqual(listed.filter(({ available }) => available).map(({ id }) => id).sort(), buyable, JSON.stringify(step))
            const found = (yield* catalog.listProducts({ available: true })).items
            assert.deepStrictEqual(found.map(({ id }) => id).sort(), buyable, JSON.stringify(step))
          }
        }).pipe(Actor.as(clerk), Effect.provide(shop(harness.storage()))),
      { arbitrary: { runs: 20 } }
    )
  })
}
