/**
 * What was sold of variants, and what lies in stock of them.
 */
import type { ProductId, VariantId } from "@stoa/core/catalog/Product"
import { DemandRepository } from "@stoa/core/forecasts/DemandRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { sold, total } from "../analytics/Sold.ts"
import * as Dialect from "../Dialect.ts"
import { storage } from "../Storage.ts"

interface VariantRow {
  readonly id: VariantId
  readonly product_id: ProductId
  readonly title: string
  readonly variant_title: string
  readonly sku: string | null
  readonly available: number
  readonly incoming: number
}

interface SalesRow {
  readonly variant_id: VariantId
  readonly day: string
  readonly quantity: number
}

const sort = "id"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  return DemandRepository.of({
    variants: Effect.fnUntraced(function*({ after, from, limit, to, variantId }) {
      const storeId = yield* CurrentStore
      const [id = ""] = after === undefined ? [] : yield* Page.decodeCursor(sort, ["string"], after)
      const rows = yield* sql<VariantRow>`
        SELECT v.id, v.product_id, p.title, v.title AS variant_title, v.sku,
          ${sql.literal(`${total("l.on_hand - l.reserved")} AS available, ${total("l.incoming")} AS incoming`)}
        FROM (
          SELECT v.id, v.product_id, v.title, v.sku FROM variants AS v JOIN products AS p ON p.id = v.product_id
          WHERE v.store_id = ${storeId} AND v.track_stock = 1 AND p.status = 'active' AND v.id > ${id}
            ${variantId === undefined ? sql`` : sql`AND v.id = ${variantId}`}
          ORDER BY v.id LIMIT ${limit + 1}
        ) AS v JOIN products AS p ON p.id = v.product_id
        LEFT JOIN stock_levels AS l ON l.variant_id = v.id
        GROUP BY v.id, v.product_id, p.title, v.title, v.sku ORDER BY v.id`
      const page = Page.fromRows(rows, limit, sort, (row) => [row.id])
      const ids = page.items.map((row) => row.id)
      const sales = yield* sql<SalesRow>`
        WITH changed AS (
          SELECT DISTINCT substr(quarter, 1, 10) AS day FROM sales_changes
          WHERE store_id = ${storeId} AND quarter >= ${from} AND quarter < ${to}
        )
        SELECT variant_id, day, ${sql.literal(`${total("quantity")} AS quantity`)} FROM (
          SELECT variant_id, day, quantity FROM sales_by_variant
          WHERE store_id = ${storeId} AND ${Dialect.oneOf(sql, "variant_id", ids)} AND day >= ${from} AND day < ${to}
            AND day NOT IN (SELECT day FROM changed)
          UNION ALL
          SELECT l.variant_id, changed.day, l.quantity FROM changed CROSS JOIN orders AS o CROSS JOIN order_lines AS l
          WHERE o.store_id = ${storeId} AND o.placed_at >= changed.day AND o.placed_at < changed.day || 'T99' AND ${sql.literal(sold("o"))}
            AND l.order_id = o.id AND ${Dialect.unindexed(sql, "l.store_id")} = ${storeId} AND ${Dialect.oneOf(sql, "l.variant_id", ids)}
        ) AS sold GROUP BY variant_id, day ORDER BY variant_id, day`
      const byVariant = new Map<VariantId, Array<{ readonly day: string; readonly quantity: number }>>()
      for (const { day, quantity, variant_id } of sales) {
        const days = byVariant.get(variant_id)
        if (days === undefined) byVariant.set(variant_id, [{ day, quantity }])
        else days.push({ day, quantity })
      }
      return {
        nextCursor: page.nextCursor,
        items: page.items.map((row) => ({
          productId: row.product_id,
          variantId: row.id,
          title: row.variant_title === row.title ? row.title : `${row.title}, ${row.variant_title}`,
          sku: row.sku,
          available: row.available,
          incoming: row.incoming,
          sales: byVariant.get(row.id) ?? []
        }))
      }
    }, storage("Forecasts.variants"))
  })
})

export const layer: Layer.Layer<DemandRepository, never, SqlClient.SqlClient> = Layer.effect(DemandRepository, make)
