/**
 * The statement behind a page of products: filters, search, order and position in one.
 */
import { isByAttribute } from "@stoa/core/catalog/AttributeOrders"
import type { Narrowed, OpenCollection } from "@stoa/core/catalog/ListFilters"
import { type ListProducts, type ListSort, type ProductSort, ProductStatus } from "@stoa/core/catalog/Product"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import { hitOrder, type ProductHit } from "@stoa/core/catalog/ProductRepository"
import type { InvalidInput } from "@stoa/core/kernel/Input"
import * as Page from "@stoa/core/kernel/Page"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Lexicons from "../search/Lexicons.ts"
import type { Question } from "../search/Question.ts"
import * as ProductAttributes from "./ProductAttributes.ts"
import * as ListedWords from "./ListedWords.ts"
import * as Narrowing from "./Narrowing.ts"
import * as Conditions from "./ProductConditions.ts"
import type { ProductSearch } from "./ProductSearch.ts"
import * as SortedRange from "./SortedRange.ts"
import { available } from "./ProductAvailability.ts"
import { type Looking, summaryColumns, type SummaryRow } from "./ProductSummary.ts"

/** A sort: what by, which way, and what its position in a cursor is made of. */
interface Order {
  readonly key: string
  readonly descending: boolean
  readonly type: Page.KeyKind
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

/** What products `p` are sorted by that were `found` with a rank. */
export const relevance = `${rankWeight} * found.rank + ${popularityPoints}`

const orders: Readonly<Record<ProductSort, Order>> = {
  relevance: { key: relevance, descending: true, type: "number" },
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

/** What products of a filter are kept by, of orders in which they are. */
const listedKeys: Partial<Record<ListSort, string>> = {
  price: "price_from",
  "-price": "price_from",
  title: "sort_title",
  "-title": "sort_title",
  createdAt: "created_at",
  "-createdAt": "created_at",
  "-popularity": "popularity",
  "-rating": "rating_score"
}

/** What somebody else has found is sorted by their scores alone. */
const hitsOrder: Order = { key: "found.rank", descending: true, type: "number" }

/** A list that is read in the order of an index. */
interface Walk {
  readonly products: Fragment
  readonly where: Fragment
  readonly orderBy: Fragment
}

/** Whether a list is one of search results. */
export const isSearch = (query: ListProducts): query is ListProducts & { readonly search: string } =>
  query.search !== undefined && query.search.trim() !== ""

export const sortOf = (query: ListProducts): ListSort =>
  query.sort ?? (isSearch(query) ? "relevance" : "-createdAt")

/** How cursors call the order of a list. */
export const cursorOf = (query: ListProducts, hits: ReadonlyArray<ProductHit> | undefined): string => {
  const sort = sortOf(query)
  return sort === "relevance" && hits !== undefined ? hitOrder : sort
}

/** How cursors call the order of those that say nothing by the attribute of a list. */
const silentCursor = (sort: ListSort): string => `${sort}:none`

const orderOf = ({ byAttribute, ...query }: Narrowed, said: ProductAttributes.Sorted | undefined, hits: ReadonlyArray<ProductHit> | undefined): Order => {
  if (byAttribute !== undefined) {
    return said === undefined
      ? orders["-createdAt"]
      : { key: said.key, descending: byAttribute.descending, type: byAttribute.by === "number" ? "number" : "string" }
  }
  const sort = sortOf(query)
  // an order by an attribute that nobody has looked up is none
  if (isByAttribute(sort)) return orders["-createdAt"]
  return sort === "relevance" && hits !== undefined ? hitsOrder : orders[sort]
}

/** What a search text finds: what the database finds by a question, or what somebody else has found. */
export interface Sought {
  readonly question: Question | undefined
  readonly hits: ReadonlyArray<ProductHit> | undefined
  /** Of PostgreSQL alone: whether few products have what the question asks for, so that all of them are sorted, in whatever order. */
  readonly isFew?: boolean
  /** Whether products of one of the words of the question are kept in each order of a list, and very many have all of them. */
  readonly isKept?: boolean
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

/**
 * What the products `p` of a list have in common.
 *
 * @param isBuyer whether a buyer looks, who sees what is published now
 * @param collection the collection that it is of, unless it is found in the order of the hand
 */
export const parts = (
  sql: Constructor,
  storeId: StoreId,
  query: Narrowed,
  isBuyer: boolean,
  now: Timestamp.Timestamp,
  collection: OpenCollection | undefined
): Conditions.Parts => {
  const within = collection === undefined ? undefined : Conditions.ofCollection(sql, storeId, collection, now)
  const conditions: Array<Fragment> = [sql`p.store_id = ${storeId}`]
  const status = query.status === "any" ? undefined : query.status
  if (status !== undefined) conditions.push(sql`p.status = ${status}`)
  if (isBuyer) conditions.push(Conditions.open(sql, now))
  if (query.available !== undefined) conditions.push(sql.literal(query.available ? available(sql) : `NOT ${available(sql)}`))
  if (query.onSale !== undefined) conditions.push(Conditions.reduced(sql, query.onSale))
  // what tends to leave fewest comes first
  const narrowings: Array<Narrowing.Narrowing> = []
  for (const filter of query.byAttributes ?? []) narrowings.push(ProductAttributes.narrowing(sql, storeId, filter))
  if (query.brand !== undefined) narrowings.push(Conditions.ofBrand(sql, storeId, query.brand))
  if (query.category !== undefined) narrowings.push(Conditions.ofCategory(sql, storeId, query.category))
  narrowings.push(...(within?.narrowings ?? []))
  for (const [name, values] of chosenOptions(query.options ?? [])) narrowings.push(Conditions.optioned(sql, storeId, name, values))
  if (query.tag !== undefined) narrowings.push(Conditions.tagged(sql, storeId, query.tag))
  if (query.vendor !== undefined) narrowings.push(Conditions.ofVendor(sql, storeId, query.vendor))
  if (query.ratingFrom !== undefined) narrowings.push(Conditions.rated(sql, storeId, status, query.ratingFrom))
  if (query.priceFrom !== undefined || query.priceTo !== undefined) {
    narrowings.push(Conditions.priced(sql, storeId, status, query.priceFrom, query.priceTo))
  }
  return { narrowings, conditions: [...conditions, ...(within?.conditions ?? [])] }
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
    readonly limit: number | Fragment
  }
): Fragment => {
  const { conditions, narrowings } = parts(sql, storeId, query, isBuyer, now, collection)
  const holds = narrowings.map((one) => one.holds)
  const end = sql`LIMIT ${typeof limit === "number" ? sql.literal(String(limit)) : limit}`
  const found = hits !== undefined
    ? hitRows(sql, hits)
    : question === undefined ? undefined : sql`${search.among(storeId, question)} AS found`
  if (found !== undefined) {
    return sql`SELECT p.id FROM ${found} CROSS JOIN products AS p WHERE p.id = found.product_id AND ${sql.and([...conditions, ...holds])} ${end}`
  }
  const [first] = narrowings
  if (first === undefined) return sql`SELECT p.id FROM products AS p WHERE ${sql.and(conditions)} ${end}`
  if (Dialect.of(sql) === "pg") return sql`SELECT p.id FROM products AS p WHERE ${sql.and([Narrowing.among(sql, first), ...conditions, ...holds])} ${end}`
  if (first.read !== undefined) {
    const parts = first.read.map(({ passing, products }) => sql`SELECT p.id FROM ${products} WHERE ${sql.and([passing, ...conditions, ...holds])}`)
    return sql`SELECT id FROM (${sql.join(" UNION ALL ", false)(parts)}) AS one ${end}`
  }
  // SQLite would read all that pass a filter before the first is known, and asks nothing of a product that its index has said already
  return sql`SELECT DISTINCT p.id FROM (${first.ids}) AS one CROSS JOIN products AS p
    WHERE p.id = one.product_id AND ${sql.and([...conditions, ...(first.exact ? holds.slice(1) : holds)])} ${end}`
}

const positionOf = Effect.fnUntraced(function*(type: Page.KeyKind, name: string, cursor: string) {
  const [key, id] = yield* Page.decodeCursor(name, [type, "string"], cursor)
  return { key, id }
})

/**
 * The statement that reads one row more than the page holds.
 *
 * @param sought what the search text finds, if the list is one of search results
 * @param silent of a list by an attribute: whether those are read that say nothing by it, the newest first
 */
export const statement = Effect.fnUntraced(function*(
  sql: Constructor,
  search: ProductSearch["Service"],
  storeId: StoreId,
  query: Narrowed,
  looking: Looking | undefined,
  collection: OpenCollection | undefined,
  { hits, isFew = false, isKept = false, question }: Sought,
  silent = false
) {
  const sort = sortOf(query)
  const attribute = query.byAttribute === undefined ? undefined : ProductAttributes.sorted(sql, query.byAttribute)
  const said = silent ? undefined : attribute
  const order = orderOf(query, said, hits)
  const key = sql.literal(order.key)
  const now = looking?.at ?? (yield* Timestamp.now)
  const byHand = sort === "manual" ? collection : undefined
  const { conditions: plain, narrowings: narrowed } = parts(sql, storeId, query, looking !== undefined, now, byHand === undefined ? collection : undefined)
  // products that are for sale are kept in the order of filters that very many pass; those that are too cheap stand before a range of prices
  const mayBeKept = query.status === "active" && attribute === undefined && byHand === undefined && !(sort === "price" && (query.priceFrom ?? 0) > 0) ? listedKeys[sort] : undefined
  const words = question === undefined || !isKept || mayBeKept === undefined ? [] : ListedWords.narrowings(sql, search, storeId, question)
  // more filters than decide how products are found would leave out the words
  const byWords = words.length > 0 && Narrowing.decide([...narrowed, ...words])
  const filters = byWords ? [...narrowed, ...words] : narrowed
  const found = hits !== undefined
    ? hitRows(sql, hits)
    : question === undefined || byWords
    ? undefined
    // whoever sorts by something else asks for no rank
    : sql`${sort === "relevance" ? search.match(storeId, question) : search.among(storeId, question)} AS found`

  const [only, more] = filters
  const byAge = found === undefined && more === undefined && order.key === orders.createdAt.key ? only?.byAge : undefined
  const conditions = byAge === undefined ? [...plain] : [...plain, byAge]
  if (attribute !== undefined && silent) conditions.push(attribute.unsaid)
  const narrowings = byAge === undefined ? filters : []
  // the order of the hand is that of an index
  const id = sql.literal(byHand !== undefined ? "m.product_id" : said !== undefined ? "said.product_id" : "p.id")
  if (byHand !== undefined) conditions.push(sql`m.collection_id = ${byHand.id} AND p.id = m.product_id`)
  const unbegun = [...conditions]
  const position = query.after === undefined ? undefined : yield* positionOf(order.type, silent ? silentCursor(sort) : cursorOf(query, hits), query.after)
  const isAfter = (key: Fragment, id: Fragment): ReadonlyArray<Fragment> =>
    position === undefined ? [] : [sql`(${key}, ${id}) ${sql.literal(order.descending ? "<" : ">")} (${position.key}, ${position.id})`]
  conditions.push(...isAfter(key, id))
  // the dearest first would else begin with all that are too dear
  const dearest = sort === "-price" && position === undefined ? query.priceTo : undefined
  if (dearest !== undefined) conditions.push(sql`p.price_from <= ${dearest}`)

  const direction = order.descending ? "DESC" : "ASC"
  const orderBy = sql`${key} ${sql.literal(direction)}, ${id} ${sql.literal(direction)}`
  // SQLite reads what stands before CROSS JOIN first, and would otherwise walk all products
  const products = sql.literal(byHand !== undefined ? "collection_products AS m CROSS JOIN products AS p" : said?.walk ?? "products AS p")
  const ofProduct = said?.ofProduct ?? sql.literal("")
  const source = found === undefined
    ? products
    // Postgres, which takes any word that it does not know for one of very many products, would else walk all products in the order of the list
    : isFew && byHand === undefined && said === undefined
    ? sql`${found} CROSS JOIN LATERAL (SELECT * FROM products AS one WHERE one.id = found.product_id OFFSET 0) AS p`
    : sql`${found} CROSS JOIN ${said === undefined ? products : sql`products AS p ${ofProduct}`}`
  const unfound = sql.and(conditions)
  if (found !== undefined) conditions.push(sql.literal("p.id = found.product_id"))
  // a number that Postgres can see: without it, a plan for any number reckons with a tenth of the table
  const count = (query.limit ?? Page.defaultLimit) + 1
  const limit = sql.literal(String(count))
  const shown = summaryColumns(sql, looking)
  const dictionary = question === undefined ? sql.literal("") : sql`, ${Lexicons.token(sql, storeId)} AS dictionary`
  const holds = [...conditions, ...narrowings.map((one) => one.holds)]
  const where = sql.and(said === undefined ? holds : [said.walked, ...holds])
  // of products that are reached by their ids
  const whereFound = said === undefined ? where : sql.and([said.found, ...holds])
  // of products that are all that pass the only filter
  const whereFew = said === undefined && more === undefined && only?.exact === true ? sql.and(conditions) : whereFound
  // of products of all statuses only the order of their age is that of an index, so in all others those of each are read
  const isWhole = (query.status === undefined || query.status === "any") && byHand === undefined && attribute === undefined && order.key !== orders.createdAt.key
  const ofEach = (products: Fragment, where: Fragment): ReadonlyArray<Walk> =>
    isWhole ? ProductStatus.literals.map((status) => ({ products, orderBy, where: sql`p.status = ${status} AND ${where}` })) : [{ products, orderBy, where }]
  // Postgres answers a subquery of what it shows for the whole table first, unless it knows that few rows are left.
  if (found === undefined && filters.length === 0 && !isWhole && Dialect.of(sql) === "sqlite") {
    return sql<SummaryRow>`SELECT ${shown}, ${key} AS sort_key FROM ${source} WHERE ${where} ORDER BY ${orderBy} LIMIT ${limit}`
  }
  // the index of an order, read no further than the page, of which few products that do not pass are read
  const ofIndex = (passes: ReadonlyArray<Fragment>, first?: Fragment): Walk => {
    const [key, id] = [sql.literal(order.key.replace("p.", "w.")), sql.literal("w.id")]
    return {
      products: Narrowing.onTheWay(sql, first),
      where: sql.and([sql`w.store_id = ${storeId} AND w.status = ${query.status}`, ...isAfter(key, id), ...unbegun, ...passes]),
      orderBy: sql`${key} ${sql.literal(direction)}, ${id} ${sql.literal(direction)}`
    }
  }
  // What is shown of a product is worked out for the page, not for everything that has to be sorted to find it.
  const page = sql.literal(`CROSS JOIN products AS p WHERE p.id = page.id ORDER BY page.sort_key ${direction}, p.id ${direction}`)
  if (found === undefined && narrowings.length > 0 && byHand === undefined) {
    const { priceFrom = 0, priceTo = Number.MAX_SAFE_INTEGER } = query
    // where SQLite has it, so that it is not looked up by its id again
    const place = sql.literal(Dialect.of(sql) === "pg" ? "p.id" : "p.rowid")
    // of what a walk leaves out, PostgreSQL reads nothing but the index
    const asked = Dialect.of(sql) === "pg" && attribute === undefined && query.status !== undefined && query.status !== "any" ? narrowings.flatMap(({ onTheWay }) => onTheWay?.("w") ?? []) : []
    // the cheapest first would else begin with all that are too cheap
    const walks = sort === "price" && priceFrom > 0
      ? Conditions.reaching(sql, "p", priceFrom).flatMap(({ products, reached }) => ofEach(products, sql`${where} AND ${reached} AND p.price_from <= ${priceTo}`))
      : asked.length > 0
      ? [ofIndex([...asked, ...narrowings.map(({ holds }) => holds)])]
      : ofEach(products, where)
    const chosen = sql`${place} AS place, ${key} AS sort_key`
    const shownOf = sql`SELECT ${shown}, page.sort_key${dictionary} FROM page CROSS JOIN products AS p WHERE ${place} = page.place
        ORDER BY page.sort_key ${sql.literal(direction)}, p.id ${sql.literal(direction)} LIMIT ${limit}`
    const walked = walks.map((walk) => sql`SELECT * FROM (SELECT ${chosen} FROM ${walk.products} ${Narrowing.whereMany(sql, walk.where, walk.orderBy, count)}) AS many`)
    // no index says whether a product is in stock, nor what collections ask
    const isSorted = more === undefined && attribute === undefined && collection === undefined && query.available === undefined
      && query.status !== undefined && query.status !== "any" && only?.sorted?.some((column) => order.key === `p.${column}`) === true
    if (isSorted) {
      const isByPrice = order.key === orders.price.key
      const pages = SortedRange.pages(sql, only, { chosen, where: sql.and(conditions), orderBy, limit, isByPrice })
      return sql<SummaryRow>`${isByPrice ? sql.literal("WITH") : sql`${SortedRange.looked(sql, only)},`} page AS MATERIALIZED (
        ${sql.join(" UNION ALL ", false)(isByPrice ? pages : [...pages, ...walked])}
      ) ${shownOf}`
    }
    const kept = Narrowing.mayBeKept(narrowings) ? mayBeKept : undefined
    const ofKept = (listed: string): Fragment => {
      const [key, id] = [sql.literal(`l.${listed}`), sql.literal("l.product_id")]
      const begins = dearest === undefined ? [] : [sql`l.price_from <= ${dearest}`]
      const said = Dialect.of(sql) === "pg" ? [] : [
        ...narrowings.flatMap(({ onTheWay }) => onTheWay?.("l") ?? []),
        ...(looking === undefined ? [] : [Conditions.open(sql, now, "l")]),
        ...(query.onSale === undefined ? [] : [Conditions.reduced(sql, query.onSale, "l")])
      ]
      const where = sql.and([...begins, ...isAfter(key, id), ...said, ...unbegun, ...narrowings.map((one) => one.holds)])
      const ordered = sql`${key} ${sql.literal(direction)}, ${id} ${sql.literal(direction)}`
      return sql`UNION ALL SELECT * FROM (SELECT ${place} AS place, ${key} AS sort_key FROM ${Narrowing.listedProducts(sql)} ${Narrowing.whereListed(sql, narrowings, listed, where, ordered, count)}) AS listed`
    }
    return sql<SummaryRow>`${Narrowing.looked(sql, narrowings, kept === undefined ? undefined : storeId)}, page AS MATERIALIZED (
        SELECT * FROM (SELECT ${chosen} FROM ${Narrowing.fewProducts(sql)} ${ofProduct}
          WHERE p.id = few_products.product_id AND ${whereFew} ORDER BY ${orderBy} LIMIT ${limit}) AS few
        UNION ALL ${sql.join(" UNION ALL ", false)(walked)}
        ${kept === undefined ? sql.literal("") : ofKept(kept)}
      ) ${shownOf}`
  }
  if (found === undefined && isWhole) {
    return sql<SummaryRow>`WITH page AS MATERIALIZED (SELECT * FROM (${sql.join(" UNION ALL ", false)(ofEach(products, where).map((walk) =>
      sql`SELECT * FROM (SELECT p.id, ${key} AS sort_key FROM ${walk.products} WHERE ${walk.where} ORDER BY ${orderBy} LIMIT ${limit}) AS many`))}
      ) AS chosen ORDER BY sort_key ${sql.literal(direction)}, id ${sql.literal(direction)} LIMIT ${limit})
      SELECT ${shown}, page.sort_key FROM page ${page}`
  }
  // with a filter there may be few on the way, and no index has the order of all statuses
  const isWalked = sort !== "relevance" && byHand === undefined && attribute === undefined && collection === undefined && narrowings.length === 0
    && query.status !== undefined && query.status !== "any" && query.available === undefined && query.onSale === undefined
  const walking = question === undefined || !isWalked ? undefined : search.walking?.(question)
  if (walking !== undefined) {
    // which of the ways of walking is taken, if one is
    const way = walking.map(({ isSooner }, index) => sql`WHEN ${isSooner} THEN ${sql.literal(String(index))}`)
    const limitOf = (index: string) => sql.literal(`LIMIT (SELECT CASE WHEN way = ${index} THEN ${count} ELSE 0 END FROM scope)`)
    const walks = walking.map(({ holds }, index) =>
      sql`UNION ALL SELECT * FROM (SELECT p.id, ${key} AS sort_key FROM ${products} WHERE ${sql.and([unfound, holds])} ORDER BY ${orderBy} ${limitOf(String(index))}) AS many`)
    return sql<SummaryRow>`WITH scope (way) AS MATERIALIZED (SELECT CASE ${sql.join(" ", false)(way)} ELSE -1 END), page AS MATERIALIZED (
        SELECT * FROM (SELECT p.id, ${key} AS sort_key FROM ${source} WHERE ${where} ORDER BY ${orderBy} ${limitOf("-1")}) AS few
        ${sql.join(" ", false)(walks)}
      )
      SELECT ${shown}, page.sort_key${dictionary} FROM page ${page} LIMIT ${limit}`
  }
  // words that very many products have are asked of each on the way
  const walk: Walk = isWalked && found !== undefined && question !== undefined && !isFew && Dialect.of(sql) === "pg"
    ? ofIndex([], sql`SELECT 1 FROM ${found} WHERE found.product_id = w.id`)
    : { products: source, where: found === undefined ? where : whereFound, orderBy }
  return sql<SummaryRow>`SELECT ${shown}, page.sort_key${dictionary} FROM (
      SELECT p.id, ${key} AS sort_key FROM ${walk.products} WHERE ${walk.where} ORDER BY ${walk.orderBy} LIMIT ${limit}
    ) AS page ${page}`
})

/** A row of a list, with what its cursor is called, where it is not called after the order of the list. */
export type ListedRow = SummaryRow & { readonly cursor?: string }

/** The rows of a page, one more than it holds; of a list by an attribute first of those that say something by it, then of the others. */
export const rows = Effect.fnUntraced(function*(
  ...[sql, search, storeId, query, looking, collection, sought]: [
    sql: Constructor,
    search: ProductSearch["Service"],
    storeId: StoreId,
    query: Narrowed,
    looking: Looking | undefined,
    collection: OpenCollection | undefined,
    sought: Sought
  ]
): Effect.fn.Return<ReadonlyArray<ListedRow>, InvalidInput | SqlError> {
  if (query.byAttribute === undefined) return yield* Effect.flatten(statement(sql, search, storeId, query, looking, collection, sought))
  const { after, ...begun } = query
  const limit = query.limit ?? Page.defaultLimit
  const name = silentCursor(sortOf(query))
  const isSilent = after !== undefined && Page.sortOfCursor(after) === name
  const said = isSilent ? [] : yield* Effect.flatten(statement(sql, search, storeId, query, looking, collection, sought))
  if (said.length > limit) return said
  const others = { ...(isSilent ? query : begun), limit: limit - said.length }
  const silent = yield* Effect.flatten(statement(sql, search, storeId, others, looking, collection, sought, true))
  return [...said, ...silent.map((row) => Object.assign(row, { cursor: name }))]
})
