/**
 * Products in SQL.
 */
import type { Buyer } from "@stoa/core/catalog/Product"
import { ProductRepository } from "@stoa/core/catalog/ProductRepository"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import { namedIn } from "@stoa/core/catalog/ProductTranslations"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { asked } from "@stoa/core/kernel/Language"
import * as Page from "@stoa/core/kernel/Page"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import { defaultBaseUrl, MediaSettings } from "@stoa/core/media/MediaSettings"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as SqlClient from "effect/sql/SqlClient"
import { atVersion } from "../AtVersion.ts"
import type { InvalidInput } from "@stoa/core/kernel/Input"
import type { SqlError } from "effect/sql/SqlError"
import type { Fragment } from "effect/sql/Statement"
import * as Stream from "effect/Stream"
import * as Dialect from "../Dialect.ts"
import * as Replica from "../Replica.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import * as ProductChanges from "./ProductChanges.ts"
import { published } from "./ProductConditions.ts"
import * as ProductPages from "./ProductPages.ts"
import * as ProductList from "./ProductList.ts"
import * as ProductRow from "./ProductRow.ts"
import * as ProductSummary from "./ProductSummary.ts"
import * as CatalogSize from "../search/CatalogSize.ts"
import type { Lexicon } from "../search/Lexicon.ts"
import { Lexicons } from "../search/Lexicons.ts"
import * as Question from "../search/Question.ts"
import * as SuggestedTitles from "../search/SuggestedTitles.ts"
import * as FrequentWords from "./FrequentWords.ts"
import * as ListedWords from "./ListedWords.ts"
import { ProductSearch } from "./ProductSearch.ts"
import { formerly, slugsLike } from "./Slugs.ts"

/** How many products a stream reads at once. */
const streamed = 100

/** How many of the newest products of each category and tag are looked at for related ones. */
const relatedCandidates = 200

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const reading = Replica.reading(sql, yield* Replica.Replica)
  const search = yield* ProductSearch
  const sizeOf = CatalogSize.make(sql)
  const takenOf = FrequentWords.make(search, sizeOf)
  const titlesOf = SuggestedTitles.make(sql, search, sizeOf)
  const areFew = FrequentWords.counting(sql, search)
  const areKept = ListedWords.knowing(sql)
  const lexicons = yield* Lexicons
  const baseUrl = (yield* MediaSettings)?.baseUrl ?? defaultBaseUrl
  // one literal instead of a hundred segments that would be put together for every read
  const productColumns = sql.literal(ProductRow.productColumns(sql, { buyer: false }))
  const ofStore = Dialect.unindexed(sql, "store_id")

  const pages = ProductPages.make(sql)

  const lookingOf = (buyer: Buyer | undefined): Effect.Effect<ProductSummary.Looking | undefined> =>
    buyer === undefined ? Effect.undefined : Effect.map(Timestamp.now, (at) => ({ ...buyer, at }))

  const findMany = (where: (storeId: StoreId) => Fragment) =>
    Effect.flatMap(CurrentStore, (storeId) =>
      sql<ProductRow.ProductRow>`SELECT ${productColumns} FROM products AS p WHERE ${where(storeId)}`).pipe(
        Effect.map((rows) => rows.map(ProductRow.toProduct(baseUrl)))
      )

  const changes = ProductChanges.make(sql, search, findMany)

  return ProductRepository.of({
    list: Effect.fnUntraced(function*(query, buyer, collection, hits) {
      const looking = yield* lookingOf(buyer)
      const limit = query.limit ?? Page.defaultLimit
      const storeId = yield* CurrentStore
      const isAsked = hits === undefined && ProductList.isSearch(query)
      const name = ProductList.cursorOf(query, hits)
      const isRanked = isAsked && ProductList.sortOf(query) === "relevance"
      // a page goes on in the order in which its list began
      const begun = isRanked ? FrequentWords.ofCursor(query.after) : undefined
      const canBegin = isRanked && query.after === undefined
      const ask = Effect.fnUntraced(function*(lexicon: Lexicon): Effect.fn.Return<ReadonlyArray<ProductList.ListedRow>, InvalidInput | SqlError> {
        const question = isAsked ? Question.of(query.search, lexicon) : undefined
        if (isAsked && question === undefined) return []
        const list = Effect.fnUntraced(function*(sql: SqlClient.SqlClient): Effect.fn.Return<ReadonlyArray<ProductList.ListedRow>, InvalidInput | SqlError> {
          const taken = question === undefined || (isRanked && !canBegin && begun === undefined) ? undefined : yield* takenOf(storeId, question)
          if (taken !== undefined && isRanked && (begun !== undefined || taken.frequent !== undefined)) {
            const frequent = begun ?? taken.frequent ?? { words: "whole" as const, since: undefined }
            return yield* FrequentWords.page(sql, search, storeId, query, looking, collection, taken.question, frequent)
          }
          return yield* ProductList.rows(sql, search, storeId, query, looking, collection, {
            question: taken?.question ?? question,
            hits,
            isKept: taken?.frequent?.words === "whole" && (yield* areKept(storeId, taken.question)),
            isFew: taken !== undefined && Dialect.of(sql) === "pg" && (isRanked || (yield* areFew(storeId, taken)))
          })
        })
        // whoever edits the catalog sees what they have just written
        return yield* query.status === "active" ? reading(list) : list(sql)
      })
      const remembered = lexicons.remembered(storeId)
      let rows = yield* ask(remembered)
      if (isAsked && rows[0]?.dictionary !== remembered.token) {
        const now = yield* lexicons.refresh(storeId)
        if (now.token !== remembered.token) rows = yield* ask(now)
      }
      const items = rows.slice(0, limit)
      const last = items.at(-1)
      return {
        items: items.map(ProductSummary.toSummary(looking, baseUrl)),
        nextCursor: rows.length <= limit || last === undefined ? null : Page.encodeCursor(last.cursor ?? name, [last.sort_key, last.id])
      }
    }, storage("Products.list")),

    find: Effect.fnUntraced(function*(idOrSlug, buyer) {
      const looking = yield* lookingOf(buyer)
      const storeId = yield* CurrentStore
      // a slug has no underscore
      const isId = idOrSlug.startsWith("prod_")
      const rows = yield* (isId ? pages.byId : pages.bySlug)(storeId, idOrSlug, looking)
      const found = Row.first(rows, ProductRow.toView(looking, baseUrl))
      const id = isId || found !== undefined ? undefined : yield* formerly(sql, "product", storeId, idOrSlug)
      return id === undefined ? found : Row.first(yield* pages.byId(storeId, id, looking), ProductRow.toView(looking, baseUrl))
    }, storage("Products.find")),

    related: Effect.fnUntraced(function*(id, limit, buyer) {
      const looking = yield* lookingOf(buyer)
      const storeId = yield* CurrentStore
      const newest = (source: string, key: string) =>
        sql.literal(`SELECT other.product_id FROM ${source} AS other
          WHERE other.store_id = own.store_id AND other.${key} = own.${key}
          ORDER BY other.product_id DESC LIMIT ${relatedCandidates}`)
      const rows = yield* sql<ProductSummary.SummaryRow>`
        SELECT ${ProductSummary.summaryColumns(sql, looking)}, shared.points AS sort_key FROM (
          SELECT product_id, sum(points) AS points FROM (
            SELECT p.id AS product_id, 2 AS points FROM product_categories AS own
            JOIN products AS p ON p.id IN (${newest("product_categories", "category_id")})
            WHERE own.product_id = ${id} AND own.store_id = ${storeId}
            UNION ALL
            SELECT p.id, 1 FROM product_tags AS own
            JOIN products AS p ON p.id IN (${newest("product_tags", "tag")})
            WHERE own.product_id = ${id} AND own.store_id = ${storeId}
          ) AS candidates GROUP BY product_id
        ) AS shared
        CROSS JOIN products AS p
        WHERE p.id = shared.product_id AND p.store_id = ${storeId} AND p.id <> ${id}
          AND ${published(sql, yield* Timestamp.now)}
        ORDER BY shared.points DESC, p.id DESC LIMIT ${limit}`
      return rows.map(ProductSummary.toSummary(looking, baseUrl))
    }, storage("Products.related")),

    findManyBySlug: (slugs) => 
      findMany((storeId) => sql`p.store_id = ${storeId} AND ${Dialect.oneOf(sql, "p.slug", slugs)} ORDER BY p.id`).pipe(
        storage("Products.findManyBySlug")
      ),

    findManyById: (ids) =>
      findMany((storeId) => sql`${Dialect.unindexed(sql, "p.store_id")} = ${storeId} AND ${Dialect.oneOf(sql, "p.id", ids)} ORDER BY p.id`).pipe(
        storage("Products.findManyById")
      ),

    findByVariants: (ids) =>
      findMany((storeId) =>
        sql`${Dialect.unindexed(sql, "p.store_id")} = ${storeId} AND p.id IN (
          SELECT product_id FROM variants WHERE ${ofStore} = ${storeId} AND ${Dialect.oneOf(sql, "id", ids)}
        ) ORDER BY p.id`
      ).pipe(storage("Products.findByVariants")),

    titles: Effect.fnUntraced(function*(ids) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<{ readonly id: string; readonly title: string; readonly variant: string | null }>`
        SELECT p.id, p.title, NULL AS variant FROM products AS p
        WHERE ${Dialect.unindexed(sql, "p.store_id")} = ${storeId} AND ${Dialect.oneOf(sql, "p.id", ids)}
        UNION ALL
        SELECT v.id, p.title, v.title AS variant FROM variants AS v JOIN products AS p ON p.id = v.product_id
        WHERE ${Dialect.unindexed(sql, "v.store_id")} = ${storeId} AND ${Dialect.oneOf(sql, "v.id", ids)}`
      return new Map(rows.map(({ id, title, variant }) => [id, variant === null ? title : ProductRow.variantName(title, variant)]))
    }, storage("Products.titles")),

    slugsLike: Effect.fnUntraced(function*(slug) {
      const storeId = yield* CurrentStore
      return yield* slugsLike(sql, "product", storeId, slug)
    }, storage("Products.slugsLike")),

    insertMany: changes.insertMany,

    replaceMany: changes.replaceMany,

    possibleParts: changes.possibleParts,

    isPart: Effect.fnUntraced(function*(id) {
      const rows = yield* sql`
        SELECT 1 AS found FROM bundle_parts WHERE part_id = ${id} AND store_id = ${yield* CurrentStore} LIMIT 1`
      return rows.length > 0
    }, storage("Products.isPart")),

    delete: Effect.fnUntraced(function*(id, version) {
      const storeId = yield* CurrentStore
      yield* search.remove(storeId, [id])
      const rows = yield* sql`
        DELETE FROM products WHERE id = ${id} AND store_id = ${storeId} ${atVersion(sql, version)} RETURNING id`
      return rows.length > 0
    }, storage("Products.delete")),

    suggest: Effect.fnUntraced(function*(prefix, limit) {
      const storeId = yield* CurrentStore
      const question = Question.of(prefix, lexicons.remembered(storeId))
      if (question === undefined) return []
      const { found, rank } = yield* titlesOf(storeId, prefix, question)
      const language = yield* asked(undefined)
      const shown = sql.literal(language === undefined ? "p.title" : "p.title, p.names")
      const rows = yield* sql<{ readonly title: string; readonly names?: string }>`
        SELECT ${shown} FROM ${found} CROSS JOIN products AS p
        WHERE p.id = found.product_id AND p.store_id = ${storeId} AND ${published(sql, yield* Timestamp.now)}
        GROUP BY ${shown} ORDER BY max(${rank}) DESC, length(p.title), p.title LIMIT ${limit}`
      const titles = rows.map(({ names = "{}", title }) => namedIn(Row.json(names), language, { title, slug: "" }).title)
      return [...new Set(titles)]
    }, storage("Products.suggest")),

    stream: Stream.paginate(["", ""] as readonly [string, string], ([createdAt, id]) =>
      findMany((storeId) =>
        sql`p.store_id = ${storeId} AND (p.created_at, p.id) > (${createdAt}, ${id})
          ORDER BY p.created_at, p.id LIMIT ${streamed}`
      ).pipe(
        Effect.map((products) => {
          const last = products[streamed - 1]
          return [
            products,
            last === undefined ? Option.none() : Option.some([last.createdAt, last.id] as const)
          ] as const
        }),
        storage("Products.stream")
      ))
  })
})

export const layer: Layer.Layer<ProductRepository, never, Lexicons | ProductSearch | SqlClient.SqlClient> = Layer.effect(
  ProductRepository,
  make
)
