import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"

/**
 * The rows of a table that products `h` of a set have. Neither database knows how few these may be: PostgreSQL would else read the whole table to look
 * which rows are theirs, and SQLite all products of each brand.
 */
export const ofHits = (sql: Constructor, table: string, alias: string, column = "product_id"): Fragment =>
  sql.literal(
    Dialect.of(sql) === "pg"
      ? `CROSS JOIN LATERAL (SELECT * FROM ${table} AS one WHERE one.${column} = h.id OFFSET 0) AS ${alias}`
      : `CROSS JOIN ${table} AS ${alias} ON ${alias}.${column} = h.id`
  )
