import { assert, describe, it } from "@effect/vitest"
import { Inventory } from "@stoa/core/inventory/Inventory"
import { addProduct, addStock, noDrift, order, transaction } from "@stoa/core/testing/StockedShop"
import * as StockedShop from "@stoa/core/testing/StockedShop"
import { ProductRepository } from "@stoa/core/catalog/ProductRepository"
import { Jobs } from "@stoa/core/jobs/Jobs"
import { EventRepository } from "@stoa/core/events/EventRepository"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { inspect } from "node:util"
import { storage, storageOfRows } from "./conformance/PostgresHarness.ts"

const shop = () => StockedShop.layer({ storage: storageOfRows })

/** In a database whose triggers a test may take away. */
const tamperedShop = () => StockedShop.layer({ storage })

const drift = Effect.flatMap(Inventory, (inventory) => inventory.reconcile)

/** The ids of things that were made at the same moment are in any order. */
const sorted = <A extends { readonly variantId: string }>(all: ReadonlyArray<A>) =>
  all.toSorted((a, b) => a.variantId < b.variantId ? -1 : 1)

describe("the stock ledger in PostgreSQL", () => {
  it.effect("explains a level that a plug-in changes by itself", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const inventory = yield* Inventory
      const mug = yield* addStock(5)
      yield* sql`UPDATE stock_levels SET on_hand = on_hand - 2, moved_reason = 'raffle' WHERE variant_id = ${mug}`
      const [movement] = (yield* inventory.ledger({ variantId: mug })).items
      assert.deepStrictEqual([movement?.onHandDelta, movement?.reason], [-2, "raffle"])
      yield* noDrift
    }).pipe(Effect.provide(shop())))

  it.effect("explains all levels that one statement changes, each by its own change", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const inventory = yield* Inventory
      const [mug, cup, jug] = [yield* addStock(5), yield* addStock(6), yield* addStock(7)]
      const moves = JSON.stringify([["sale", -2, 0, "one", "", "raffle", "2026-01-01T00:00:00.000Z"], ["sale", -1, 0, "two", "", "raffle", "2026-01-01T00:00:00.000Z"]])
      yield* sql`UPDATE stock_levels SET moved_reason = 'raffle', on_hand = on_hand - CASE variant_id WHEN ${cup} THEN 3 WHEN ${mug} THEN 1 ELSE 0 END,
        moves = CASE variant_id WHEN ${cup} THEN ${moves} END`
      const told = (variantId: string) =>
        Effect.map(inventory.ledger({ variantId }), ({ items }) => items.toReversed().slice(1).map(({ onHandDelta, reason }) => [onHandDelta, reason]))
      assert.deepStrictEqual(yield* told(mug), [[-1, "raffle"]])
      assert.deepStrictEqual(yield* told(cup), [[-2, "one"], [-1, "two"]])
      assert.deepStrictEqual(yield* told(jug), [])
      yield* noDrift
    }).pipe(Effect.provide(shop())))

  it.effect("refuses a list that does not add up to the change of its level, and a level that becomes that of another variant", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const [mug, cup] = [yield* addStock(5), (yield* addProduct()).variantId]
      const moves = JSON.stringify([["sale", -2, 0, "one", "", "raffle", "2026-01-01T00:00:00.000Z"]])
      assert.match(
        inspect(yield* Effect.flip(sql`UPDATE stock_levels SET on_hand = on_hand - 1, moves = ${moves} WHERE variant_id = ${mug}`)),
        /the movements do not add up/
      )
      assert.match(
        inspect(yield* Effect.flip(sql`UPDATE stock_levels SET variant_id = ${cup} WHERE variant_id = ${mug}`)),
        /on_hand_delta/
      )
      yield* noDrift
    }).pipe(Effect.provide(shop())))

  it.effect("cannot be rewritten or shortened", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* addStock(5)
      for (const statement of [sql`UPDATE stock_movements SET on_hand_delta = 9`, sql`DELETE FROM stock_movements`]) {
        assert.match(inspect(yield* Effect.flip(statement)), /the stock ledger only grows/)
      }
    }).pipe(Effect.provide(shop())))

  it.effect("ends at zero when the variant is deleted", () =>
    Effect.gen(function*() {
      const inventory = yield* Inventory
      const products = yield* ProductRepository
      const { id, variantId } = yield* addProduct()
      yield* inventory.adjust({ adjustments: [{ variantId, delta: 5 }], reason: "" })
      yield* order("open", [[variantId, 2]])
      yield* transaction(products.delete(id))
      const { items } = yield* inventory.ledger({ variantId })
      assert.deepStrictEqual([items[0]?.kind, items[0]?.onHandDelta, items[0]?.reservedDelta], ["remove", -5, -2])
      yield* noDrift
    }).pipe(Effect.provide(shop())))

  it.effect("shows a level that was changed behind its back", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const inventory = yield* Inventory
      const [mug, cup] = [yield* addStock(5), yield* addStock(5)]
      yield* order("open", [[cup, 2]])
      yield* sql`DROP TRIGGER stock_levels_moved ON stock_levels`
      yield* sql`UPDATE stock_levels SET on_hand = 7 WHERE variant_id = ${mug}`
      yield* sql`UPDATE stock_levels SET reserved = 1 WHERE variant_id = ${cup}`
      const { id: locationId } = yield* inventory.defaultLocation
      assert.deepStrictEqual(yield* drift, sorted([
        {
          variantId: mug,
          locationId,
          onHand: 7,
          ledgerOnHand: 5,
          reserved: 0,
          ledgerReserved: 0,
          heldByReservations: 0
        },
        {
          variantId: cup,
          locationId,
          onHand: 5,
          ledgerOnHand: 5,
          reserved: 1,
          ledgerReserved: 2,
          heldByReservations: 2
        }
      ]))
      yield* (yield* Jobs).runCron("inventory.reconcile")
      const told = yield* (yield* EventRepository).ofSubject(mug)
      assert.strictEqual(told.at(-1)?.type, "stock.drifted")
    }).pipe(Effect.provide(tamperedShop())))

  it.effect("shows rows that were torn out of it, levels and reservations that are gone", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const [mug, cup, jug] = [yield* addStock(5), yield* addStock(5), yield* addStock(5)]
      yield* order("open", [[cup, 2]])
      yield* sql`DROP TRIGGER stock_movements_fixed ON stock_movements`
      yield* sql`DROP TRIGGER stock_levels_removed ON stock_levels`
      yield* sql`DELETE FROM stock_movements WHERE variant_id = ${mug}`
      yield* sql`DELETE FROM reservations WHERE variant_id = ${cup}`
      yield* sql`DELETE FROM stock_levels WHERE variant_id = ${jug}`
      assert.deepStrictEqual(
        (yield* drift).map(({ heldByReservations, ledgerOnHand, onHand, reserved, variantId }) => (
          { variantId, onHand, ledgerOnHand, reserved, heldByReservations }
        )),
        sorted([
          { variantId: mug, onHand: 5, ledgerOnHand: 0, reserved: 0, heldByReservations: 0 },
          { variantId: cup, onHand: 5, ledgerOnHand: 5, reserved: 2, heldByReservations: 0 },
          { variantId: jug, onHand: 0, ledgerOnHand: 5, reserved: 0, heldByReservations: 0 }
        ])
      )
    }).pipe(Effect.provide(tamperedShop())))

  it.effect("the database itself refuses to sell what is not there", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const [mug, cup] = [yield* addStock(5), yield* addStock(5, { backorderLimit: 2 })]
      const reserve = (variantId: string, pieces: number) =>
        sql`UPDATE stock_levels SET reserved = ${pieces} WHERE variant_id = ${variantId}`
      assert.match((yield* Effect.flip(reserve(mug, 6))).reason._tag, /ConstraintError/)
      assert.match((yield* Effect.flip(reserve(cup, 8))).reason._tag, /ConstraintError/)
      assert.match((yield* Effect.flip(reserve(cup, -1))).reason._tag, /ConstraintError/)
      yield* reserve(cup, 7)
    }).pipe(Effect.provide(shop())))
})
