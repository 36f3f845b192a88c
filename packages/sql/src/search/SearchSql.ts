/**
 * The search in the database itself: the full text index of the adapter, and what is spelled almost like the words that it
 * does not have.
 */
import { ProductRepository } from "@stoa/core/catalog/ProductRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { SearchEngine } from "@stoa/core/search/SearchEngine"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { ProductSearch } from "../catalog/ProductSearch.ts"
import { storage } from "../Storage.ts"
import * as Spelling from "./Spelling.ts"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const search = yield* ProductSearch
  const products = yield* ProductRepository

  return SearchEngine.of({
    find: Effect.fnUntraced(function*(query, buyer, collection) {
      const page = yield* products.list(query, buyer, collection)
      if (page.items.length > 0) return { ...page, correctedTo: null }
      const storeId = yield* CurrentStore
      const corrected = yield* Spelling.correct(sql, search, storeId, query.search).pipe(storage("Search.correct"))
      if (corrected === undefined) return { ...page, correctedTo: null }
      const found = yield* products.list({ ...query, search: corrected }, buyer, collection)
      return { ...found, correctedTo: found.items.length === 0 ? null : corrected }
    })
  })
})

export const layer: Layer.Layer<SearchEngine, never, ProductRepository | ProductSearch | SqlClient.SqlClient> = Layer.effect(
  SearchEngine,
  make
)
