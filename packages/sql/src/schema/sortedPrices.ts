import type { Ddl } from "../Dialect.ts"

/** What lists ask of each product, and by what those of a range of prices are sorted. */
const said = ["price_to", "compare_at", "published_from", "published_until", "created_at", "sort_title", "popularity", "rating_score"].join(", ")

const key = "store_id, status, price_from, id"

const columns = (d: Ddl, name: string): string =>
  `products (${d.onDialect({ sqlite: `${key}, ${said}`, pg: `${key}) INCLUDE (${said}` })})${name === "spread" ? " WHERE price_to > price_from" : ""}`

const names = ["price", "spread"]

/**
 * The indexes of prices say by what lists are sorted, so that the products of a range of prices are sorted without being read, each from a page of its own.
 * On PostgreSQL beside those of before, as readers go on while they are built.
 */
export const built = (d: Ddl): ReadonlyArray<string> =>
  d.onDialect({
    sqlite: names.flatMap((name) => [`DROP INDEX products_by_${name}`, `CREATE INDEX products_by_${name} ON ${columns(d, name)}`]),
    pg: names.map((name) => `CREATE INDEX products_sorted_by_${name} ON ${columns(d, name)}`)
  })

/** They take the place of those of before, in a transaction of its own, as those of other orders did. */
export const placed = (d: Ddl): ReadonlyArray<string> =>
  d.onDialect({
    sqlite: [],
    pg: [
      `DROP INDEX ${names.map((name) => `products_by_${name}`).join(", ")}`,
      ...names.map((name) => `ALTER INDEX products_sorted_by_${name} RENAME TO products_by_${name}`)
    ]
  })
