/**
 * What vendors see of orders, in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { type OwnOrder, VendorOrderRepository } from "@stoa/core/marketplace/VendorOrderRepository"
import type { VendorId } from "@stoa/core/vendors/VendorId"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as OrderRow from "../orders/OrderRow.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"

interface OwnRow {
  readonly id: string
  readonly number: number
  readonly status: string
  readonly currency: string
  readonly shipping_address: string | null
  readonly placed_at: string
  readonly lines: string
}

const sort = "newest"

const fromRow = (row: OwnRow): OwnOrder => ({
  id: row.id,
  number: row.number,
  status: row.status,
  currency: row.currency,
  shippingAddress: Row.jsonOrNull(row.shipping_address),
  placedAt: row.placed_at,
  lines: Row.json<ReadonlyArray<OrderRow.LineValue>>(row.lines).map((line) => OrderRow.toLine(line, row.currency))
} as unknown as OwnOrder)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  /** Orders in the order of the index on lines by vendor, each at its first line of the vendor. */
  const select = (storeId: string, vendorId: VendorId, conditions: ReadonlyArray<Fragment>, limit: number) =>
    sql<OwnRow>`
      SELECT o.id, o.number, o.status, o.currency, o.shipping_address, o.placed_at, (SELECT ${
      Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, OrderRow.lineValue(sql), { orderBy: "l.position" }))
    } FROM order_lines l WHERE l.order_id = o.id AND l.vendor_id = ${vendorId}) AS lines
      FROM order_lines AS f JOIN orders AS o ON o.id = f.order_id
      WHERE f.store_id = ${storeId} AND f.vendor_id = ${vendorId} AND o.payment_status <> 'unpaid'
        AND NOT EXISTS (
          SELECT 1 FROM order_lines AS e
          WHERE e.order_id = f.order_id AND e.vendor_id = ${vendorId} AND e.position < f.position
        )
        ${conditions.length === 0 ? sql.literal("") : sql`AND ${sql.and(conditions)}`}
      ORDER BY f.order_id DESC LIMIT ${limit}`

  return VendorOrderRepository.of({
    list: Effect.fnUntraced(function*(vendorId, { after, limit = Page.defaultLimit, open }) {
      const conditions: Array<Fragment> = []
      if (after !== undefined) {
        const [id] = yield* Page.decodeCursor(sort, 1, after)
        conditions.push(sql`f.order_id < ${id}`)
      }
      if (open !== undefined) {
        const waits = sql`EXISTS (
          SELECT 1 FROM order_lines AS w WHERE w.order_id = f.order_id AND w.vendor_id = ${vendorId}
            AND w.requires_shipping = 1 AND w.fulfilled + w.cancelled < w.quantity
        ) AND o.status NOT IN ('cancelled', 'refunded')`
        conditions.push(open ? waits : sql`NOT (${waits})`)
      }
      const rows = yield* select(yield* CurrentStore, vendorId, conditions, limit + 1)
      return Page.fromRows(rows.map(fromRow), limit, sort, ({ id }) => [id])
    }, storage("VendorOrders.list")),

    find: Effect.fnUntraced(function*(vendorId, orderId) {
      return Row.first(yield* select(yield* CurrentStore, vendorId, [sql`f.order_id = ${orderId}`], 1), fromRow)
    }, storage("VendorOrders.find")),

    sells: Effect.fnUntraced(function*(vendorId, variantIds) {
      const rows = yield* sql<{ readonly id: string }>`
        SELECT v.id FROM variants AS v JOIN products AS p ON p.id = v.product_id
        WHERE ${Dialect.oneOf(sql, "v.id", variantIds)} AND p.vendor_id = ${vendorId}
          AND ${Dialect.unindexed(sql, "v.store_id")} = ${yield* CurrentStore}`
      return new Set(rows.map(({ id }) => id))
    }, storage("VendorOrders.sells"))
  })
})

export const layer: Layer.Layer<VendorOrderRepository, never, SqlClient.SqlClient> = Layer.effect(VendorOrderRepository, make)
