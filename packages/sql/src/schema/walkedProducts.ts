import type { Ddl } from "../Dialect.ts"

const orders = { created: "created_at", updated: "updated_at", price: "price_from", title: "sort_title", popularity: "popularity", rating: "rating_score" }

/** What filters ask of each product on the way. */
const asked = ["price_from", "price_to", "rating_score"]

/**
 * Indexes of the orders of lists that say whether a product passes a range of prices or stars, so that PostgreSQL reads none that the list walks past.
 */
export const up = (d: Ddl): ReadonlyArray<string> =>
  d.onDialect({
    sqlite: [],
    pg: Object.entries(orders).flatMap(([name, key]) => [
      `DROP INDEX products_by_${name}`,
      `CREATE INDEX products_by_${name} ON products (store_id, status, ${key}, id) INCLUDE (${asked.filter((column) => column !== key).join(", ")})`
    ])
  })
