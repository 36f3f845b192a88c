import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"

/**
 * The rows of a table that products `h` of a set have. PostgreSQL, which knows nothing of how few these may be, would else read the whole table to look
 * which rows are theirs.
 */
export const ofHits = (sql: Constructor, table: string, alias: string, column = "product_id"): Fragment =>
  sql.literal(
    Dialect.of(sql) === "pg"
      ? `CROSS JOIN LATERAL (SELECT * FROM ${table} AS one WHERE one.${column} = h.id OFFSET 0) AS ${alias}`
      : `JOIN ${table} AS ${alias} ON ${alias}.${column} = h.id`
  )
