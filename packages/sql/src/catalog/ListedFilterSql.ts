/**
 * Filters that very many products pass, in SQL. What comes to pass them is written down by triggers.
 */
import { type ListedFilter, ListedFilterRepository, type PassedFilter, type ValueKind } from "@stoa/core/catalog/ListedFilterRepository"
import type { ProductId } from "@stoa/core/catalog/Product"
import { CurrentStore, type StoreId } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import { Lexicons } from "../search/Lexicons.ts"
import * as Question from "../search/Question.ts"
import { storage } from "../Storage.ts"
import * as ListedProductRows from "./ListedProductRows.ts"
import * as ListedWords from "./ListedWords.ts"
import type * as Narrowing from "./Narrowing.ts"
import * as Conditions from "./ProductConditions.ts"
import { ProductSearch } from "./ProductSearch.ts"

/** So many values of filters are looked at in one statement. */
const lookedAt = 10

/** So many rows are taken out in one statement. */
const cleared = 1_000

const narrowing = (
  sql: Constructor,
  search: ProductSearch["Service"],
  storeId: StoreId,
  { kind, value }: Pick<ListedFilter, "kind" | "value">
): Narrowing.Narrowing => {
  switch (kind) {
    case "category":
      return Conditions.ofCategory(sql, storeId, value)
    case "tag":
      return Conditions.tagged(sql, storeId, value)
    case "brand":
      return Conditions.ofBrand(sql, storeId, value)
    case "vendor":
      return Conditions.saying(sql, storeId, "vendor", sql`${value}`)
    case "seller":
      return Conditions.saying(sql, storeId, "vendor_id", sql`${value}`)
    case "word":
      return ListedWords.having(sql, search, storeId, value)
  }
}

/** Values of a kind that there are, after one of them: what stands in a `FROM` and has the column `value`. */
const values = (sql: Constructor, storeId: StoreId, kind: ValueKind, after: string): Fragment => {
  const limit = sql.literal(String(lookedAt))
  const rows = (table: string) =>
    sql`(SELECT id AS value FROM ${sql(table)} WHERE ${Dialect.unindexed(sql, "store_id")} = ${storeId} AND id > ${after} ORDER BY id LIMIT ${limit})`
  // each is found by the index after the one before, however many products have it
  const distinct = (table: string, column: string) => {
    const next = (after: Fragment) => sql`(SELECT min(${sql(column)}) FROM ${sql(table)} WHERE store_id = ${storeId} AND ${sql(column)} > ${after})`
    return sql`(WITH RECURSIVE said (value) AS (
        SELECT ${next(sql`${after}`)} UNION ALL SELECT ${next(sql`said.value`)} FROM said WHERE said.value IS NOT NULL
      ) SELECT value FROM said WHERE value IS NOT NULL LIMIT ${limit})`
  }
  switch (kind) {
    case "category":
      return rows("categories")
    case "brand":
      return rows("brands")
    case "seller":
      return rows("vendors")
    case "tag":
      return distinct("product_tags", "tag")
    case "vendor":
      return distinct("products", "vendor")
  }
}

/** What stands after `FROM` to find the products of the row `said` of values. */
const passing = (sql: Constructor, storeId: StoreId, kind: ValueKind): Fragment => {
  const said = (column: string) =>
    sql`products AS p WHERE ${column === "vendor" ? sql.literal("p.store_id") : Dialect.unindexed(sql, "p.store_id")} = ${storeId} AND ${sql(`p.${column}`)} = said.value`
  switch (kind) {
    case "category":
      return sql`categories AS root CROSS JOIN categories AS c CROSS JOIN product_categories AS pc
        WHERE root.id = said.value AND c.store_id = ${storeId} AND c.path >= root.path AND c.path < root.path || '0' AND pc.category_id = c.id`
    case "tag":
      return sql`product_tags AS t WHERE t.store_id = ${storeId} AND t.tag = said.value`
    case "brand":
      return said("brand_id")
    case "vendor":
      return said("vendor")
    case "seller":
      return said("vendor_id")
  }
}

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const search = yield* ProductSearch
  const lexicons = yield* Lexicons
  const isPg = Dialect.of(sql) === "pg"
  const idsOf = (rows: ReadonlyArray<{ readonly product_id: ProductId }>) => Array.from(new Set(rows.map((row) => row.product_id))).sort()
  // there may be very many rows to be counted
  const unhurried = <A, E>(effect: Effect.Effect<A, E>) => isPg ? sql.withTransaction(Effect.andThen(Dialect.unhurried(sql), effect)) : effect
  const ofIds = (ids: ReadonlyArray<ProductId>) => Dialect.jsonRows(sql, ids.map((id) => ({ id })), { id: "text" })

  return ListedFilterRepository.of({
    activeProducts: Effect.gen(function*() {
      const [row] = yield* unhurried(sql<{ readonly size: number }>`
        SELECT count(*) AS size FROM products WHERE store_id = ${yield* CurrentStore} AND status = 'active'`)
      return Number(row?.size ?? 0)
    }).pipe(storage("ListedFilters.activeProducts")),

    passed: Effect.fnUntraced(function*(kind, after, most) {
      const storeId = yield* CurrentStore
      const rows = yield* unhurried(sql<PassedFilter>`
        SELECT said.value, (SELECT count(*) FROM (SELECT 1 FROM ${passing(sql, storeId, kind)} LIMIT ${sql.literal(String(most))}) AS one) AS products
        FROM ${values(sql, storeId, kind, after)} AS said ORDER BY said.value`)
      return rows.map(({ products, value }) => ({ value, products: Number(products) }))
    }, storage("ListedFilters.passed")),

    words: Effect.fnUntraced(function*(from, texts, most) {
      const storeId = yield* CurrentStore
      const searched = yield* sql<{ readonly term: string }>`
        SELECT term FROM search_terms WHERE store_id = ${storeId} AND day >= ${from} AND term <> ''
        GROUP BY term ORDER BY sum(searches) DESC, term LIMIT ${sql.literal(String(texts))}`
      const lexicon = yield* lexicons.refresh(storeId)
      const values = new Set(searched.flatMap(({ term }) => Question.of(term, lexicon)?.asked.flatMap((one) => ListedWords.valueOf(one) ?? []) ?? []))
      return yield* Effect.forEach(values, (value) =>
        Effect.map(
          unhurried(sql<{ readonly products: number }>`
            SELECT count(*) AS products FROM (${ListedWords.having(sql, search, storeId, value).ids} LIMIT ${sql.literal(String(most))}) AS one`),
          ([row]): PassedFilter => ({ value, products: Number(row?.products ?? 0) })
        ))
    }, storage("ListedFilters.words")),

    keep: Effect.fnUntraced(function*(kind, filters) {
      yield* sql`INSERT INTO listed_filters (store_id, kind, value, products)
        SELECT ${yield* CurrentStore}, ${kind}, value, products FROM ${
        Dialect.jsonRows(sql, filters.map(({ products, value }) => ({ value, products })), { value: "text", products: "int" })
      } WHERE true
        ON CONFLICT (store_id, kind, value) DO UPDATE SET products = excluded.products`
    }, storage("ListedFilters.keep")),

    kept: Effect.gen(function*() {
      const rows = yield* sql<Omit<ListedFilter, "isReady"> & { readonly ready: number }>`
        SELECT id, kind, value, products, ready FROM listed_filters WHERE store_id = ${yield* CurrentStore} ORDER BY id`
      return rows.map(({ id, kind, products, ready, value }): ListedFilter => ({
        id: Number(id),
        kind,
        value,
        products: Number(products),
        isReady: ready === 1
      }))
    }).pipe(storage("ListedFilters.kept")),

    begin: Effect.fnUntraced(function*(id) {
      const mark = sql.literal(isPg ? "pg_snapshot_xmax(pg_current_snapshot())::text::bigint" : "1")
      const [row] = yield* sql<{ readonly since: number }>`
        UPDATE listed_filters SET since = ${mark} WHERE id = ${id} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore} RETURNING since`
      return Number(row?.since ?? 0)
    }, storage("ListedFilters.begin")),

    isSettled: Effect.fnUntraced(function*(mark) {
      if (!isPg) return true
      const [row] = yield* sql<{ readonly settled: boolean }>`SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint >= ${mark}::bigint AS settled`
      return row?.settled === true
    }, storage("ListedFilters.isSettled")),

    passing: Effect.fnUntraced(function*(filter) {
      return idsOf(yield* unhurried(sql<{ readonly product_id: ProductId }>`${narrowing(sql, search, yield* CurrentStore, filter).ids}`))
    }, storage("ListedFilters.passing")),

    size: Effect.fnUntraced(function*({ id }) {
      const [row] = yield* unhurried(sql<{ readonly size: number }>`SELECT count(*) AS size FROM listed_products WHERE filter_id = ${id} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore}`)
      return Number(row?.size ?? 0)
    }, storage("ListedFilters.size")),

    there: Effect.fnUntraced(function*({ id }) {
      return idsOf(yield* unhurried(sql<{ readonly product_id: ProductId }>`
        SELECT product_id FROM listed_products WHERE filter_id = ${id} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore}`))
    }, storage("ListedFilters.there")),

    put: Effect.fnUntraced(function*({ id }, ids) {
      yield* ListedProductRows.put(sql, yield* CurrentStore, ids.map((product) => ({ filter: id, product })))
    }, storage("ListedFilters.put")),

    end: Effect.fnUntraced(function*({ id }, mark) {
      yield* sql`UPDATE listed_filters SET ready = 1
        WHERE id = ${id} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore} AND since = ${mark}`
    }, storage("ListedFilters.end")),

    sweep: Effect.fnUntraced(function*(filter, ids) {
      const storeId = yield* CurrentStore
      // in a statement of its own, so that the next one sees what was written until nobody else could write
      yield* sql`SELECT id FROM products WHERE ${Dialect.unindexed(sql, "store_id")} = ${storeId} AND ${Dialect.oneOf(sql, "id", ids)} ORDER BY id${Dialect.forUpdate(sql)}`
      yield* sql`DELETE FROM listed_products WHERE filter_id = ${filter.id} AND ${Dialect.oneOf(sql, "product_id", ids)}
        AND product_id NOT IN (
          SELECT p.id FROM ${ofIds(ids)} CROSS JOIN products AS p
          WHERE p.id = input.id AND ${Dialect.unindexed(sql, "p.store_id")} = ${storeId} AND p.status = 'active' AND ${narrowing(sql, search, storeId, filter).holds}
        )`
    }, storage("ListedFilters.sweep")),

    forget: Effect.fnUntraced(function*({ id }) {
      yield* sql`DELETE FROM listed_filters WHERE id = ${id} AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore}`
    }, storage("ListedFilters.forget")),

    clear: Effect.fnUntraced(function*({ id }) {
      const rows = yield* sql`DELETE FROM listed_products WHERE filter_id = ${id} AND product_id IN (
          SELECT product_id FROM listed_products WHERE filter_id = ${id} ORDER BY created_at LIMIT ${sql.literal(String(cleared))}
        ) AND ${Dialect.unindexed(sql, "store_id")} = ${yield* CurrentStore} RETURNING product_id`
      return rows.length >= cleared
    }, storage("ListedFilters.clear"))
  })
})

export const layer: Layer.Layer<ListedFilterRepository, never, Lexicons | ProductSearch | SqlClient.SqlClient> = Layer.effect(ListedFilterRepository, make)
