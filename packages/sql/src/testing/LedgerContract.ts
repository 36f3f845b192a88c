/**
 * The laws of the stock ledger that the database itself keeps, whatever is written past the engine. Each case wants the services of
 * `StockedShop` on a database that the engine's migrations have made.
 */
import { EventRepository } from "@stoa/core/events/EventRepository"
import { Inventory } from "@stoa/core/inventory/Inventory"
import { Jobs } from "@stoa/core/jobs/Jobs"
import { ProductRepository } from "@stoa/core/catalog/ProductRepository"
import type * as StockedShop from "@stoa/core/testing/StockedShop"
import { addProduct, addStock, noDrift, order, transaction } from "@stoa/core/testing/StockedShop"
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import assert from "node:assert/strict"
import { inspect } from "node:util"
import * as Dialect from "../Dialect.ts"

const drift = Effect.flatMap(Inventory, (inventory) => inventory.reconcile)

/** The ids of things that were made at the same moment are in any order. */
const sorted = <A extends { readonly variantId: string }>(all: ReadonlyArray<A>) =>
  all.toSorted((a, b) => a.variantId < b.variantId ? -1 : 1)

/** Takes a trigger away, as somebody does who wants to write what it forbids. */
const dropTrigger = Effect.fnUntraced(function*(name: { readonly sqlite: string; readonly pg: string }, table: string) {
  const sql = yield* SqlClient.SqlClient
  yield* Dialect.of(sql) === "sqlite"
    ? sql`DROP TRIGGER ${sql(name.sqlite)}`
    : sql`DROP TRIGGER ${sql(name.pg)} ON ${sql(table)}`
})

/** The statement is refused, and the database says why in its own words. */
const refused = <A, R>(statement: Effect.Effect<A, SqlError, R>, why: RegExp) =>
  Effect.map(Effect.flip(statement), (error) => assert.match(inspect(error, { depth: 5 }), why))

const belowStock = /CHECK constraint failed|violates check constraint/

/** One law. It throws when it does not hold. */
export interface LedgerCase {
  readonly name: string
  readonly test: Effect.Effect<void, unknown, Layer.Success<ReturnType<typeof StockedShop.layer<SqlClient.SqlClient>>>>
}

export const cases: ReadonlyArray<LedgerCase> = [
  {
    name: "explains a level that a plug-in changes by itself",
    test: Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const inventory = yield* Inventory
      const mug = yield* addStock(5)
      yield* sql`UPDATE stock_levels SET on_hand = on_hand - 2, moved_reason = 'raffle' WHERE variant_id = ${mug}`
      const [movement] = (yield* inventory.ledger({ variantId: mug })).items
      assert.deepStrictEqual([movement?.onHandDelta, movement?.reason], [-2, "raffle"])
      yield* noDrift
    })
  },
  {
    name: "takes several movements at once only if they add up to what the level changed by",
    test: Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const mug = yield* addStock(5)
      const moves = (pieces: number) =>
        JSON.stringify([
          ["adjust", -1, 0, "", "one", "system", "2026-01-01T00:00:00.000Z"],
          ["adjust", pieces, 0, "", "two", "system", "2026-01-01T00:00:00.000Z"]
        ])
      const take = (pieces: number) =>
        sql`UPDATE stock_levels SET on_hand = on_hand - 3, moves = ${moves(pieces)} WHERE variant_id = ${mug}`
      yield* refused(take(-1), /do not add up/)
      yield* take(-2)
      yield* noDrift
      // the list of an earlier change explains no later one
      yield* sql`UPDATE stock_levels SET on_hand = on_hand + 3, moved_reason = 'found' WHERE variant_id = ${mug}`
      yield* noDrift
    })
  },
  {
    name: "cannot be rewritten or shortened",
    test: Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      yield* addStock(5)
      for (const statement of [sql`UPDATE stock_movements SET on_hand_delta = 9`, sql`DELETE FROM stock_movements`]) {
        yield* refused(statement, /the stock ledger only grows/)
      }
    })
  },
  {
    name: "ends at zero when the variant is deleted",
    test: Effect.gen(function*() {
      const inventory = yield* Inventory
      const products = yield* ProductRepository
      const { id, variantId } = yield* addProduct()
      yield* inventory.adjust({ adjustments: [{ variantId, delta: 5 }], reason: "" })
      yield* order("open", [[variantId, 2]])
      yield* transaction(products.delete(id))
      const { items } = yield* inventory.ledger({ variantId })
      assert.deepStrictEqual([items[0]?.kind, items[0]?.onHandDelta, items[0]?.reservedDelta], ["remove", -5, -2])
      yield* noDrift
    })
  },
  {
    name: "shows a level that was changed behind its back",
    test: Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const inventory = yield* Inventory
      const [mug, cup] = [yield* addStock(5), yield* addStock(5)]
      yield* order("open", [[cup, 2]])
      yield* dropTrigger({ sqlite: "stock_levels_moved", pg: "stock_levels_moved" }, "stock_levels")
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
    })
  },
  {
    name: "shows rows that were torn out of it, levels and reservations that are gone",
    test: Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const [mug, cup, jug] = [yield* addStock(5), yield* addStock(5), yield* addStock(5)]
      yield* order("open", [[cup, 2]])
      yield* dropTrigger({ sqlite: "stock_movements_kept", pg: "stock_movements_fixed" }, "stock_movements")
      yield* dropTrigger({ sqlite: "stock_levels_removed", pg: "stock_levels_removed" }, "stock_levels")
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
    })
  },
  {
    name: "the database itself refuses to sell what is not there",
    test: Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const [mug, cup] = [yield* addStock(5), yield* addStock(5, { backorderLimit: 2 })]
      const reserve = (variantId: string, pieces: number) =>
        sql`UPDATE stock_levels SET reserved = ${pieces} WHERE variant_id = ${variantId}`
      yield* refused(reserve(mug, 6), belowStock)
      yield* refused(reserve(cup, 8), belowStock)
      yield* refused(reserve(cup, -1), belowStock)
      yield* reserve(cup, 7)
    })
  }
]
