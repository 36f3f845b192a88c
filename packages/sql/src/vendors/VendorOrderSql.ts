/**
 * What vendors see of orders, in SQL.
 */
import type { SoldPart } from "@stoa/core/cart/SoldPart"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import { type OwnOrder, type SuppliedPart, VendorOrderRepository } from "@stoa/core/marketplace/VendorOrderRepository"
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
  /** A JSON array of the lines of others in which parts of the vendor are. */
  readonly supplied: string
}

interface SuppliedLine {
  readonly lineId: string
  readonly bundles: number
  readonly cancelled: number
  readonly fulfilled: number
  readonly parts: ReadonlyArray<SoldPart>
}

/** Of the parts of a bundle only those of the vendor, and nothing of the rest. */
const partsOf = ({ bundles, cancelled, fulfilled, lineId, parts }: SuppliedLine, vendorId: VendorId): ReadonlyArray<SuppliedPart> =>
  parts.flatMap(({ productId, quantity, sku, title, variantId, variantTitle, vendorId: owner }) =>
    owner === vendorId ? [{ productId, quantity, sku, title, variantId, variantTitle, lineId, bundles, cancelled, fulfilled }] : [])

const sort = "newest"

const fromRow = (row: OwnRow, vendorId: VendorId): OwnOrder => ({
  id: row.id,
  number: row.number,
  status: row.status,
  currency: row.currency,
  shippingAddress: Row.jsonOrNull(row.shipping_address),
  placedAt: row.placed_at,
  lines: Row.json<ReadonlyArray<OrderRow.LineValue>>(row.lines).map((line) => OrderRow.toLine(line, row.currency)),
  supplied: Row.json<ReadonlyArray<SuppliedLine>>(row.supplied).flatMap((line) => partsOf(line, vendorId))
} as unknown as OwnOrder)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  /** What of a vendor is in the bundles of an order `o` that others sell. */
  const supplied = (storeId: string, vendorId: VendorId) => {
    const line = Dialect.jsonObject(sql, {
      lineId: "l.id",
      bundles: "l.quantity",
      cancelled: "l.cancelled",
      fulfilled: "l.fulfilled",
      parts: Dialect.jsonValue(sql, "l.parts")
    })
    return sql`(SELECT ${Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, line, { orderBy: "l.position" }))}
      FROM order_supplies AS s JOIN order_lines AS l ON l.id = s.line_id
      WHERE s.store_id = ${storeId} AND s.vendor_id = ${vendorId} AND s.order_id = o.id)`
  }

  /**
   * Orders with lines of a vendor, each at its first line of the vendor, and those for whose bundles they supply parts. Both are
   * read in the order of an index, so that no more of either is looked at than the page needs.
   */
  const select = Effect.fnUntraced(function*(vendorId: VendorId, conditions: ReadonlyArray<Fragment>, limit: number) {
    const storeId = yield* CurrentStore
    const among = (table: Fragment, first: Fragment) =>
      sql`SELECT f.order_id FROM ${table} AS f JOIN orders AS o ON o.id = f.order_id
        WHERE f.store_id = ${storeId} AND f.vendor_id = ${vendorId} AND o.payment_status <> 'unpaid'
          AND NOT EXISTS (
            SELECT 1 FROM ${table} AS e
            WHERE e.store_id = ${storeId} AND e.vendor_id = ${vendorId} AND e.order_id = f.order_id AND e.${first} < f.${first}
          )
          ${conditions.length === 0 ? sql.literal("") : sql`AND ${sql.and(conditions)}`}
        ORDER BY f.order_id DESC LIMIT ${limit}`
    const rows = yield* sql<OwnRow>`
      SELECT o.id, o.number, o.status, o.currency, o.shipping_address, o.placed_at, (SELECT ${
      Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, OrderRow.lineValue(sql), { orderBy: "l.position" }))
    } FROM order_lines l WHERE l.order_id = o.id AND l.vendor_id = ${vendorId}) AS lines, ${supplied(storeId, vendorId)} AS supplied
      FROM (
        SELECT order_id FROM (${among(sql.literal("order_lines"), sql.literal("position"))}) AS sold
        UNION
        SELECT order_id FROM (${among(sql.literal("order_supplies"), sql.literal("line_id"))}) AS supplies
      ) AS found JOIN orders AS o ON o.id = found.order_id
      ORDER BY o.id DESC LIMIT ${limit}`
    return rows.map((row) => fromRow(row, vendorId))
  })

  return VendorOrderRepository.of({
    list: Effect.fnUntraced(function*(vendorId, { after, limit = Page.defaultLimit, open }) {
      const conditions: Array<Fragment> = []
      if (after !== undefined) {
        const [id] = yield* Page.decodeCursor(sort, ["string"], after)
        conditions.push(sql`f.order_id < ${id}`)
      }
      if (open !== undefined) {
        const waits = sql`o.status NOT IN ('cancelled', 'refunded') AND (
          EXISTS (
            SELECT 1 FROM order_lines AS w WHERE w.order_id = f.order_id AND w.vendor_id = ${vendorId}
              AND w.requires_shipping = 1 AND w.fulfilled + w.cancelled < w.quantity
          ) OR EXISTS (
            SELECT 1 FROM order_supplies AS s JOIN order_lines AS w ON w.id = s.line_id
            WHERE s.store_id = ${yield* CurrentStore} AND s.vendor_id = ${vendorId} AND s.order_id = f.order_id
              AND w.requires_shipping = 1 AND w.fulfilled + w.cancelled < w.quantity
          )
        )`
        conditions.push(open ? waits : sql`NOT (${waits})`)
      }
      return Page.fromRows(yield* select(vendorId, conditions, limit + 1), limit, sort, ({ id }) => [id])
    }, storage("VendorOrders.list")),

    find: (vendorId, orderId) =>
      select(vendorId, [sql`f.order_id = ${orderId}`], 1).pipe(
        Effect.map(([order]) => order),
        storage("VendorOrders.find")
      ),

    vendorsOf: Effect.fnUntraced(function*(orderIds) {
      if (orderIds.length === 0) return new Map()
      const storeId = yield* CurrentStore
      const rows = yield* sql<{ readonly order_id: string; readonly vendor_id: VendorId }>`
        SELECT order_id, vendor_id FROM order_lines
        WHERE ${Dialect.oneOf(sql, "order_id", orderIds)} AND vendor_id IS NOT NULL AND ${Dialect.unindexed(sql, "store_id")} = ${storeId}
        UNION
        SELECT l.order_id, s.vendor_id FROM order_lines AS l JOIN order_supplies AS s ON s.line_id = l.id
        WHERE ${Dialect.oneOf(sql, "l.order_id", orderIds)} AND l.parts IS NOT NULL AND ${Dialect.unindexed(sql, "l.store_id")} = ${storeId}
        ORDER BY order_id, vendor_id`
      const vendors = new Map<string, Array<VendorId>>()
      for (const { order_id, vendor_id } of rows) {
        const known = vendors.get(order_id)
        if (known === undefined) vendors.set(order_id, [vendor_id])
        else known.push(vendor_id)
      }
      return vendors
    }, storage("VendorOrders.vendorsOf")),

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
