/**
 * What products are called by others: names of their brand, of their categories with those above, and of the collections that they
 * were chosen for by hand. A search finds products by these, too.
 */
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"

/** Names by the product that they are of. */
export type ProductNames = ReadonlyMap<string, ReadonlyArray<string>>

/** The name of a brand, NULL without one. */
export const brand = (sql: Constructor, id: string): Fragment =>
  sql.literal(`(SELECT b.name FROM brands AS b WHERE b.id = ${id})`)

/** The ids on the path of the category `own`, as `up.value`. */
const upwards = (sql: Constructor): Fragment =>
  sql.literal(
    Dialect.of(sql) === "pg"
      ? "LATERAL unnest(string_to_array(own.path, '/')) AS up (value)"
      : `json_each('["' || replace(own.path, '/', '","') || '"]') AS up`
  )

const named = (sql: Constructor): Fragment => Dialect.jsonObject(sql, { id: "c.id", name: "c.name" })

/** Categories as a JSON array of ids and names: those that fit a condition on `pc`, a row of `product_categories`, and those above. */
export const categories = (sql: Constructor, condition: string): Fragment =>
  sql`(SELECT ${Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, named(sql), { orderBy: "c.id" }))} FROM (
    SELECT DISTINCT a.id, a.name FROM product_categories AS pc JOIN categories AS own ON own.id = pc.category_id
    CROSS JOIN ${upwards(sql)} JOIN categories AS a ON a.id = up.value WHERE ${sql.literal(condition)}
  ) AS c)`

/** Names of a category and of those above, as a JSON array. */
export const above = (sql: Constructor, categoryId: string): Fragment =>
  sql`(SELECT ${Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, "a.name", { orderBy: "a.path" }))} FROM categories AS own
    CROSS JOIN ${upwards(sql)} JOIN categories AS a ON a.id = up.value WHERE own.id = ${sql.literal(categoryId)})`

/** Names of the collections that a product was chosen for, as a JSON array. */
export const collections = (sql: Constructor, productId: string): Fragment =>
  sql`(SELECT ${Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, "c.name", { orderBy: "c.id" }))}
    FROM collection_products AS cp JOIN collections AS c ON c.id = cp.collection_id WHERE cp.product_id = ${sql.literal(productId)})`
