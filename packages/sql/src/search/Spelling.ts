/**
 * What somebody meant who typed a word that no product has.
 *
 * It is asked only where a search has found nothing, takes two statements at most, and looks at a bounded number of words,
 * whatever was typed.
 */
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import type { Constructor } from "effect/sql/Statement"
import type { ProductSearch, SimilarWord } from "../catalog/ProductSearch.ts"
import * as EnglishStem from "../catalog/EnglishStem.ts"
import * as SearchText from "../catalog/SearchText.ts"
import * as WordKeys from "./WordKeys.ts"

/** As many words of a search text count, as for the search itself. */
const maximumWords = 12

/** So many words that are equally close are asked how often they are found. */
const maximumRivals = 4

/** Whoever is found so often is common; more are not counted. */
const countedTo = 200

interface Candidate {
  readonly word: string
  readonly distance: number
}

/** Words that one could have meant, the closest first, or `undefined` if the word is one of the store's. */
const candidatesFor = (asked: string, similar: ReadonlyArray<SimilarWord>): ReadonlyArray<Candidate> | undefined => {
  const stem = EnglishStem.of(asked)
  const tolerance = WordKeys.tolerance(asked)
  const candidates: Array<Candidate> = []
  for (const { asked: of, word } of similar) {
    if (of !== asked) continue
    if (word === asked || EnglishStem.of(word) === stem) return undefined
    const distance = WordKeys.distance(asked, word, tolerance)
    if (distance <= tolerance) candidates.push({ word, distance })
  }
  return candidates.sort((a, b) => a.distance - b.distance || (a.word < b.word ? -1 : 1)).slice(0, maximumRivals)
}

/** The text with other words for those that no product has, or `undefined` if none is known. */
export const correct: (
  sql: Constructor,
  search: ProductSearch["Service"],
  storeId: StoreId,
  text: string
) => Effect.Effect<string | undefined, SqlError> = Effect.fnUntraced(function*(sql, search, storeId, text) {
  const words = SearchText.words(text).slice(0, maximumWords).map((parts) => parts.join(""))
  const asked = new Set(words.filter(WordKeys.isCorrectable))
  if (asked.size === 0) return undefined
  const similar = yield* search.similar(storeId, Array.from(asked, (word) => ({ word, keys: WordKeys.of(word) })))

  const candidates = new Map<string, ReadonlyArray<Candidate>>()
  for (const word of asked) {
    const found = candidatesFor(word, similar)
    if (found !== undefined && found.length > 0) candidates.set(word, found)
  }
  const rivals = new Set(Array.from(candidates.values(), (all) => all.map(({ word }) => word)).flat())
  if (rivals.size === 0) return undefined
  const last = words.at(-1) ?? ""
  rivals.add(last)

  const counts = [...rivals].flatMap((word) => {
    const match = search.match(storeId, word)
    return match === undefined ? [] : [sql`
      SELECT ${word} AS word, (SELECT count(*) FROM (
        SELECT 1 AS found FROM ${match} AS found CROSS JOIN products AS p
        WHERE p.id = found.product_id AND p.store_id = ${storeId} AND p.status = 'active' LIMIT ${sql.literal(String(countedTo))}
      ) AS counted) AS products`]
  })
  const rows = yield* sql<{ readonly word: string; readonly products: number }>`${sql.join(" UNION ALL ", false)(counts)}`
  const found = new Map(rows.map(({ products, word }) => [word, products]))

  // the beginning of a word is not misspelt
  if ((found.get(last) ?? 0) > 0) candidates.delete(last)

  const chosen = new Map<string, string>()
  for (const [word, all] of candidates) {
    const [best] = all.filter((candidate) => (found.get(candidate.word) ?? 0) > 0).sort((a, b) =>
      a.distance - b.distance || (found.get(b.word) ?? 0) - (found.get(a.word) ?? 0) || (a.word < b.word ? -1 : 1)
    )
    if (best !== undefined) chosen.set(word, best.word)
  }
  return chosen.size === 0 ? undefined : words.map((word) => chosen.get(word) ?? word).join(" ")
})
