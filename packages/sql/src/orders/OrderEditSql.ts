/**
 * Edits of orders in SQL.
 */
import type { OrderEdit } from "@stoa/core/edits/OrderEdit"
import { OrderEditRepository } from "@stoa/core/edits/OrderEditRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import * as OrderLineSql from "./OrderLineSql.ts"
import * as OrderRow from "./OrderRow.ts"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  return OrderEditRepository.of({
    write: Effect.fnUntraced(function*({ added, edit, order }) {
      const storeId = yield* CurrentStore
      const row = OrderRow.orderRow(order)
      const rows = yield* sql`
        UPDATE orders SET shipping = ${Row.toJson(row.shipping)}, subtotal = ${row.subtotal}, discount = ${row.discount},
          shipping_total = ${row.shipping_total}, tax = ${row.tax}, taxes = ${JSON.stringify(row.taxes)},
          total = ${row.total}, open_amount = ${order.open.amount}, payment_status = ${row.payment_status},
          item_count = ${row.item_count}, shipping_address = ${Row.toJson(row.shipping_address)},
          billing_address = ${Row.toJson(row.billing_address)}, words = ${JSON.stringify(row.words)},
          edits = ${order.edits}, version = ${order.version}, updated_at = ${order.updatedAt}
        WHERE id = ${order.id} AND store_id = ${storeId} AND version = ${order.version - 1}
        RETURNING id`
      if (rows.length === 0) return yield* new VersionConflict({ id: order.id, expected: order.version - 1 })
      if (added.length > 0) {
        const first = order.lines.length - added.length
        yield* OrderLineSql.insert(
          sql,
          storeId,
          added.map((line, index) => ({ orderId: order.id, line, position: first + index }))
        )
        yield* OrderLineSql.insertSupplies(sql, storeId, added.map((line) => ({ orderId: order.id, line })))
      }
      yield* sql`INSERT INTO order_edits ${
        sql.insert({
          id: edit.id,
          store_id: storeId,
          order_id: edit.orderId,
          number: edit.number,
          content: JSON.stringify(edit),
          created_at: edit.createdAt
        })
      }`
    }, storage("OrderEdits.write")),

    ofOrder: Effect.fnUntraced(function*(orderId) {
      const rows = yield* sql<{ readonly content: string }>`
        SELECT content FROM order_edits WHERE store_id = ${yield* CurrentStore} AND order_id = ${orderId} ORDER BY number`
      return rows.map(({ content }) => Row.json<OrderEdit>(content))
    }, storage("OrderEdits.ofOrder"))
  })
})

export const layer: Layer.Layer<OrderEditRepository, never, SqlClient.SqlClient> = Layer.effect(OrderEditRepository, make)
