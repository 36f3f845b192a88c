/**
 * Locations, and the walls between stores, on every storage.
 */
import { assert, describe } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Inventory } from "../inventory/Inventory.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as StockedShop from "./StockedShop.ts"
import { addStock, inFifteenMinutes, movementsOf, noDrift, order, stockOf, transaction, wish } from "./StockedShop.ts"
import type { StorageHarness } from "./StorageHarness.ts"

export const locationSuite = (harness: StorageHarness): void => {
  const test = StockedShop.tester(harness)

  describe(`locations, on ${harness.name}`, () => {
    test("a store gets its first location when it first needs one, and only one", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        assert.deepStrictEqual(yield* inventory.listLocations, [])
        const all = yield* Effect.all(Array.from({ length: 10 }, () => inventory.defaultLocation), {
          concurrency: "unbounded"
        })
        assert.strictEqual(new Set(all.map(({ id }) => id)).size, 1)
        assert.deepStrictEqual((yield* inventory.listLocations).map(({ code }) => code), ["main"])
      }))

    test("the open location with the lowest number comes first", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const north = yield* inventory.createLocation({ code: "north", name: "North", priority: 2 })
        const south = yield* inventory.createLocation({ code: "south", name: "South", priority: 1 })
        assert.strictEqual((yield* inventory.defaultLocation).id, south.id)
        const closed = yield* inventory.updateLocation(south.id, { active: false, version: 1 })
        assert.strictEqual(closed.version, 2)
        assert.strictEqual((yield* inventory.defaultLocation).id, north.id)
        const stale = yield* Effect.flip(inventory.updateLocation(south.id, { version: 1 }))
        assert.strictEqual(stale._tag, "VersionConflict")
        assert.strictEqual(
          (yield* Effect.flip(inventory.createLocation({ code: "north", name: "Again" })))._tag,
          "LocationCodeTaken"
        )
      }))

    test("closed locations sell nothing", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const mug = yield* addStock(5)
        const main = yield* inventory.defaultLocation
        yield* order("before", [[mug, 1]])
        yield* inventory.updateLocation(main.id, { active: false })
        assert.deepStrictEqual(yield* inventory.levels(mug), [])
        assert.strictEqual((yield* Effect.flip(order("after", [[mug, 1]])))._tag, "InsufficientStock")
        yield* transaction(inventory.commit("before"))
        yield* noDrift
      }))

    test("a location that holds stock stays, an empty one goes", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const mug = yield* addStock(1)
        const main = yield* inventory.defaultLocation
        assert.strictEqual((yield* Effect.flip(inventory.deleteLocation(main.id)))._tag, "LocationInUse")
        assert.strictEqual((yield* inventory.levels(mug)).length, 1)
        yield* inventory.adjust({ adjustments: [{ variantId: mug, onHand: 0 }], reason: "sold at the door" })
        yield* inventory.deleteLocation(main.id)
        assert.strictEqual((yield* Effect.flip(inventory.deleteLocation(main.id)))._tag, "LocationNotFound")
        assert.deepStrictEqual(yield* inventory.levels(mug), [])
        assert.strictEqual((yield* movementsOf(mug)).length, 2)
        yield* noDrift
      }))
  })

  describe(`the stock of several stores, on ${harness.name}`, () => {
    test("nobody sees or changes the stock of another store", () =>
      Effect.gen(function*() {
        const inventory = yield* Inventory
        const mug = yield* addStock(5)
        const main = yield* inventory.defaultLocation
        yield* order("shared name", [[mug, 2]])
        const stale = yield* wish([[mug, 1]])
        const other = yield* StockedShop.addStore("other")
        yield* StockedShop.inStore(other)(Effect.gen(function*() {
          assert.deepStrictEqual((yield* inventory.list()).items, [])
          assert.deepStrictEqual(yield* inventory.levels(mug), [])
          assert.deepStrictEqual((yield* inventory.ledger({ variantId: mug })).items, [])
          assert.deepStrictEqual(yield* inventory.listLocations, [])
          assert.deepStrictEqual(yield* transaction(inventory.commit("shared name")), [])
          assert.deepStrictEqual(yield* transaction(inventory.release("shared name", "")), [])
          yield* transaction(inventory.extend("shared name", Timestamp.fromMillis(0)))
          const adjusting = inventory.adjust({ adjustments: [{ variantId: mug, delta: 1 }], reason: "" })
          assert.strictEqual((yield* Effect.flip(adjusting))._tag, "VariantNotFound")
          const reserving = transaction(inventory.reserve("thief", stale, yield* inFifteenMinutes))
          assert.strictEqual((yield* Effect.flip(reserving))._tag, "InsufficientStock")
          assert.strictEqual((yield* Effect.flip(inventory.deleteLocation(main.id)))._tag, "LocationNotFound")
          const own = yield* addStock(3)
          assert.deepStrictEqual(yield* stockOf(own), [3, 0])
          assert.strictEqual((yield* inventory.list()).items.length, 1)
          yield* noDrift
        }))
        assert.deepStrictEqual(yield* stockOf(mug), [5, 2])
        assert.strictEqual((yield* inventory.list()).items.length, 1)
        yield* noDrift
      }))
  })
}
