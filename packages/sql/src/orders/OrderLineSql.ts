/**
 * Writing lines of orders.
 */
import type { OrderLine } from "@stoa/core/orders/Order"
import type { StoredOrder } from "@stoa/core/orders/OrderRepository"
import * as Effect from "effect/Effect"
import type { Constructor } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as OrderRow from "./OrderRow.ts"

/** A line with the order that it is of, and its place among its lines. */
export interface LineToInsert {
  readonly orderId: StoredOrder["id"]
  readonly line: OrderLine
  readonly position: number
}

/** One statement for lines of any number of orders. */
export const insert = (sql: Constructor, storeId: string, lines: ReadonlyArray<LineToInsert>) =>
  sql`
    INSERT INTO order_lines (
      id, store_id, order_id, position, variant_id, product_id, title, variant_title, sku, image,
      requires_shipping, final_sale, gift_card, parts, vendor_id, quantity, unit_price, compare_at, subtotal, discount, net, tax, taxes, total, trace
    )
    SELECT
      id, ${storeId}, order_id, position, variant_id, product_id, title, variant_title, sku, image,
      requires_shipping, final_sale, gift_card, parts, vendor_id, quantity, unit_price, compare_at, subtotal, discount, net, tax, taxes, total, trace
    FROM ${
    Dialect.jsonRows(
      sql,
      lines.map(({ line, orderId, position }) => OrderRow.lineRow(orderId, line, position)),
      OrderRow.lineColumns
    )
  }`

/** Which vendors have parts in these lines that others sell: one statement, or none where there are none. */
export const insertSupplies = (sql: Constructor, storeId: string, lines: ReadonlyArray<Pick<LineToInsert, "line" | "orderId">>) => {
  const supplies = lines.flatMap(({ line, orderId }) => {
    const vendors = new Set((line.parts ?? []).flatMap(({ vendorId }) => vendorId === undefined || vendorId === line.vendorId ? [] : [vendorId]))
    return Array.from(vendors, (vendor_id) => ({ vendor_id, order_id: orderId, line_id: line.id }))
  })
  return supplies.length === 0 ? Effect.void : Effect.asVoid(sql`
    INSERT INTO order_supplies (store_id, vendor_id, order_id, line_id)
    SELECT ${storeId}, vendor_id, order_id, line_id
    FROM ${Dialect.jsonRows(sql, supplies, { vendor_id: "text", order_id: "text", line_id: "text" })}`)
}
