/**
 * What is promised to orders, in SQL.
 */
import type { Reservation, ReservationStatus } from "@stoa/core/inventory/Stock"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import type { Timestamp } from "@stoa/core/kernel/Timestamp"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import { asExpected, expected } from "../AsExpected.ts"
import { sentAtOnce, storage } from "../Storage.ts"

interface ReservationRow {
  readonly id: string
  readonly reference: string
  readonly variant_id: string
  readonly location_id: string
  readonly quantity: number
  readonly status: string
  readonly expires_at: string
  readonly created_at: string
}

const toReservation = (row: ReservationRow): Reservation => ({
  id: row.id,
  reference: row.reference,
  variantId: row.variant_id,
  locationId: row.location_id,
  quantity: row.quantity,
  status: row.status,
  expiresAt: row.expires_at,
  createdAt: row.created_at
} as Reservation)

export const make = (sql: SqlClient.SqlClient) => ({
  insertReservations: Effect.fnUntraced(function*(reservations: ReadonlyArray<Reservation>) {
    yield* sentAtOnce(sql`
      INSERT INTO reservations (
        id, store_id, reference, variant_id, location_id, quantity, status, expires_at, created_at
      )
      SELECT id, ${yield* CurrentStore}, reference, variant_id, location_id, quantity, status, expires_at, created_at
      FROM ${
      Dialect.jsonRows(
        sql,
        reservations.map((reservation) => ({
          id: reservation.id,
          reference: reservation.reference,
          variant_id: reservation.variantId,
          location_id: reservation.locationId,
          quantity: reservation.quantity,
          status: reservation.status,
          expires_at: reservation.expiresAt,
          created_at: reservation.createdAt
        })),
        {
          id: "text",
          reference: "text",
          variant_id: "text",
          location_id: "text",
          quantity: "int",
          status: "text",
          expires_at: "text",
          created_at: "text"
        }
      )
    }`)
  }, storage("Inventory.insertReservations")),

  settleReservations: (references: ReadonlyArray<string>, from: ReservationStatus, to: ReservationStatus) =>
    Effect.flatMap(CurrentStore, (storeId) =>
      // written out, as PostgreSQL would plan a statement anew at every call for which a partial index comes into question
      sql<ReservationRow>`
        UPDATE reservations SET status = ${sql.literal(`'${to}'`)}
        WHERE store_id = ${storeId} AND ${Dialect.oneOfFew(sql, "reference", references)} AND status = ${sql.literal(`'${from}'`)}
        RETURNING *`
    ).pipe(
      Effect.map((rows) => rows.map(toReservation)),
      storage("Inventory.settleReservations")
    ),

  settleAllReservations: Effect.fnUntraced(function*(reservations: ReadonlyArray<Reservation>, from: ReservationStatus, to: ReservationStatus) {
    const storeId = yield* CurrentStore
    const references = Array.from(new Set(reservations.map(({ reference }) => reference)))
    const ids = reservations.map(({ id }) => id)
    const update = sql`UPDATE reservations SET status = ${sql.literal(`'${to}'`)}
      WHERE store_id = ${storeId} AND ${Dialect.oneOfFew(sql, "reference", references)} AND status = ${sql.literal(`'${from}'`)}
      RETURNING id`
    yield* sql.onDialectOrElse({
      pg: () =>
        asExpected(
          sql,
          sql`WITH ended AS (${update})`,
          sql`ended`,
          sql`count(*) = ${ids.length} AND bool_and(${Dialect.oneOfFew(sql, "id", ids)})`
        ),
      orElse: () =>
        Effect.flatMap(sql<{ readonly id: string }>`${update}`, (rows) => {
          const known = new Set<string>(ids)
          return expected("Inventory.settleAllReservations", rows.length === ids.length && rows.every(({ id }) => known.has(id)))
        })
    })
  }, storage("Inventory.settleAllReservations")),

  restockReservations: Effect.fnUntraced(function*(
    parts: ReadonlyArray<{ readonly id: string; readonly quantity: number; readonly rest: string }>
  ) {
    const storeId = yield* CurrentStore
    const input = Dialect.jsonRows(sql, parts, { id: "text", quantity: "int", rest: "text" })
    yield* sql`
      INSERT INTO reservations (id, store_id, reference, variant_id, location_id, quantity, status, expires_at, created_at)
      SELECT input.rest, r.store_id, r.reference, r.variant_id, r.location_id, input.quantity, 'restocked', r.expires_at, r.created_at
      FROM ${input} JOIN reservations r ON r.id = input.id
      WHERE ${Dialect.unindexed(sql, "r.store_id")} = ${storeId} AND r.quantity > input.quantity`
    // the whole ones first: what is left of another may be as much as was taken from it
    yield* sql`
      UPDATE reservations SET status = 'restocked' FROM ${input}
      WHERE reservations.id = input.id AND ${Dialect.unindexed(sql, "reservations.store_id")} = ${storeId} AND reservations.quantity = input.quantity`
    yield* sql`
      UPDATE reservations SET quantity = reservations.quantity - input.quantity FROM ${input}
      WHERE reservations.id = input.id AND ${Dialect.unindexed(sql, "reservations.store_id")} = ${storeId} AND reservations.status = 'committed'
        AND reservations.quantity > input.quantity`
  }, storage("Inventory.restockReservations")),

  shrinkReservations: Effect.fnUntraced(function*(
    parts: ReadonlyArray<{ readonly id: string; readonly quantity: number }>
  ) {
    const storeId = yield* CurrentStore
    const input = Dialect.jsonRows(sql, parts, { id: "text", quantity: "int" })
    // the whole ones first: what is left of another may be as much as was taken from it
    yield* sql`
      DELETE FROM reservations WHERE ${Dialect.unindexed(sql, "store_id")} = ${storeId} AND status = 'held'
        AND (id, quantity) IN (SELECT input.id, input.quantity FROM ${input})`
    yield* sql`
      UPDATE reservations SET quantity = reservations.quantity - input.quantity FROM ${input}
      WHERE reservations.id = input.id AND ${Dialect.unindexed(sql, "reservations.store_id")} = ${storeId} AND reservations.status = 'held'
        AND reservations.quantity > input.quantity`
  }, storage("Inventory.shrinkReservations")),

  extendReservations: Effect.fnUntraced(function*(reference: string, expiresAt: Timestamp) {
    yield* sql`
      UPDATE reservations SET expires_at = ${expiresAt}
      WHERE store_id = ${yield* CurrentStore} AND reference = ${reference} AND status = 'held'`
  }, storage("Inventory.extendReservations")),

  reservations: (references: ReadonlyArray<string>) =>
    Effect.flatMap(CurrentStore, (storeId) =>
      sql<ReservationRow>`
        SELECT * FROM reservations WHERE store_id = ${storeId} AND ${Dialect.oneOfFew(sql, "reference", references)} ORDER BY id`
    ).pipe(
      Effect.map((rows) => rows.map(toReservation)),
      storage("Inventory.reservations")
    ),

  deleteReleased: Effect.fnUntraced(function*(reference: string) {
    yield* sql`
      DELETE FROM reservations
      WHERE store_id = ${yield* CurrentStore} AND reference = ${reference} AND status = 'released'`
  }, storage("Inventory.deleteReleased")),

  expiredReferences: (before: Timestamp, limit: number) =>
    Effect.flatMap(CurrentStore, (storeId) =>
      sql<{ readonly reference: string }>`
        SELECT reference FROM reservations
        WHERE store_id = ${storeId} AND status = 'held' AND expires_at < ${before}
        GROUP BY reference ORDER BY min(expires_at), reference LIMIT ${limit}`
    ).pipe(
      Effect.map((rows) => rows.map(({ reference }) => reference)),
      storage("Inventory.expiredReferences")
    )
})
