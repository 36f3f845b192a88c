/**
 * Stock that two count at the same moment: what lies there is what was counted, and not twice that.
 */
import { assert, describe, it } from "@effect/vitest"
import { Inventory } from "@stoa/core/inventory/Inventory"
import * as Actor from "@stoa/core/kernel/Actor"
import * as Shop from "@stoa/core/testing/Shop"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import { storageOfRows } from "./conformance/PostgresHarness.ts"
import { whileOpen } from "./testing/WhileOpen.ts"

describe("stock that two count at once, in PostgreSQL", () => {
  const test = (name: string, body: Effect.Effect<void, unknown, Shop.ShopServices | SqlClient.SqlClient>) =>
    it.effect(name, () => Effect.provide(Actor.as(Actor.system("test"))(body), Shop.layer<SqlClient.SqlClient>(storageOfRows())))

  const counted = Effect.fnUntraced(function*(variantId: string, locationId?: string) {
    const inventory = yield* Inventory
    const place = locationId === undefined ? {} : { locationId: locationId as never }
    const count = inventory.adjust({
      adjustments: [{ variantId: variantId as never, onHand: 40, ...place }],
      kind: "count",
      reason: "counted"
    })
    const { result } = yield* whileOpen(count, count)
    assert.strictEqual(result._tag, "Success")
    const levels = yield* inventory.levels(variantId)
    return levels.filter((level) => locationId === undefined || level.locationId === locationId).map(({ onHand }) => onHand)
  })

  test("is what both have counted", Effect.gen(function*() {
    const { variantId } = yield* Shop.product({ stock: 50 })
    assert.deepStrictEqual(yield* counted(variantId), [40])
  }))

  test("is what both have counted, where nothing was known of it before", Effect.gen(function*() {
    const { variantId } = yield* Shop.product({ stock: 50 })
    const { id } = yield* (yield* Inventory).createLocation({ code: "north", name: "North" })
    assert.deepStrictEqual(yield* counted(variantId, id), [40])
  }))
})
