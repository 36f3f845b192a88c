/**
 * What a search engine outside is sent, in SQL.
 */
import type { ProductOption, ProductId } from "@stoa/core/catalog/Product"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as RichText from "@stoa/core/kernel/RichText"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import { type ProductPlace, SearchFeedRepository } from "@stoa/core/search/SearchFeedRepository"
import type { SearchDocument } from "@stoa/core/search/SearchIndex"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import { inCategory } from "../catalog/ProductConditions.ts"
import * as ProductAttributes from "../catalog/ProductAttributes.ts"
import * as ProductNames from "../catalog/ProductNames.ts"
import * as ProductRow from "../catalog/ProductRow.ts"
import { ProductSearch } from "../catalog/ProductSearch.ts"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import { Lexicons } from "./Lexicons.ts"
import * as Question from "./Question.ts"

interface DocumentRow {
  readonly id: string
  readonly version: number
  readonly title: string
  readonly description: string
  readonly vendor: string | null
  readonly brand_id: string | null
  readonly brand_name: string | null
  readonly categories: string
  readonly collections: string
  readonly tags: string
  readonly options: string
  readonly skus: string
  readonly price_from: number
  readonly price_to: number
  readonly currency: string
  readonly published_from: string | null
  readonly published_until: string | null
  readonly created_at: string
}

type NameRow = Pick<DocumentRow, "brand_name" | "categories" | "collections"> & { readonly said: string | null }

const toDocument = (row: DocumentRow) => ({
  id: row.id,
  version: row.version,
  title: row.title,
  description: RichText.plain(row.description),
  vendor: row.vendor,
  brand: row.brand_id === null ? null : { id: row.brand_id, name: row.brand_name ?? "" },
  categories: Row.json(row.categories),
  collections: Row.json(row.collections),
  tags: Row.json(row.tags),
  options: Row.json<ReadonlyArray<ProductOption>>(row.options).map(({ name, values }) => ({ name, values })),
  skus: Row.json<ReadonlyArray<string | null>>(row.skus).filter((sku) => sku !== null),
  priceFrom: row.price_from,
  priceTo: row.price_to,
  currency: row.currency,
  publishedFrom: row.published_from,
  publishedUntil: row.published_until,
  createdAt: row.created_at
} as unknown as Omit<SearchDocument, "sentAt">)

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const search = yield* ProductSearch
  const lexicons = yield* Lexicons
  const productColumns = sql.literal(ProductRow.productColumns(sql, { buyer: false }))
  const names = sql`${ProductNames.brand(sql, "p.brand_id")} AS brand_name, ${
    ProductNames.categories(sql, "pc.product_id = p.id")
  } AS categories, ${ProductNames.collections(sql, "p.id")} AS collections`
  const columns = sql`p.id, p.version, p.title, p.description, p.vendor, p.brand_id, p.tags, p.options, p.price_from, p.price_to, p.currency,
    p.published_from, p.published_until, p.created_at, ${names},
    (SELECT ${Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, "v.sku", { orderBy: "v.position" }))}
      FROM variants AS v WHERE v.product_id = p.id) AS skus`

  const tickets = (rows: ReadonlyArray<{ readonly id: ProductId; readonly ticket: number }>) =>
    Dialect.jsonRows(sql, rows, { id: "text", ticket: "int" })

  return SearchFeedRepository.of({
    add: Effect.fnUntraced(function*(ids) {
      const now = yield* Timestamp.now
      yield* sql`
        INSERT INTO search_waiting (store_id, product_id, ticket, attempts, next_attempt_at)
        SELECT ${yield* CurrentStore}, id, 1, 0, ${now} FROM ${Dialect.jsonRows(sql, ids.toSorted().map((id) => ({ id })), { id: "text" })}
        WHERE true
        ON CONFLICT (store_id, product_id) DO UPDATE SET ticket = search_waiting.ticket + 1, attempts = 0, next_attempt_at = excluded.next_attempt_at`
    }, storage("SearchFeed.add")),

    take: Effect.fnUntraced(function*(limit, { again, now }) {
      const storeId = yield* CurrentStore
      return yield* sql<{ readonly id: ProductId; readonly ticket: number; readonly attempts: number }>`
        WITH due AS MATERIALIZED (
          SELECT w.product_id FROM search_waiting AS w WHERE w.store_id = ${storeId} AND w.next_attempt_at <= ${now}
          ORDER BY w.next_attempt_at, w.product_id LIMIT ${limit}
          ${Dialect.forUpdate(sql, { skipLocked: true })}
        )
        UPDATE search_waiting SET attempts = attempts + 1, next_attempt_at = ${again}
        WHERE store_id = ${storeId} AND product_id IN (SELECT product_id FROM due)
        RETURNING product_id AS id, ticket, attempts - 1 AS attempts`
    }, storage("SearchFeed.take")),

    done: Effect.fnUntraced(function*(sent) {
      const storeId = yield* CurrentStore
      yield* sql`DELETE FROM search_waiting WHERE store_id = ${storeId}
        AND (product_id, ticket) IN (SELECT id, ticket FROM ${tickets(sent)})`
    }, storage("SearchFeed.done")),

    postpone: Effect.fnUntraced(function*(failed, until) {
      const storeId = yield* CurrentStore
      yield* sql`UPDATE search_waiting SET next_attempt_at = ${until} WHERE store_id = ${storeId}
        AND (product_id, ticket) IN (SELECT id, ticket FROM ${tickets(failed)})`
    }, storage("SearchFeed.postpone")),

    documents: Effect.fnUntraced(function*(ids) {
      const rows = yield* sql<DocumentRow>`SELECT ${columns} FROM products AS p
        WHERE ${Dialect.unindexed(sql, "p.store_id")} = ${yield* CurrentStore} AND p.status = 'active' AND ${Dialect.oneOf(sql, "p.id", ids)}`
      return rows.map(toDocument)
    }, storage("SearchFeed.documents")),

    after: Effect.fnUntraced(function*(place, limit) {
      const rows = yield* sql<{ readonly createdAt: string; readonly id: string }>`
        SELECT created_at AS ${sql("createdAt")}, id FROM products
        WHERE store_id = ${yield* CurrentStore} AND (created_at, id) > (${place?.createdAt ?? ""}, ${place?.id ?? ""})
        ORDER BY created_at, id LIMIT ${limit}`
      return rows as ReadonlyArray<ProductPlace>
    }, storage("SearchFeed.after")),

    index: Effect.fnUntraced(function*(ids) {
      const storeId = yield* CurrentStore
      // whoever changes one of these writes the index after this
      yield* sql`SELECT id FROM products WHERE ${Dialect.unindexed(sql, "store_id")} = ${storeId} AND ${Dialect.oneOf(sql, "id", ids)}
        ORDER BY id ${Dialect.forUpdate(sql)}`
      const rows = yield* sql<ProductRow.ProductRow & NameRow>`SELECT ${productColumns}, ${names}, ${ProductAttributes.searchable(sql)} AS said FROM products AS p
        WHERE ${Dialect.unindexed(sql, "p.store_id")} = ${storeId} AND ${Dialect.oneOf(sql, "p.id", ids)}`
      const called = new Map(rows.map((row) => [row.id, [
        ...(row.brand_name === null ? [] : [row.brand_name]),
        ...Row.json<SearchDocument["categories"]>(row.categories).map(({ name }) => name),
        ...Row.json<ReadonlyArray<string>>(row.collections),
        ...(Row.jsonOrNull<ReadonlyArray<ProductAttributes.ValueJson>>(row.said) ?? []).flatMap(({ attribute, value }) =>
          ProductAttributes.wordsOf(attribute, value))
      ]]))
      if (rows.length > 0) yield* search.index(storeId, rows.map(ProductRow.toProduct("")), called)
    }, storage("SearchFeed.index")),

    called: Effect.fnUntraced(function*(scope, after, limit) {
      const storeId = yield* CurrentStore
      const page = sql`p.id > ${after ?? ""} ORDER BY p.id LIMIT ${limit}`
      const rows = (condition: Fragment) => sql<{ readonly id: ProductId }>`SELECT p.id FROM products AS p
        WHERE ${Dialect.unindexed(sql, "p.store_id")} = ${storeId} AND ${condition} AND ${page}`
      const ids = (found: ReadonlyArray<{ readonly id: ProductId }>) => found.map(({ id }) => id)
      switch (scope.of) {
        case "brand":
          return ids(yield* rows(sql`p.brand_id = ${scope.id}`))
        case "category":
          return ids(yield* rows(inCategory(sql, storeId, scope.id)))
        case "collection":
          return ids(yield* rows(sql`p.id IN (SELECT product_id FROM collection_products WHERE collection_id = ${scope.id})`))
        case "attribute":
          return ids(yield* rows(sql`p.id IN (SELECT product_id FROM product_attributes WHERE attribute_id = ${scope.id})`))
        case "all":
          return ids(yield* sql<{ readonly id: ProductId }>`SELECT p.id FROM products AS p WHERE p.store_id = ${storeId} AND ${page}`)
        case "text": {
          const question = Question.of(scope.text, yield* lexicons.refresh(storeId))
          return question === undefined ? [] : ids(yield* sql<{ readonly id: ProductId }>`
            SELECT p.id FROM ${search.among(storeId, question)} AS found CROSS JOIN products AS p
            WHERE p.id = found.product_id AND p.store_id = ${storeId} AND ${page}`)
        }
      }
    }, storage("SearchFeed.called"))
  })
})

export const layer: Layer.Layer<SearchFeedRepository, never, Lexicons | ProductSearch | SqlClient.SqlClient> = Layer.effect(SearchFeedRepository, make)
