import type { Ddl } from "../Dialect.ts"

/**
 * What a list asks of the variants of each product that it shows stands in the index by which they are found, so that no variant is read. In SQLite
 * alone, which reads a row only for what its index does not say.
 */
export const up = (d: Ddl): ReadonlyArray<string> =>
  d.onDialect({
    sqlite: ["DROP INDEX variants_by_product", "CREATE INDEX variants_by_product ON variants (product_id, position, id, track_stock, backorder_limit)"],
    pg: []
  })
