/**
 * The dictionaries of the stores that were searched last.
 *
 * **Details**
 *
 * A search goes by the dictionary that the process remembers, and its statement says which one the store has now. If that is
 * another, it is read and the search is sent again. So a search costs one statement as long as nobody edits the dictionary, and
 * the next one after a change goes by it, on every process. What finds nothing says nothing, so then the dictionary is looked at.
 */
import type { SearchDictionary } from "@stoa/core/search/Dictionary"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Row from "../Row.ts"
import * as Lexicon from "./Lexicon.ts"

/** Dictionaries of so many stores are kept; the oldest make room. */
const maximumKept = 100

interface DictionaryRow {
  readonly locale: string | null
  readonly version: number | null
  readonly content: string | null
  readonly updated_at: string | null
}

const locale = (sql: Constructor): Fragment =>
  sql.literal(sql.onDialectOrElse({ pg: () => "(s.settings::jsonb ->> 'locale')", orElse: () => "(s.settings ->> 'locale')" }))

/** The token of the dictionary that a store has now, as a value in a statement. */
export const token = (sql: Constructor, storeId: StoreId): Fragment =>
  sql`(SELECT coalesce(d.version, 0) || ':' || coalesce(${locale(sql)}, 'en') FROM stores AS s
    LEFT JOIN search_dictionaries AS d ON d.store_id = s.id WHERE s.id = ${storeId})`

const asked = (sql: Constructor, storeId: StoreId): Effect.Effect<ReadonlyArray<DictionaryRow>, SqlError> =>
  sql<DictionaryRow>`
    SELECT ${locale(sql)} AS locale, d.version, d.content, d.updated_at FROM stores AS s
    LEFT JOIN search_dictionaries AS d ON d.store_id = s.id WHERE s.id = ${storeId}`

const spokenIn = (row: DictionaryRow | undefined): string => row?.locale ?? "en"

const written = (row: DictionaryRow | undefined): SearchDictionary =>
  row === undefined || row.content === null
    ? Lexicon.unwritten(spokenIn(row))
    : { ...Row.json<SearchDictionary>(row.content), version: row.version ?? 0, updatedAt: row.updated_at as SearchDictionary["updatedAt"] }

/** The dictionary of a store, and the language that the store speaks. One statement. */
export const read = (
  sql: Constructor,
  storeId: StoreId
): Effect.Effect<{ readonly dictionary: SearchDictionary; readonly locale: string }, SqlError> =>
  Effect.map(asked(sql, storeId), ([row]) => ({ locale: spokenIn(row), dictionary: written(row) }))

export class Lexicons extends Context.Service<Lexicons, {
  /** What is remembered of a store. */
  readonly remembered: (storeId: StoreId) => Lexicon.Lexicon
  /** What the store has now. One statement. */
  readonly refresh: (storeId: StoreId) => Effect.Effect<Lexicon.Lexicon, SqlError>
}>()("@stoa/sql/search/Lexicons") {}

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const kept = new Map<string, Lexicon.Lexicon>()
  const first = Lexicon.make(Lexicon.unwritten("en"), "en")
  return Lexicons.of({
    remembered: (storeId) => kept.get(storeId) ?? first,
    refresh: (storeId) =>
      Effect.map(asked(sql, storeId), ([row]) => {
        const known = kept.get(storeId) ?? first
        // whoever finds nothing comes here with each search
        if (known.token === Lexicon.tokenOf(row?.version ?? 0, spokenIn(row))) return known
        const lexicon = Lexicon.make(written(row), spokenIn(row))
        kept.delete(storeId)
        for (const oldest of kept.keys()) {
          if (kept.size < maximumKept) break
          kept.delete(oldest)
        }
        kept.set(storeId, lexicon)
        return lexicon
      })
  })
})

export const layer: Layer.Layer<Lexicons, never, SqlClient.SqlClient> = Layer.effect(Lexicons, make)
