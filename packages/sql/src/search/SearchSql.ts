/**
 * The search in the database itself: the full text index of the adapter, and what is spelled almost like the words that it
 * does not have.
 */
import { CategoryRepository } from "@stoa/core/catalog/CategoryRepository"
import type { ProductId } from "@stoa/core/catalog/Product"
import { ProductRepository } from "@stoa/core/catalog/ProductRepository"
import { CurrentStore, type StoreId } from "@stoa/core/kernel/CurrentStore"
import { asked as languageOf } from "@stoa/core/kernel/Language"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import { SearchEngine } from "@stoa/core/search/SearchEngine"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { published } from "../catalog/ProductConditions.ts"
import * as FrequentWords from "../catalog/FrequentWords.ts"
import * as ProductList from "../catalog/ProductList.ts"
import * as RecentlyUsed from "../RecentlyUsed.ts"
import * as Replica from "../Replica.ts"
import * as CatalogSize from "./CatalogSize.ts"
import * as CategoryNames from "./CategoryNames.ts"
import * as Completion from "./Completion.ts"
import * as FacetSql from "./FacetSql.ts"
import type { Lexicon } from "./Lexicon.ts"
import * as Question from "./Question.ts"
import { completedFrom, ProductSearch } from "../catalog/ProductSearch.ts"
import { storage } from "../Storage.ts"
import { Lexicons } from "./Lexicons.ts"
import * as Spelling from "./Spelling.ts"
import * as SuggestedTitles from "./SuggestedTitles.ts"

interface SuggestedRow {
  readonly id: ProductId
  readonly slug: string
  readonly title: string
}

/** Facets of so many lists that are too large to be counted are remembered, for so long. */
const maximumKept = 200
const rememberedMillis = 60_000

/** What a text without a word finds. */
const nothing = { total: 0, approximate: false, facets: [] }

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const index = yield* ProductSearch
  const reading = Replica.reading(sql, yield* Replica.Replica)
  const products = yield* ProductRepository
  const categories = yield* CategoryRepository
  const lexicons = yield* Lexicons
  const names = CategoryNames.make()
  const sizeOf = CatalogSize.make(sql)
  const takenOf = FrequentWords.make(index, sizeOf)
  const titlesOf = SuggestedTitles.make(sql, index, sizeOf)
  const estimated = RecentlyUsed.make<{ readonly counted: Effect.Success<ReturnType<typeof FacetSql.facets>>; readonly until: number }>(maximumKept)

  const correct = (storeId: StoreId, text: string) =>
    Spelling.correct(sql, index, storeId, lexicons.remembered(storeId), text).pipe(storage("Search.correct"))

  return SearchEngine.of({
    find: Effect.fnUntraced(function*(query, buyer, collection, hits) {
      const page = yield* products.list(query, buyer, collection, hits)
      if (page.items.length > 0 || hits !== undefined) return { ...page, correctedTo: null }
      const storeId = yield* CurrentStore
      const corrected = yield* correct(storeId, query.search)
      if (corrected === undefined) return { ...page, correctedTo: null }
      const found = yield* products.list({ ...query, search: corrected }, buyer, collection)
      return { ...found, correctedTo: found.items.length === 0 ? null : corrected }
    }),

    suggest: Effect.fnUntraced(function*(typed, limit) {
      const storeId = yield* CurrentStore
      const question = Question.of(typed, lexicons.remembered(storeId))
      if (question === undefined) return { words: [], products: [], categories: [] }
      const now = yield* Timestamp.now
      const { found, rank } = yield* titlesOf(storeId, typed, question)
      const list = (sql: SqlClient.SqlClient) =>
        sql<SuggestedRow>`
          SELECT p.id, p.slug, p.title FROM ${found} CROSS JOIN products AS p
          WHERE p.id = found.product_id AND p.store_id = ${storeId} AND ${published(sql, now)}
          ORDER BY ${rank} DESC, length(p.title), p.title, p.id LIMIT ${sql.literal(String(completedFrom))}`
      const products = yield* reading(list)
      const all = yield* categories.list
      return {
        words: Completion.completions(typed, products.map(({ title }) => title)).slice(0, limit),
        products: products.slice(0, limit),
        categories: names.find(all, typed, limit).map(({ id, name, slug }) => ({ id, slug, name }))
      }
    }, storage("Search.suggest")),

    facets: Effect.fnUntraced(function*(query, buyer, collection, hits) {
      const storeId = yield* CurrentStore
      const count = Effect.fnUntraced(function*(search: string | undefined) {
        const ask = (lexicon: Lexicon) =>
          Effect.gen(function*() {
            const asked = search === undefined || hits !== undefined ? undefined : Question.of(search, lexicon)
            if (search !== undefined && hits === undefined && asked === undefined) return { ...nothing, dictionary: lexicon.token }
            const question = asked === undefined ? undefined : (yield* takenOf(storeId, asked)).question
            const list = (sql: SqlClient.SqlClient) => FacetSql.facets(sql, index, storeId, query, { question, hits }, buyer !== undefined, collection)
            const counting = query.status === "active" ? reading(list) : list(sql)
            // what is exact is counted each time, and so is what somebody else has found or a rule describes
            if (hits !== undefined || collection !== undefined) return yield* counting
            // where a page begins and ends changes no count
            const { after: _after, byAttribute: _byAttribute, limit: _limit, sort: _sort, ...asks } = query
            const name = JSON.stringify([storeId, lexicon.token, asks, question, buyer !== undefined, yield* languageOf(query.language)])
            const at = yield* Clock.currentTimeMillis
            const before = estimated.get(name)
            if (before !== undefined && before.until > at) return before.counted
            const counted = yield* counting
            if (counted.approximate) estimated.set(name, { counted, until: at + rememberedMillis })
            return counted
          })
        const remembered = lexicons.remembered(storeId)
        const counted = yield* ask(remembered)
        if (counted.dictionary === remembered.token) return counted
        const now = yield* lexicons.refresh(storeId)
        return now.token === remembered.token ? counted : yield* ask(now)
      }, storage("Search.facets"))

      const text = ProductList.isSearch(query) ? query.search : undefined
      const { dictionary: _dictionary, ...counted } = yield* count(text)
      if (counted.total > 0 || text === undefined || hits !== undefined) return { ...counted, correctedTo: null }
      const corrected = yield* correct(storeId, text)
      if (corrected === undefined) return { ...counted, correctedTo: null }
      const { dictionary: _other, ...instead } = yield* count(corrected)
      return instead.total === 0 ? { ...counted, correctedTo: null } : { ...instead, correctedTo: corrected }
    })
  })
})

export const layer: Layer.Layer<SearchEngine, never, CategoryRepository | Lexicons | ProductRepository | ProductSearch | SqlClient.SqlClient> = Layer.effect(
  SearchEngine,
  make
)
