/**
 * The statement behind a page of products: filters, search, order and position in one.
 */
import type { Narrowed, OpenCollection } from "@stoa/core/catalog/ListFilters"
import type { ListProducts, ProductSort } from "@stoa/core/catalog/Product"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import { hitOrder, type ProductHit } from "@stoa/core/catalog/ProductRepository"
import { InvalidInput } from "@stoa/core/kernel/Input"
import * as Page from "@stoa/core/kernel/Page"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as Effect from "effect/Effect"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Lexicons from "../search/Lexicons.ts"
import type { Question } from "../search/Question.ts"
import * as ProductAttributes from "./ProductAttributes.ts"
import * as Conditions from "./ProductConditions.ts"
import type { ProductSearch } from "./ProductSearch.ts"
import type { Looking, SummaryRow } from "./ProductRow.ts"
import { available, summaryColumns } from "./ProductRow.ts"

/** A sort: what by, which way, and what its position in a cursor is made of. */
interface Order {
  readonly key: string
  readonly descending: boolean
  readonly type: "string" | "number"
}

/**
 * Popularity is a part of relevance: each time that twice as many pieces were sold is worth a quarter of the least that words are worth,
 * up to fifteen times. So it decides between products that have the words alike, and lifts one over another that has them in a slightly
 * better place, never over one that has them in its title.
 */
const rankWeight = 4
const popularityPoints = `CASE ${
  Array.from({ length: 15 }, (_, doubled) => `WHEN p.popularity < ${2 ** doubled} THEN ${doubled}`).join(" ")
} ELSE 15 END`

const orders: Readonly<Record<ProductSort, Order>> = {
  relevance: { key: `${rankWeight} * found.rank + ${popularityPoints}`, descending: true, type: "number" },
  manual: { key: "m.position", descending: false, type: "number" },
  price: { key: "p.price_from", descending: false, type: "number" },
  "-price": { key: "p.price_from", descending: true, type: "number" },
  title: { key: "p.sort_title", descending: false, type: "string" },
  "-title": { key: "p.sort_title", descending: true, type: "string" },
  createdAt: { key: "p.created_at", descending: false, type: "string" },
  "-createdAt": { key: "p.created_at", descending: true, type: "string" },
  updatedAt: { key: "p.updated_at", descending: false, type: "string" },
  "-updatedAt": { key: "p.updated_at", descending: true, type: "string" },
  "-popularity": { key: "p.popularity", descending: true, type: "number" },
  "-rating": { key: "p.rating_score", descending: true, type: "number" }
}

/** What somebody else has found is sorted by their scores alone. */
const hitsOrder: Order = { key: "found.rank", descending: true, type: "number" }

/** Whether a list is one of search results. */
export const isSearch = (query: ListProducts): query is ListProducts & { readonly search: string } =>
  query.search !== undefined && query.search.trim() !== ""

export const sortOf = (query: ListProducts): ProductSort =>
  query.sort ?? (isSearch(query) ? "relevance" : "-createdAt")

/** How cursors call the order of a list. */
export const cursorOf = (query: ListProducts, hits: ReadonlyArray<ProductHit> | undefined): string => {
  const sort = sortOf(query)
  return sort === "relevance" && hits !== undefined ? hitOrder : sort
}

/** What a search text finds: what the database finds by a question, or what somebody else has found. */
export interface Sought {
  readonly question: Question | undefined
  readonly hits: ReadonlyArray<ProductHit> | undefined
}

const hitRows = (sql: Constructor, hits: ReadonlyArray<ProductHit>): Fragment =>
  Dialect.jsonRows(sql, hits.map(({ id, score }) => ({ product_id: id, rank: score })), { product_id: "text", rank: "real" }, "found")

/** An option and its value, as `"Colour:Red"` says them. */
export const optionOf = (option: string): { readonly name: string; readonly value: string } => {
  const colon = option.indexOf(":")
  return { name: option.slice(0, colon), value: option.slice(colon + 1) }
}

/** The values that are wanted of each option. */
export const chosenOptions = (options: ReadonlyArray<string>): ReadonlyMap<string, ReadonlyArray<string>> => {
  const chosen = new Map<string, Array<string>>()
  for (const option of options) {
    const { name, value } = optionOf(option)
    const values = chosen.get(name)
    if (values === undefined) chosen.set(name, [value])
    else values.push(value)
  }
  return chosen
}

/** Whether the stars of a row of `product_ratings` are so many or more on average. */
export const isRated = (row: string, stars: string): string =>
  `(${[1, 2, 3, 4, 5].map((star) => `${star} * ${row}.stars_${star}`).join(" + ")})
    >= ${stars} * (${[1, 2, 3, 4, 5].map((star) => `${row}.stars_${star}`).join(" + ")})
    AND ${[1, 2, 3, 4, 5].map((star) => `${row}.stars_${star}`).join(" + ")} > 0`

/**
 * What the products `p` of a list have in common, but for its collection.
 *
 * @param openAt when buyers look, who see what is published then
 */
const filters = (
  sql: Constructor,
  storeId: StoreId,
  query: Narrowed,
  openAt: Timestamp.Timestamp | undefined
): Array<Fragment> => {
  const conditions: Array<Fragment> = [sql`p.store_id = ${storeId}`]
  if (query.status !== undefined && query.status !== "any") conditions.push(sql`p.status = ${query.status}`)
  if (openAt !== undefined) conditions.push(Conditions.open(sql, openAt))
  if (query.category !== undefined) {
    conditions.push(Conditions.inCategory(sql, storeId, query.category))
  }
  if (query.brand !== undefined) conditions.push(Conditions.ofBrand(sql, storeId, query.brand))
  if (query.tag !== undefined) conditions.push(Conditions.tagged(sql, storeId, query.tag))
  if (query.vendor !== undefined) conditions.push(Conditions.ofVendor(sql, query.vendor))
  if (query.priceFrom !== undefined || query.priceTo !== undefined) {
    conditions.push(Conditions.priced(sql, query.priceFrom, query.priceTo))
  }
  if (query.available !== undefined) conditions.push(sql.literal(query.available ? available : `NOT ${available}`))
  if (query.onSale !== undefined) {
    conditions.push(sql.literal(`p.compare_at IS ${query.onSale ? "NOT NULL" : "NULL"}`))
  }
  for (const [name, values] of chosenOptions(query.options ?? [])) {
    conditions.push(sql`p.id IN (
      SELECT product_id FROM product_options WHERE store_id = ${storeId} AND name = ${name} AND ${Dialect.oneOf(sql, "value", values)}
    )`)
  }
  for (const filter of query.byAttributes ?? []) conditions.push(ProductAttributes.narrowed(sql, storeId, filter))
  if (query.ratingFrom !== undefined) {
    conditions.push(sql`EXISTS (
      SELECT 1 FROM product_ratings AS r WHERE r.product_id = p.id AND ${sql.literal(isRated("r", String(query.ratingFrom)))}
    )`)
  }
  return conditions
}

/** Ids of products of a list, up to so many, in no order. */
export const ids = (
  sql: Constructor,
  search: ProductSearch["Service"],
  storeId: StoreId,
  { collection, hits, isBuyer, limit, now, query, question }: Sought & {
    readonly query: Narrowed
    readonly collection: OpenCollection | undefined
    /** Whether a buyer looks, and when. */
    readonly isBuyer: boolean
    readonly now: Timestamp.Timestamp
    readonly limit: number
  }
): Fragment => {
  const conditions = filters(sql, storeId, query, isBuyer ? now : undefined)
  if (collection !== undefined) conditions.push(Conditions.inCollection(sql, storeId, collection, now))
  const found = hits !== undefined
    ? hitRows(sql, hits)
    : question === undefined ? undefined : sql`${search.among(storeId, question)} AS found`
  if (found !== undefined) conditions.push(sql.literal("p.id = found.product_id"))
  const source = found === undefined ? sql.literal("products AS p") : sql`${found} CROSS JOIN products AS p`
  return sql`SELECT p.id FROM ${source} WHERE ${sql.and(conditions)} LIMIT ${sql.literal(String(limit))}`
}

/** Whether an index may find the products of a list in another order than that of the list. */
const isScattered = (query: ListProducts, collection: OpenCollection | undefined): boolean =>
  query.vendor !== undefined || query.ratingFrom !== undefined || query.brand !== undefined || query.priceFrom !== undefined || query.priceTo !== undefined
  || collection?.rule?.conditions.some(({ field }) => field === "vendor" || field === "brand" || field === "price") === true

const positionOf = Effect.fnUntraced(function*(sort: ProductSort, name: string, cursor: string) {
  const [key, id] = yield* Page.decodeCursor(name, 2, cursor)
  return typeof key === orders[sort].type && typeof id === "string"
    ? { key, id }
    : yield* InvalidInput.at(["after"], "is not a cursor of this list and sort order")
})

/**
 * The statement that reads one row more than the page holds.
 *
 * @param sought what the search text finds, if the list is one of search results
 */
export const statement = Effect.fnUntraced(function*(
  sql: Constructor,
  search: ProductSearch["Service"],
  storeId: StoreId,
  query: Narrowed,
  looking: Looking | undefined,
  collection: OpenCollection | undefined,
  { hits, question }: Sought
) {
  const sort = sortOf(query)
  const order = sort === "relevance" && hits !== undefined ? hitsOrder : orders[sort]
  const key = sql.literal(order.key)
  const found = hits !== undefined
    ? hitRows(sql, hits)
    : question === undefined
    ? undefined
    // whoever sorts by something else asks for no rank
    : sql`${sort === "relevance" ? search.match(storeId, question) : search.among(storeId, question)} AS found`

  const conditions = filters(sql, storeId, query, looking?.at)
  // the order of the hand is that of an index
  const id = sql.literal(sort === "manual" ? "m.product_id" : "p.id")
  if (collection !== undefined) {
    conditions.push(
      sort === "manual"
        ? sql`m.collection_id = ${collection.id} AND p.id = m.product_id`
        : Conditions.inCollection(sql, storeId, collection, yield* Timestamp.now)
    )
  }
  if (query.after !== undefined) {
    const position = yield* positionOf(sort, cursorOf(query, hits), query.after)
    conditions.push(sql`(${key}, ${id}) ${sql.literal(order.descending ? "<" : ">")} (${position.key}, ${position.id})`)
  }

  const direction = order.descending ? "DESC" : "ASC"
  // SQLite reads what stands before CROSS JOIN first, and would otherwise walk all products
  const products = sql.literal(sort === "manual" ? "collection_products AS m CROSS JOIN products AS p" : "products AS p")
  const source = found === undefined ? products : sql`${found} CROSS JOIN ${products}`
  if (found !== undefined) conditions.push(sql.literal("p.id = found.product_id"))
  const where = sql.and(conditions)
  // a number that Postgres can see: without it, a plan for any number reckons with a tenth of the table
  const shown = summaryColumns(sql, looking)
  const limit = sql.literal(String((query.limit ?? Page.defaultLimit) + 1))
  // Postgres answers a subquery of what it shows for the whole table first, unless it knows that few rows are left.
  if (found === undefined && !isScattered(query, collection) && Dialect.of(sql) === "sqlite") {
    return sql<SummaryRow>`SELECT ${shown}, ${key} AS sort_key FROM ${source} WHERE ${where}
      ORDER BY ${key} ${sql.literal(direction)}, ${id} ${sql.literal(direction)} LIMIT ${limit}`
  }
  // What is shown of a product is worked out for the page, not for everything that has to be sorted to find it.
  const dictionary = question === undefined ? sql.literal("") : sql`, ${Lexicons.token(sql, storeId)} AS dictionary`
  return sql<SummaryRow>`SELECT ${shown}, page.sort_key${dictionary} FROM (
      SELECT p.id, ${key} AS sort_key FROM ${source} WHERE ${where}
      ORDER BY ${key} ${sql.literal(direction)}, ${id} ${sql.literal(direction)} LIMIT ${limit}
    ) AS page CROSS JOIN products AS p WHERE p.id = page.id
    ORDER BY ${sql.literal(`page.sort_key ${direction}, p.id ${direction}`)}`
})
