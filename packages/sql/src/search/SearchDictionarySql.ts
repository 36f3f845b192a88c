/**
 * Dictionaries of searches in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { SearchDictionaryRepository } from "@stoa/core/search/SearchDictionaryRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import { storage } from "../Storage.ts"
import * as Lexicons from "./Lexicons.ts"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return SearchDictionaryRepository.of({
    read: Effect.gen(function*() {
      const { dictionary } = yield* Lexicons.read(sql, yield* CurrentStore)
      return dictionary
    }).pipe(storage("SearchDictionary.read")),

    write: Effect.fnUntraced(function*({ languages, stopWords, synonyms, updatedAt, version }) {
      const storeId = yield* CurrentStore
      const rows = yield* sql`
        INSERT INTO search_dictionaries (store_id, version, content, updated_at)
        SELECT ${storeId}, ${version}, ${JSON.stringify({ languages, synonyms, stopWords })}, ${updatedAt ?? ""} WHERE true
        ON CONFLICT (store_id) DO UPDATE SET
          version = excluded.version, content = excluded.content, updated_at = excluded.updated_at
        WHERE search_dictionaries.version = excluded.version - 1
        RETURNING store_id`
      return rows.length > 0
    }, storage("SearchDictionary.write"))
  })
})

export const layer: Layer.Layer<SearchDictionaryRepository, never, SqlClient.SqlClient> = Layer.effect(
  SearchDictionaryRepository,
  make
)
