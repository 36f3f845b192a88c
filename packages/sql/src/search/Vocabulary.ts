/**
 * The words that a store's products are described with, each with the keys that its misspellings share.
 *
 * **Details**
 *
 * Words are written in the transaction that writes the products. One that is there stays untouched, so that shops whose
 * products are changed at the same time do not wait for each other, and words of products that are gone stay, too: whether a
 * word finds anything is asked when it is to correct another.
 */
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as WordKeys from "./WordKeys.ts"

/** The table of the keys of all words, by store, key and length. */
export const spellingKeys = (d: Dialect.Ddl): ReadonlyArray<string> => [
  `CREATE TABLE spelling_keys (
    store_id ${d.text} NOT NULL,
    spelling_key ${d.text} NOT NULL,
    letters ${d.int} NOT NULL,
    word ${d.text} NOT NULL,
    PRIMARY KEY (store_id, spelling_key, letters, word)
  )${d.onDialect({ sqlite: " STRICT, WITHOUT ROWID", pg: "" })}`
]

/**
 * Adds words that the store does not have: one statement to find out, and another if there are any.
 *
 * @param keys the column `keys`, JSON, as the table of the database keeps it
 */
export const write: (
  sql: Constructor,
  storeId: StoreId,
  words: Iterable<string>,
  keys: Fragment
) => Effect.Effect<void, SqlError> = Effect.fnUntraced(function*(sql, storeId, words, keys) {
  // in one order, so that no two transactions wait for each other
  const asked = [...words].filter(WordKeys.isCorrectable).sort().map((word) => ({ word }))
  if (asked.length === 0) return
  const unknown = yield* sql<{ readonly word: string }>`
    SELECT word FROM ${Dialect.jsonRows(sql, asked, { word: "text" })}
    WHERE NOT EXISTS (SELECT 1 FROM search_words AS w WHERE w.store_id = ${storeId} AND w.word = input.word)`
  if (unknown.length === 0) return
  const rows = unknown.map(({ word }) => ({ word, keys: WordKeys.of(word) })).sort((a, b) => a.word < b.word ? -1 : 1)
  yield* sql`
    INSERT INTO search_words (store_id, word, keys)
    SELECT ${storeId}, word, ${keys} FROM ${Dialect.jsonRows(sql, rows, { word: "text", keys: "json" })} WHERE true
    ON CONFLICT (store_id, word) DO NOTHING`
})
