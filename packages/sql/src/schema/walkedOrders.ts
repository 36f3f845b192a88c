import type { Ddl } from "../Dialect.ts"

/** What a product is sorted by in lists of one status, by the name of the index. */
const orders = { created: "created_at", updated: "updated_at", price: "price_from", title: "sort_title", popularity: "popularity", rating: "rating_score" }

/** What lists ask of each product that they walk past. */
const asked = ["price_from", "price_to", "compare_at", "published_from", "published_until"]

/**
 * What is asked of products that a list walks past stands in the index of its order. In an order other than that of their age, products lie far apart
 * on the disk, so to read each only to pass it by costs many times what the index costs. In SQLite alone, which asks what an index says before it reads
 * the row; PostgreSQL does so only where it reads no row at all.
 */
export const up = (d: Ddl): ReadonlyArray<string> =>
  d.onDialect({
    sqlite: [...Object.entries(orders), ["spread", "price_from"] as const].flatMap(([name, key]) => [
      `DROP INDEX products_by_${name}`,
      `CREATE INDEX products_by_${name} ON products (store_id, status, ${[key, "id", ...asked.filter((column) => column !== key)].join(", ")})${
        name === "spread" ? " WHERE price_to > price_from" : ""
      }`
    ]),
    pg: []
  })
