import type { Ddl } from "../Dialect.ts"

const orders = { created: "created_at", updated: "updated_at", price: "price_from", title: "sort_title", popularity: "popularity", rating: "rating_score" }

/** What filters ask of each product on the way. */
const asked = ["price_from", "price_to", "rating_score"]

/**
 * Indexes of the orders of lists that say whether a product passes a range of prices or stars, so that PostgreSQL reads none that the list walks past.
 * Beside those of before, as readers go on while they are built.
 */
export const built = (d: Ddl): ReadonlyArray<string> =>
  d.onDialect({
    sqlite: [],
    pg: Object.entries(orders).map(([name, key]) =>
      `CREATE INDEX products_walked_by_${name} ON products (store_id, status, ${key}, id) INCLUDE (${asked.filter((column) => column !== key).join(", ")})`)
  })

/**
 * They take the place of those of before. In a transaction of its own: to build an index keeps writers out until the end, and to keep readers out as well
 * after that would be a deadlock with whoever has read products and waits to write some.
 */
export const placed = (d: Ddl): ReadonlyArray<string> =>
  d.onDialect({
    sqlite: [],
    pg: [
      `DROP INDEX ${Object.keys(orders).map((name) => `products_by_${name}`).join(", ")}`,
      ...Object.keys(orders).map((name) => `ALTER INDEX products_walked_by_${name} RENAME TO products_by_${name}`)
    ]
  })
