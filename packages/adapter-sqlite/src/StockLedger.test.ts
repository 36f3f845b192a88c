import { assert, describe, it } from "@effect/vitest"
import { Inventory } from "@stoa/core/inventory/Inventory"
import { addProduct, addStock, noDrift, order, transaction } from "@stoa/core/testing/StockedShop"
import * as StockedShop from "@stoa/core/testing/StockedShop"
import { ProductRepository } from "@stoa/core/catalog/ProductRepository"
import { Jobs } from "@stoa/core/jobs/Jobs"
import { EventRepository } from "@stoa/core/events/EventRepository"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { fromClient } from "./SqliteStorage.ts"
import * as SqliteHarness from "./conformance/SqliteHarness.ts"

const shop = () => StockedShop.layer({ storage: () => fromClient(SqliteHarness.memory()) })

const drift = Effect.flatMap(Inventory, (inventory) => inventory.reconcile)

/** The ids of things that were made at the same moment are in any order. */
const sorted = <A extends { readonly variantId: string }>(all: ReadonlyArray<A>) =>
  all.toSorted((a, b) => a.variantId < b.variantId ? -1 : 1)

describe("the stock ledger", () => {
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

  it.effect("takes several movements at once only if they add up to what the level changed by", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const mug = yield* addStock(5)
      const moves = (pieces: number) =>
        JSON.stringify([
          ["adjust", -1, 0, "", "one", "system", "2026-01-01T00:00:00.000Z"],
          ["adjust", pieces, 0, "", "two", "system", "2026-01-01T00:00:00.000Z"]
        ])
      const take = (pieces: number) =>
        sql`UPDATE stock_levels SET on_hand = on_hand - 3, moves = ${moves(pieces)} WHERE variant_id = ${mug}`
      assert.match(String((yield* Effect.flip(take(-1))).cause), /do not add up/)
      yield* take(-2)
      yield* noDrift
      // the list of an earlier change explains no later one
      yield* sql`UPDATE stock_levels SET on_hand = on_hand + 3, moved_reason = 'found' WHERE variant_id = ${mug}`
      yield* noDrift
    }).pipe(Effect.provide(shop())))

  it.effect("cannot be rewritten or shortened", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* addStock(5)
      for (const statement of [sql`UPDATE stock_movements SET on_hand_delta = 9`, sql`DELETE FROM stock_movements`]) {
        assert.match(String((yield* Effect.flip(statement)).cause), /the stock ledger only grows/)
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
      yield* sql`DROP TRIGGER stock_levels_moved`
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
    }).pipe(Effect.provide(shop())))

  it.effect("shows rows that were torn out of it, levels and reservations that are gone", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const [mug, cup, jug] = [yield* addStock(5), yield* addStock(5), yield* addStock(5)]
      yield* order("open", [[cup, 2]])
      yield* sql`DROP TRIGGER stock_movements_kept`
      yield* sql`DROP TRIGGER stock_levels_removed`
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
    }).pipe(Effect.provide(shop())))

  it.effect("the database itself refuses to sell what is not there", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const [mug, cup] = [yield* addStock(5), yield* addStock(5, { backorderLimit: 2 })]
      const reserve = (variantId: string, pieces: number) =>
        sql`UPDATE stock_levels SET reserved = ${pieces} WHERE variant_id = ${variantId}`
      assert.match(String((yield* Effect.flip(reserve(mug, 6))).cause), /CHECK constraint failed/)
      assert.match(String((yield* Effect.flip(reserve(cup, 8))).cause), /CHECK constraint failed/)
      assert.match(String((yield* Effect.flip(reserve(cup, -1))).cause), /CHECK constraint failed/)
      yield* reserve(cup, 7)
    }).pipe(Effect.provide(shop())))
})
