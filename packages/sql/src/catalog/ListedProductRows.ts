/** Rows of products that are kept of filters. */
import type { ProductId } from "@stoa/core/catalog/Product"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import type { Constructor } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as ListedFilterRows from "../schema/listedFilters.ts"
import * as ListedTogether from "../schema/listedTogether.ts"

/** A product that passes a filter. */
export interface Passing {
  readonly filter: number
  readonly product: ProductId
}

/** Puts in those that are active and not there. One statement. */
export const put = (sql: Constructor, storeId: StoreId, passing: ReadonlyArray<Passing>) => {
  const isPg = Dialect.of(sql) === "pg"
  const { read, written } = isPg ? ListedFilterRows.row : ListedTogether.row
  // locked, so that what they are sorted by does not change meanwhile
  const product = sql.literal(
    isPg ? "CROSS JOIN LATERAL (SELECT * FROM products WHERE products.id = f.product_id OFFSET 0 FOR SHARE) AS p" : "CROSS JOIN products AS p"
  )
  return sql`INSERT INTO ${sql.literal(written)} SELECT ${sql.literal(read)}
    FROM ${Dialect.jsonRows(sql, passing.map(({ filter, product }) => ({ id: filter, product_id: product })), { id: "int", product_id: "text" }, "f")} ${product}
    WHERE p.id = f.product_id AND ${Dialect.unindexed(sql, "p.store_id")} = ${storeId} AND p.status = 'active'
    ON CONFLICT (product_id, filter_id) DO NOTHING`
}
