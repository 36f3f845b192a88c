/**
 * Returns in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { owedOf, type Return } from "@stoa/core/returns/Return"
import { ReturnRepository } from "@stoa/core/returns/ReturnRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import * as OrderCaseSql from "./OrderCaseSql.ts"

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

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const columns = sql.literal(
    "id, order_id, status, lines, label, currency, restocking_fee, amount, exchange, refund_to, refund_id, version, created_at, updated_at, "
      // what went back says which return it is for
      + "(SELECT COALESCE(SUM(f.amount), 0) FROM refunds AS f WHERE f.store_id = returns.store_id AND f.order_id = returns.order_id"
      + " AND f.reason = 'return ' || returns.id AND f.state <> 'failed') AS refunded"
  )

  const cases = OrderCaseSql.make(sql, "returns", columns, fromRow)

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

    find: (id) => storage("Returns.find")(cases.find(id)),

    ofOrder: (orderId) => storage("Returns.ofOrder")(cases.ofOrder(orderId)),

    list: (query) => storage("Returns.list")(cases.list(query)),

    update: Effect.fnUntraced(function*(value) {
      const rows = yield* sql`
        UPDATE returns SET status = ${value.status}, lines = ${JSON.stringify(value.lines)}, label = ${value.label},
          restocking_fee = ${value.restockingFee.amount}, amount = ${value.amount?.amount ?? null},
          exchange = ${Row.toJson(value.exchange)}, refund_to = ${value.refundTo}, refund_id = ${value.refundId}, version = ${value.version}, updated_at = ${value.updatedAt}
        WHERE id = ${value.id} AND store_id = ${yield* CurrentStore} AND version = ${value.version - 1} RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: value.id, expected: value.version - 1 })
    }, storage("Returns.update")),

    forget: (customerId) => storage("Returns.forget")(cases.forget(customerId, "label"))
  })
})

export const layer: Layer.Layer<ReturnRepository, never, SqlClient.SqlClient> = Layer.effect(ReturnRepository, make)
