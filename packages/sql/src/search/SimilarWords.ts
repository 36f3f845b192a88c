/**
 * Words of a store that are spelled almost like some that were asked for.
 *
 * **Details**
 *
 * Words and their misspellings share keys (`WordKeys`), and `spelling_keys` has the words of a store by key and length. Of each key a
 * bounded number of words of each length is looked at that a misspelling can have, and so, for German, is a bounded number of
 * longer ones, which may end with the word. So how much is looked at does not depend on how many words the store has, nor on other
 * stores. Where very many words share a key, those of them that share no other, rarer one with what was typed may be passed over.
 */
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import type * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import type { Constructor } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as WordKeys from "./WordKeys.ts"

/** So many words are looked at of each key and length. */
const ofEach = 40

/** So many words that are spelled alike are compared with each one that is asked for. */
const maximumSimilar = 100

/** A word of the store, beside the one that was asked for. */
export interface SimilarWord {
  readonly asked: string
  readonly word: string
}

interface Place {
  readonly word: string
  readonly spelling_key: string
  readonly low: number
  readonly high: number
}

/** Where words like one stand among the keys. */
const placesOf = (word: string, isGerman: boolean): ReadonlyArray<Place> => {
  const letters = Array.from(word).length
  const tolerance = WordKeys.tolerance(word)
  const places: Array<Place> = []
  for (const spelling_key of WordKeys.of(word)) {
    for (let length = letters - tolerance; length <= letters + tolerance; length++) {
      places.push({ word, spelling_key, low: length, high: length })
    }
    if (isGerman && WordKeys.isPartOfLong(spelling_key)) {
      places.push({ word, spelling_key, low: letters + tolerance + 1, high: WordKeys.longest })
    }
  }
  return places
}

/** Words of a store like each of some: the word itself, if it is one, and those that share most keys with it. One statement. */
export const find = (
  sql: Constructor,
  storeId: StoreId,
  asked: Iterable<string>,
  isGerman: boolean
): Effect.Effect<ReadonlyArray<SimilarWord>, SqlError> => {
  const words = [...asked]
  const places = Dialect.jsonRows(sql, words.flatMap((word) => placesOf(word, isGerman)), {
    word: "text",
    spelling_key: "text",
    low: "int",
    high: "int"
  })
  const near = sql`SELECT k.word FROM spelling_keys AS k
    WHERE k.store_id = ${storeId} AND k.spelling_key = input.spelling_key AND k.letters >= input.low AND k.letters <= input.high
    ORDER BY k.letters, k.word LIMIT ${sql.literal(String(ofEach))}`
  const shared = sql.onDialectOrElse({
    pg: () => sql`SELECT input.word AS asked, near.word FROM ${places} CROSS JOIN LATERAL (${near}) AS near`,
    // SQLite reads a subquery of the row before it only where it is compared
    orElse: () => sql`SELECT input.word AS asked, w.word FROM ${places} CROSS JOIN search_words AS w
      WHERE w.store_id = ${storeId} AND w.word IN (${near})`
  })
  return sql<SimilarWord>`
    SELECT asked, word FROM (
      SELECT asked, word, row_number() OVER (PARTITION BY asked ORDER BY count(*) DESC, word) AS place
      FROM (${shared}) AS shared GROUP BY asked, word
    ) AS ranked WHERE place <= ${sql.literal(String(maximumSimilar))}
    UNION
    SELECT word, word FROM search_words WHERE store_id = ${storeId} AND ${Dialect.oneOf(sql, "word", words)}`
}
