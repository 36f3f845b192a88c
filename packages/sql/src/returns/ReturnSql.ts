/**
 * Returns in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { owedOf, type Return } from "@stoa/core/returns/Return"
import { ReturnRepository } from "@stoa/core/returns/ReturnRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface ReturnRow {
  readonly id: string
  readonly order_id: string
  readonly status: string
  readonly lines: string
  readonly label: string | null
  readonly currency: string
  readonly restocking_fee: number
  readonly amount: number | null
  readonly exchange: string | null
  readonly refund_to: Return["refundTo"]
  readonly refund_id: string | null
  readonly refunded: number
  readonly version: number
  readonly created_at: string
  readonly updated_at: string
}

const fromRow = (row: ReturnRow): Return => {
  const value = {
    id: row.id,
    orderId: row.order_id,
    status: row.status,
    lines: Row.json(row.lines),
    label: row.label,
    restockingFee: Row.money(row.restocking_fee, row.currency),
    amount: Row.moneyOrNull(row.amount, row.currency),
    exchange: Row.jsonOrNull(row.exchange),
    refundTo: row.refund_to,
    refundId: row.refund_id,
    refunded: Row.money(Number(row.refunded), row.currency),
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at
  } as Omit<Return, "owed">
  return { ...value, owed: owedOf(value) }
}

const oldestFirst = "createdAt,id"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(
    "id, order_id, status, lines, label, currency, restocking_fee, amount, exchange, refund_to, refund_id, version, created_at, updated_at, "
      // what went back says which return it is for
      + "(SELECT COALESCE(SUM(f.amount), 0) FROM refunds AS f WHERE f.store_id = returns.store_id AND f.order_id = returns.order_id"
      + " AND f.reason = 'return ' || returns.id AND f.state <> 'failed') AS refunded"
  )

  const ofCustomer = (storeId: string, customerId: string) =>
    sql`order_id IN (SELECT id FROM orders WHERE store_id = ${storeId} AND customer_id = ${customerId})`

  return ReturnRepository.of({
    insert: Effect.fnUntraced(function*(value) {
      yield* sql`INSERT INTO returns ${
        sql.insert({
          id: value.id,
          store_id: yield* CurrentStore,
          order_id: value.orderId,
          status: value.status,
          lines: JSON.stringify(value.lines),
          label: value.label,
          currency: value.restockingFee.currency,
          restocking_fee: value.restockingFee.amount,
          amount: value.amount?.amount ?? null,
          exchange: Row.toJson(value.exchange),
          refund_to: value.refundTo,
          refund_id: value.refundId,
          version: value.version,
          created_at: value.createdAt,
          updated_at: value.updatedAt
        })
      }`
    }, storage("Returns.insert")),

    find: Effect.fnUntraced(function*(id) {
      const rows = yield* sql<ReturnRow>`
        SELECT ${columns} FROM returns WHERE id = ${id} AND store_id = ${yield* CurrentStore}`
      return Row.first(rows, fromRow)
    }, storage("Returns.find")),

    ofOrder: Effect.fnUntraced(function*(orderId) {
      const rows = yield* sql<ReturnRow>`
        SELECT ${columns} FROM returns
        WHERE order_id = ${orderId} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore} ORDER BY id`
      return rows.map(fromRow)
    }, storage("Returns.ofOrder")),

    list: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const storeId = yield* CurrentStore
      const conditions = [sql`store_id = ${storeId}`]
      if (query.status !== undefined) conditions.push(sql`status = ${query.status}`)
      if (query.customerId !== undefined) conditions.push(ofCustomer(storeId, query.customerId))
      if (query.after !== undefined) {
        const [createdAt, id] = yield* Page.decodeCursor(oldestFirst, 2, query.after)
        conditions.push(sql`(created_at, id) > (${createdAt}, ${id})`)
      }
      const rows = yield* sql<ReturnRow>`
        SELECT ${columns} FROM returns WHERE ${sql.and(conditions)} ORDER BY created_at, id LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(fromRow), limit, oldestFirst, ({ createdAt, id }) => [createdAt, id])
    }, storage("Returns.list")),

    update: Effect.fnUntraced(function*(value) {
      const rows = yield* sql`
        UPDATE returns SET status = ${value.status}, lines = ${JSON.stringify(value.lines)}, label = ${value.label},
          restocking_fee = ${value.restockingFee.amount}, amount = ${value.amount?.amount ?? null},
          exchange = ${Row.toJson(value.exchange)}, refund_to = ${value.refundTo}, refund_id = ${value.refundId}, version = ${value.version}, updated_at = ${value.updatedAt}
        WHERE id = ${value.id} AND store_id = ${yield* CurrentStore} AND version = ${value.version - 1} RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: value.id, expected: value.version - 1 })
    }, storage("Returns.update")),

    forget: Effect.fnUntraced(function*(customerId) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<Pick<ReturnRow, "id" | "lines">>`
        SELECT id, lines FROM returns WHERE store_id = ${storeId} AND ${ofCustomer(storeId, customerId)}`
      const forgotten = rows.map(({ id, lines }) => ({
        id,
        lines: Array.from(Row.json<Return["lines"]>(lines), (line) => ({ ...line, note: null, pictures: [] }))
      }))
      if (forgotten.length === 0) return
      yield* sql`
        UPDATE returns SET lines = input.lines, label = NULL, version = returns.version + 1
        FROM ${Dialect.jsonRows(sql, forgotten, { id: "text", lines: "json" })}
        WHERE returns.id = input.id AND ${Dialect.unindexed(sql, "returns.store_id")} = ${storeId}`
    }, storage("Returns.forget"))
  })
})

export const layer: Layer.Layer<ReturnRepository, never, SqlClient.SqlClient> = Layer.effect(ReturnRepository, make)
