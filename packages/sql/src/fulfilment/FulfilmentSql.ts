/**
 * Fulfilments in SQL.
 */
import type { Fulfilment, FulfilmentLine } from "@stoa/core/fulfilment/Fulfilment"
import { FulfilmentRepository } from "@stoa/core/fulfilment/FulfilmentRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface FulfilmentRow {
  readonly id: string
  readonly order_id: string
  readonly vendor_id: string | null
  readonly kind: string
  readonly status: string
  readonly state: string | null
  readonly location_id: string | null
  readonly lines: string
  readonly part: string | null
  readonly tracking: string
  readonly proof: string | null
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
  readonly shipped_at: string | null
  readonly delivered_at: string | null
}

const fromRow = (row: FulfilmentRow): Fulfilment => ({
  id: row.id,
  orderId: row.order_id,
  ...(row.vendor_id === null ? {} : { vendorId: row.vendor_id }),
  kind: row.kind,
  status: row.status,
  ...(row.state === null ? {} : { state: row.state }),
  locationId: row.location_id,
  lines: Row.json(row.lines),
  part: Row.jsonOrNull(row.part),
  tracking: Row.json(row.tracking),
  proof: Row.jsonOrNull(row.proof),
  version: row.version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
  shippedAt: row.shipped_at,
  deliveredAt: row.delivered_at
} as Fulfilment)

const sort = "id"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(
    "id, order_id, vendor_id, kind, status, state, location_id, lines, part, tracking, proof, version, created_at, updated_at, shipped_at, delivered_at"
  )
  // in the order of their ids, so that two who take of the same lines do not wait for each other
  const input = (lines: ReadonlyArray<FulfilmentLine>) =>
    Dialect.jsonRows(
      sql,
      lines.toSorted((a, b) => (a.lineId < b.lineId ? -1 : 1)).map(({ lineId, quantity }) => ({ line_id: lineId, quantity })),
      { line_id: "text", quantity: "int" }
    )

  return FulfilmentRepository.of({
    progress: Effect.fnUntraced(function*(orderId) {
      return yield* sql<{ readonly lineId: string; readonly ordered: number; readonly fulfilled: number }>`
        SELECT id AS ${sql("lineId")}, quantity - cancelled AS ordered, fulfilled FROM order_lines
        WHERE order_id = ${orderId} AND store_id = ${yield* CurrentStore} ORDER BY position`
    }, storage("Fulfilments.progress")),

    take: Effect.fnUntraced(function*(orderId, lines) {
      const rows = yield* sql`
        UPDATE order_lines SET fulfilled = fulfilled + input.quantity FROM ${input(lines)}
        WHERE order_lines.id = input.line_id AND order_lines.order_id = ${orderId}
          AND ${Dialect.unindexed(sql, "order_lines.store_id")} = ${yield* CurrentStore}
          AND order_lines.fulfilled + order_lines.cancelled + input.quantity <= order_lines.quantity
        RETURNING order_lines.id`
      return rows.length === lines.length
    }, storage("Fulfilments.take")),

    cancelPieces: Effect.fnUntraced(function*(orderId, lines) {
      const rows = yield* sql`
        UPDATE order_lines SET cancelled = cancelled + input.quantity FROM ${input(lines)}
        WHERE order_lines.id = input.line_id AND order_lines.order_id = ${orderId}
          AND ${Dialect.unindexed(sql, "order_lines.store_id")} = ${yield* CurrentStore}
          AND order_lines.fulfilled + order_lines.cancelled + input.quantity <= order_lines.quantity
        RETURNING order_lines.id`
      return rows.length === lines.length
    }, storage("Fulfilments.cancelPieces")),

    giveBack: Effect.fnUntraced(function*(orderId, lines) {
      yield* sql`
        UPDATE order_lines SET fulfilled = fulfilled - input.quantity FROM ${input(lines)}
        WHERE order_lines.id = input.line_id AND order_lines.order_id = ${orderId}
          AND ${Dialect.unindexed(sql, "order_lines.store_id")} = ${yield* CurrentStore}`
    }, storage("Fulfilments.giveBack")),

    insert: Effect.fnUntraced(function*(fulfilment) {
      yield* sql`INSERT INTO fulfilments ${
        sql.insert({
          id: fulfilment.id,
          store_id: yield* CurrentStore,
          order_id: fulfilment.orderId,
          vendor_id: fulfilment.vendorId ?? null,
          kind: fulfilment.kind,
          status: fulfilment.status,
          location_id: fulfilment.locationId,
          lines: JSON.stringify(fulfilment.lines),
          part: Row.toJson(fulfilment.part),
          tracking: JSON.stringify(fulfilment.tracking),
          proof: Row.toJson(fulfilment.proof),
          version: fulfilment.version,
          created_at: fulfilment.createdAt,
          updated_at: fulfilment.updatedAt,
          shipped_at: fulfilment.shippedAt,
          delivered_at: fulfilment.deliveredAt
        })
      }`
    }, storage("Fulfilments.insert")),

    update: Effect.fnUntraced(function*(fulfilment) {
      const rows = yield* sql`
        UPDATE fulfilments SET status = ${fulfilment.status}, state = ${fulfilment.state ?? null}, tracking = ${JSON.stringify(fulfilment.tracking)},
          proof = ${Row.toJson(fulfilment.proof)}, version = ${fulfilment.version}, updated_at = ${fulfilment.updatedAt},
          shipped_at = ${fulfilment.shippedAt}, delivered_at = ${fulfilment.deliveredAt}
        WHERE id = ${fulfilment.id} AND store_id = ${yield* CurrentStore} AND version = ${fulfilment.version - 1}
        RETURNING id`
      return rows.length > 0
    }, storage("Fulfilments.update")),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<FulfilmentRow>`
        SELECT ${columns} FROM fulfilments WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("Fulfilments.find")),

    hold: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<FulfilmentRow>`
        SELECT ${columns} FROM fulfilments WHERE id = ${id} AND store_id = ${yield* CurrentStore}${Dialect.forUpdate(sql)}`
      return Row.first(rows, fromRow)
    }, storage("Fulfilments.hold")),

    ofOrder: Effect.fnUntraced(function*(orderId) {
      const rows = yield* sql<FulfilmentRow>`
        SELECT ${columns} FROM fulfilments WHERE store_id = ${yield* CurrentStore} AND order_id = ${orderId}
        ORDER BY id LIMIT 1000`
      return rows.map(fromRow)
    }, storage("Fulfilments.ofOrder")),

    ofVendor: Effect.fnUntraced(function*(vendorId, orderIds) {
      const rows = yield* sql<FulfilmentRow>`
        SELECT ${columns} FROM fulfilments
        WHERE store_id = ${yield* CurrentStore} AND ${Dialect.oneOf(sql, "order_id", orderIds)} AND vendor_id = ${vendorId}
        ORDER BY id LIMIT 10000`
      return rows.map(fromRow)
    }, storage("Fulfilments.ofVendor")),

    list: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const conditions = [sql`store_id = ${yield* CurrentStore}`]
      if (query.status !== undefined) conditions.push(sql`status = ${query.status}`)
    if (query.state !== undefined) conditions.push(sql`state = ${query.state}`)
      if (query.locationId !== undefined) conditions.push(sql`location_id = ${query.locationId}`)
      if (query.vendorId !== undefined) conditions.push(sql`vendor_id = ${query.vendorId}`)
      if (query.after !== undefined) {
        const [id] = yield* Page.decodeCursor(sort, ["string"], query.after)
        conditions.push(sql`id > ${id}`)
      }
      const rows = yield* sql<FulfilmentRow>`
        SELECT ${columns} FROM fulfilments WHERE ${sql.and(conditions)} ORDER BY id LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(fromRow), limit, sort, ({ id }) => [id])
    }, storage("Fulfilments.list"))
  })
})

export const layer: Layer.Layer<FulfilmentRepository, never, SqlClient.SqlClient> = Layer.effect(FulfilmentRepository, make)
