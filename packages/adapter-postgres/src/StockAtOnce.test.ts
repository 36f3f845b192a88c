import { assert, describe, it } from "@effect/vitest"
import { Inventory } from "@stoa/core/inventory/Inventory"
import { InventoryRepository } from "@stoa/core/inventory/InventoryRepository"
import { because } from "@stoa/core/inventory/LevelChange"
import * as Actor from "@stoa/core/kernel/Actor"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import { Transactor } from "@stoa/core/kernel/Transactor"
import { addProduct, addStock, noDrift } from "@stoa/core/testing/StockedShop"
import * as StockedShop from "@stoa/core/testing/StockedShop"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as SqlClient from "effect/sql/SqlClient"
import { storageOfRows } from "./conformance/PostgresHarness.ts"

describe("levels that several change at once in PostgreSQL", () => {
  it.effect("are not called short of nothing where the first pieces of one come while another is waited for", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const inventory = yield* Inventory
      const repository = yield* InventoryRepository
      const { transaction } = yield* Transactor
      const mug = yield* addStock(5)
      const { variantId: cup } = yield* addProduct()
      const { id: locationId } = yield* inventory.defaultLocation
      const isHeld = Latch.makeUnsafe(false)
      const isOver = Latch.makeUnsafe(false)
      const holder = transaction(Effect.andThen(
        sql`SELECT version FROM stock_levels WHERE variant_id = ${mug} FOR UPDATE`,
        Effect.andThen(isHeld.open, isOver.await)
      ))
      const taker = Effect.gen(function*() {
        yield* isHeld.await
        const at = yield* Timestamp.now
        return yield* transaction(repository.apply(because(
          [mug, cup].map((variantId) => ({ variantId, locationId, onHandDelta: -1, reservedDelta: 0 })),
          { kind: "adjust", reason: "", reference: "", actor: "system:test", at }
        )))
      })
      const isWaiting = Effect.map(
        sql`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
        (rows) => rows.length > 0
      )
      const bringer = isHeld.await.pipe(
        Effect.andThen(Effect.repeat(isWaiting, { until: (waits) => waits })),
        Effect.andThen(Actor.as(Actor.system("test"))(inventory.adjust({ adjustments: [{ variantId: cup, onHand: 3 }], reason: "" }))),
        Effect.ensuring(isOver.open)
      )
      const [, taken] = yield* Effect.all([holder, taker, bringer], { concurrency: "unbounded" })
      assert.deepStrictEqual(taken.map(({ onHand }) => onHand).toSorted(), [2, 4])
      yield* noDrift
    }).pipe(Effect.provide(StockedShop.layer({ storage: storageOfRows }))))
})
