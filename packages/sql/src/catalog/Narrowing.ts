/**
 * A filter that a few or most products may pass, in a list that is sorted by something else.
 *
 * **Details**
 *
 * Where few pass it, they are fetched and sorted. Where many do, the index of the order is walked and each product asked, until the page
 * is full. Which of both it is, the statement finds out by itself, by looking for no more than `few` of them: neither database knows
 * how many products a category has with those below it. Where those that pass are kept in each order, these are walked instead of all; of several filters
 * those of the one that fewest pass.
 */
import { crowded } from "@stoa/core/catalog/ListedFilters"
import type { FilterKind } from "@stoa/core/catalog/ListedFilterRepository"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"

export interface Narrowing {
  /** A `SELECT` of the `product_id` of those that pass, in no order; one may come several times. */
  readonly ids: Fragment
  /** Whether the product `p` passes, asked of that product alone. */
  readonly holds: Fragment
  /** Whether all of `ids` pass, so that none of these has to be asked. */
  readonly exact: boolean
  /** What the indexes of orders say of `holds`, asked of a row of such an index: it is so of each product that passes, if not of these alone. */
  readonly onTheWay?: (row: string) => Fragment
  /** The same as a condition by which an index has the products that pass in the order in which they were created, if one does. */
  readonly byAge?: Fragment
  /** Those that may pass, read by indexes that say as well what lists ask of each: what stands in `FROM`, the condition, and whether all of these pass. Each product is in one part. */
  readonly read?: ReadonlyArray<{ readonly products: Fragment; readonly passing: Fragment; readonly exact: boolean }>
  /** By which columns of products those indexes have those of one status sorted, or say what to sort them by. */
  readonly sorted?: ReadonlyArray<string>
  /**
   * What is so of the row `l` of each product that passes among those that are kept of another filter, if not of these alone, and by which an index of these
   * has them.
   */
  readonly amongKept?: Fragment
  /** What it is called where the products that pass are kept in each order, which is so of filters that very many pass. */
  readonly listed?: { readonly kind: FilterKind; readonly value: Fragment }
}

/** So many products are fetched to be sorted, at most. */
export const few = crowded.few

/**
 * A filter by the rows of another table.
 *
 * @param own what stands after `FROM` to find one row of the product `p`. It is not asked with `EXISTS`, which Postgres turns around where it expects
 *   few of them, and then reads them all.
 */
export const of = (sql: Constructor, ids: Fragment, own: Fragment): Narrowing => ({ ids, holds: sql`(SELECT 1 FROM ${own} LIMIT 1) IS NOT NULL`, exact: true })

/** Products that pass one of several filters. */
export const any = (sql: Constructor, narrowings: ReadonlyArray<Narrowing>): Narrowing => ({
  ids: sql.join(" UNION ALL ", false)(narrowings.map(({ ids }) => sql`SELECT * FROM (${ids}) AS one`)),
  holds: sql.or(narrowings.map(({ holds }) => holds)),
  exact: narrowings.every(({ exact }) => exact)
})

/** Whether the product `p` is among those that pass, for a statement that reads no product but these. */
export const among = (sql: Constructor, { ids }: Narrowing): Fragment => sql`p.id IN (${ids})`

/** More filters than these do not decide how products are found. */
const asked = 3

/** Whether all of these decide how products are found. */
export const decide = (narrowings: ReadonlyArray<Narrowing>): boolean => narrowings.length <= asked

/** Filters of which the products may be kept, of those that decide how products are found, with the place of each. */
const keptOf = (narrowings: ReadonlyArray<Narrowing>) => narrowings.slice(0, asked).flatMap(({ listed }, place) => listed === undefined ? [] : [{ ...listed, place }])

/**
 * The filter whose products are walked: that of which fewest are kept. On SQLite a word comes before all others: what is kept of a word says what else the
 * product passes, and what is kept of others says nothing of words.
 */
const leastKept = (sql: Constructor, narrowings: ReadonlyArray<Narrowing>) => {
  const words = Dialect.of(sql) === "sqlite" ? keptOf(narrowings).flatMap(({ kind, place }) => kind === "word" ? [place] : []) : []
  return `(SELECT id FROM kept ORDER BY ${words.length === 0 ? "" : `place NOT IN (${words.join(", ")}), `}products, id LIMIT 1)`
}

/** Whether the products of one of these filters may be kept in each order. */
export const mayBeKept = (narrowings: ReadonlyArray<Narrowing>): boolean => keptOf(narrowings).length > 0

/**
 * What begins a statement: `few_products`, those that pass a filter that few pass, and `scope`, which says whether there is none (`many`).
 *
 * @param kept the store, if the list is in an order in which products of filters may be kept. Then `listed` of `scope` is the filter whose products are
 *   to be walked, if there is one, and `many` says that all are
 */
export const looked = (sql: Constructor, narrowings: ReadonlyArray<Narrowing>, kept?: StoreId): Fragment => {
  const first = narrowings.slice(0, asked)
  const name = (index: number) => `few_${index}`
  const places = new Map((kept === undefined ? [] : keptOf(narrowings)).map((one) => [one.place, one]))
  const isSqlite = Dialect.of(sql) === "sqlite"
  const least = leastKept(sql, narrowings)
  const isKept = (index: number) => `(SELECT count(*) FROM kept WHERE kept.place = ${index}) > 0`
  const isMany = (index: number) =>
    isSqlite ? `(SELECT are FROM many_${index})` : `(${places.has(index) ? `${isKept(index)} OR ` : ""}(SELECT count(*) FROM ${name(index)}) > ${few})`
  // what is kept is not looked for, and others are looked for in what is kept
  const limit = `LIMIT ${few + 1}`
  const lookedFor = ({ amongKept, ids }: Narrowing, index: number): Fragment => {
    const own = sql`SELECT product_id FROM (${ids}) AS one`
    if (isSqlite) return sql`${own} ${sql.literal(`LIMIT (SELECT CASE WHEN are THEN 0 ELSE ${few} END FROM many_${index})`)}`
    if (places.has(index)) return sql`${own} ${sql.literal(`WHERE NOT ${isKept(index)} ${limit}`)}`
    if (places.size === 0 || amongKept === undefined) return sql`${own} ${sql.literal(limit)}`
    return sql`SELECT product_id FROM (${own} WHERE (SELECT count(*) FROM kept) = 0
      UNION ALL SELECT l.product_id FROM listed_products AS l WHERE l.filter_id = ${sql.literal(least)} AND ${amongKept}) AS either ${sql.literal(limit)}`
  }
  // SQLite passes by a thousand products in a quarter of the time that it takes to put them down
  const counted = ({ ids }: Narrowing, index: number): Fragment =>
    sql`${sql.literal(`many_${index} (are) AS MATERIALIZED (SELECT CASE WHEN ${places.has(index) ? isKept(index) : "0"} THEN 1 ELSE`)}
      (SELECT 1 FROM (${ids}) AS one LIMIT 1 OFFSET ${sql.literal(String(few))}) IS NOT NULL END)`
  const tables = first.flatMap((one, index) => [
    ...(isSqlite ? [counted(one, index)] : []),
    sql`${sql.literal(name(index))} AS MATERIALIZED (${lookedFor(one, index)})`
  ])
  if (kept !== undefined) {
    const filters = Array.from(places.values(), ({ kind, place, value }) =>
      sql`SELECT ${sql.literal(`${place} AS place`)}, f.id, f.products FROM listed_filters AS f
        WHERE f.store_id = ${kept} AND f.kind = ${sql.literal(`'${kind}'`)} AND f.value = ${value} AND f.ready = 1`)
    tables.unshift(sql`kept AS MATERIALIZED (${sql.join(" UNION ALL ", false)(filters)})`)
  }
  const chosen = first.map((_, index) =>
    `SELECT product_id FROM ${name(index)} WHERE ${
      [...first.slice(0, index).map((_, before) => isMany(before)), `NOT ${isMany(index)}`].join(" AND ")
    }`).join(" UNION ALL ")
  return sql`WITH ${sql.join(", ", false)(tables)}, ${sql.literal(`few_products (product_id) AS MATERIALIZED (SELECT DISTINCT product_id FROM (${chosen}) AS chosen),
    ${
    kept === undefined
      ? `scope (many) AS MATERIALIZED (SELECT ${first.map((_, index) => isMany(index)).join(" AND ")})`
      : `scope (many, listed) AS MATERIALIZED (SELECT are_many AND least IS NULL, CASE WHEN are_many THEN least END FROM (
        SELECT ${first.map((_, index) => isMany(index)).join(" AND ")} AS are_many, ${least} AS least
      ) AS decided)`
  }`)}`
}

/** What stands in `FROM` to read products of the filter whose products are kept, in an order. */
export const listedProducts = (sql: Constructor): Fragment =>
  sql.literal(
    Dialect.of(sql) === "pg"
      ? "listed_products AS l CROSS JOIN LATERAL (SELECT * FROM products AS one WHERE one.id = l.product_id OFFSET 0) AS p"
      : "listed_products AS l CROSS JOIN products AS p"
  )

/**
 * That products of which others of these filters keep theirs are among those, too, so that products which do not pass are not read. The index that SQLite
 * walks says so itself. PostgreSQL looks it up by what the list is sorted by: the walk then goes through the others in the same order, on pages that lie side by side.
 */
const isKeptByOthers = (sql: Constructor, narrowings: ReadonlyArray<Narrowing>, key: string): ReadonlyArray<Fragment> => {
  const isPg = Dialect.of(sql) === "pg"
  const all = keptOf(narrowings)
  const kept = isPg ? all : all.filter(({ kind }) => kind !== "word")
  const other = (place: number, column: string) => `(SELECT ${column} FROM kept WHERE kept.place = ${place} AND kept.id <> (SELECT listed FROM scope))`
  return all.length < 2 ? [] : kept.map(({ place }) =>
    sql.literal(
      isPg
        ? `(${other(place, "kept.id")} IS NULL OR (SELECT 1 FROM listed_products AS o WHERE o.${key} = l.${key} AND o.product_id = l.product_id AND o.filter_id = ${other(place, "kept.id")}) IS NOT NULL)`
        : `instr(l.filters, coalesce(${other(place, "',' || kept.id || ','")}, ',')) > 0`
    )
  )
}

/** Ends a `SELECT` of a page of these in the order of one of their columns, which is empty where there is no such filter. */
export const whereListed = (sql: Constructor, narrowings: ReadonlyArray<Narrowing>, key: string, where: Fragment, orderBy: Fragment, limit: number): Fragment =>
  sql`WHERE ${sql.and([sql.literal("l.filter_id = (SELECT listed FROM scope) AND p.id = l.product_id"), ...isKeptByOthers(sql, narrowings, key), where])} ORDER BY ${orderBy} LIMIT ${sql.literal(String(limit))}`

/**
 * What stands in `FROM` to walk the index of an order on PostgreSQL, and to read those products that what it says leaves.
 *
 * @param asked what each product of the row `w` is asked before it is read: a `SELECT` that has a row if it passes
 */
export const onTheWay = (sql: Constructor, asked?: Fragment): Fragment =>
  sql`products AS w ${asked === undefined ? sql.literal("") : sql`CROSS JOIN LATERAL (${asked} OFFSET 0) AS passing`}
    CROSS JOIN LATERAL (SELECT * FROM products AS one WHERE one.id = w.id OFFSET 0) AS p`

/** What stands in `FROM` to read the few products that were found, and nothing else. */
export const fewProducts = (sql: Constructor): Fragment =>
  sql.literal(
    Dialect.of(sql) === "pg"
      // Postgres, which knows nothing of how few they are, would else walk all products and then look whether each is among them
      ? "few_products CROSS JOIN LATERAL (SELECT * FROM products AS one WHERE one.id = few_products.product_id OFFSET 0) AS p"
      : "few_products CROSS JOIN products AS p"
  )

/** Ends a `SELECT` of a page that is empty unless many pass every filter, so that nothing is walked for it. */
export const whereMany = (sql: Constructor, where: Fragment, orderBy: Fragment, limit: number): Fragment =>
  Dialect.of(sql) === "pg"
    // a limit that Postgres can see, as it would otherwise reckon with a tenth of the table
    ? sql`WHERE (SELECT many FROM scope) AND ${where} ORDER BY ${orderBy} LIMIT ${sql.literal(String(limit))}`
    // SQLite would ask a condition of each product
    : sql`WHERE ${where} ORDER BY ${orderBy} LIMIT (SELECT CASE WHEN many THEN ${sql.literal(String(limit))} ELSE 0 END FROM scope)`
