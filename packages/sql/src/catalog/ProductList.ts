/**
 * The statement behind a page of products: filters, search, order and position in one.
 */
import type { ListProducts, ProductSort } from "@stoa/core/catalog/Product"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import { InvalidInput } from "@stoa/core/kernel/Input"
import * as Page from "@stoa/core/kernel/Page"
import * as Effect from "effect/Effect"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import { isId } from "./CategorySql.ts"
import type { ProductSearch } from "./ProductSearch.ts"
import type { Looking, SummaryRow } from "./ProductRow.ts"
import { available, summaryColumns } from "./ProductRow.ts"

/** A sort: what by, which way, and what its position in a cursor is made of. */
interface Order {
  readonly key: string
  readonly descending: boolean
  readonly type: "string" | "number"
}

const orders: Readonly<Record<ProductSort, Order>> = {
  relevance: { key: "found.rank", descending: true, type: "number" },
  price: { key: "p.price_from", descending: false, type: "number" },
  "-price": { key: "p.price_from", descending: true, type: "number" },
  title: { key: "p.sort_title", descending: false, type: "string" },
  "-title": { key: "p.sort_title", descending: true, type: "string" },
  createdAt: { key: "p.created_at", descending: false, type: "string" },
  "-createdAt": { key: "p.created_at", descending: true, type: "string" },
  updatedAt: { key: "p.updated_at", descending: false, type: "string" },
  "-updatedAt": { key: "p.updated_at", descending: true, type: "string" }
}

/** Whether a list is one of search results. */
export const isSearch = (query: ListProducts): query is ListProducts & { readonly search: string } =>
  query.search !== undefined && query.search.trim() !== ""

export const sortOf = (query: ListProducts): ProductSort =>
  query.sort ?? (isSearch(query) ? "relevance" : "-createdAt")

/** Ids of a category and all below it. */
const descendants = (sql: Constructor, storeId: StoreId, category: string): Fragment =>
  sql`SELECT c.id FROM categories AS root
    JOIN categories AS c ON c.store_id = root.store_id AND c.path >= root.path AND c.path < root.path || '0'
    WHERE root.store_id = ${storeId} AND ${isId(category) ? sql`root.id = ${category}` : sql`root.slug = ${category}`}`

/** Whether an index may find the products of a list in another order than that of the list. */
const isScattered = (query: ListProducts): boolean =>
  query.vendor !== undefined || query.priceFrom !== undefined || query.priceTo !== undefined

const positionOf = Effect.fnUntraced(function*(sort: ProductSort, cursor: string) {
  const [key, id] = yield* Page.decodeCursor(sort, 2, cursor)
  return typeof key === orders[sort].type && typeof id === "string"
    ? { key, id }
    : yield* InvalidInput.at(["after"], "is not a cursor of this list and sort order")
})

/**
 * The statement that reads one row more than the page holds, or `undefined` where the search text has no word and so
 * finds nothing.
 */
export const statement = Effect.fnUntraced(function*(
  sql: Constructor,
  search: ProductSearch["Service"],
  storeId: StoreId,
  query: ListProducts,
  looking: Looking | undefined
) {
  const sort = sortOf(query)
  const order = orders[sort]
  const key = sql.literal(order.key)
  const found = isSearch(query) ? search.match(storeId, query.search) : undefined
  if (isSearch(query) && found === undefined) return undefined

  const conditions: Array<Fragment> = [sql`p.store_id = ${storeId}`]
  if (query.status !== undefined && query.status !== "any") conditions.push(sql`p.status = ${query.status}`)
  if (query.category !== undefined) {
    conditions.push(sql`p.id IN (
      SELECT product_id FROM product_categories WHERE category_id IN (${descendants(sql, storeId, query.category)})
    )`)
  }
  if (query.tag !== undefined) {
    conditions.push(
      sql`p.id IN (SELECT product_id FROM product_tags WHERE store_id = ${storeId} AND tag = ${query.tag})`
    )
  }
  if (query.vendor !== undefined) conditions.push(sql`p.vendor = ${query.vendor}`)
  if (query.priceFrom !== undefined || query.priceTo !== undefined) {
    const from = query.priceFrom ?? 0
    const to = query.priceTo ?? Number.MAX_SAFE_INTEGER
    // what the product says of its prices comes first, as an index has it
    conditions.push(sql`p.price_from <= ${to} AND p.price_to >= ${from} AND EXISTS (
      SELECT 1 FROM variants AS v WHERE v.product_id = p.id AND v.price >= ${from} AND v.price <= ${to}
    )`)
  }
  if (query.available !== undefined) conditions.push(sql.literal(query.available ? available : `NOT ${available}`))
  if (query.onSale !== undefined) {
    conditions.push(sql.literal(`p.compare_at IS ${query.onSale ? "NOT NULL" : "NULL"}`))
  }
  if (query.after !== undefined) {
    const position = yield* positionOf(sort, query.after)
    conditions.push(sql`(${key}, p.id) ${sql.literal(order.descending ? "<" : ">")} (${position.key}, ${position.id})`)
  }

  const direction = order.descending ? "DESC" : "ASC"
  const source = found === undefined
    ? sql.literal("products AS p")
    // SQLite reads what stands before CROSS JOIN first, and would otherwise walk all products
    : sql`${found} AS found CROSS JOIN products AS p`
  if (found !== undefined) conditions.push(sql.literal("p.id = found.product_id"))
  const where = sql.and(conditions)
  // a number that Postgres can see: without it, a plan for any number reckons with a tenth of the table
  const shown = summaryColumns(sql, looking)
  const limit = sql.literal(String((query.limit ?? Page.defaultLimit) + 1))
  // Postgres answers a subquery of what it shows for the whole table first, unless it knows that few rows are left.
  if (found === undefined && !isScattered(query) && Dialect.of(sql) === "sqlite") {
    return sql<SummaryRow>`SELECT ${shown}, ${key} AS sort_key FROM ${source} WHERE ${where}
      ORDER BY ${sql.literal(`${order.key} ${direction}, p.id ${direction}`)} LIMIT ${limit}`
  }
  // What is shown of a product is worked out for the page, not for everything that has to be sorted to find it.
  return sql<SummaryRow>`SELECT ${shown}, page.sort_key FROM (
      SELECT p.id, ${key} AS sort_key FROM ${source} WHERE ${where}
      ORDER BY ${sql.literal(`${order.key} ${direction}, p.id ${direction}`)} LIMIT ${limit}
    ) AS page CROSS JOIN products AS p WHERE p.id = page.id
    ORDER BY ${sql.literal(`page.sort_key ${direction}, p.id ${direction}`)}`
})
