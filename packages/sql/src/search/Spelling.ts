/**
 * What somebody meant who typed a word that no product has.
 *
 * It is asked only where a search has found nothing, takes two statements at most, and looks at and compares a bounded number of words
 * with what was typed.
 */
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import type { Constructor } from "effect/sql/Statement"
import { published } from "../catalog/ProductConditions.ts"
import type { ProductSearch } from "../catalog/ProductSearch.ts"
import * as EnglishStem from "../catalog/EnglishStem.ts"
import * as SearchText from "../catalog/SearchText.ts"
import * as GermanStem from "./GermanStem.ts"
import type { Lexicon } from "./Lexicon.ts"
import * as Question from "./Question.ts"
import * as SimilarWords from "./SimilarWords.ts"
import type { SimilarWord } from "./SimilarWords.ts"
import * as WordKeys from "./WordKeys.ts"

/** As many words of a search text count, as for the search itself. */
const maximumWords = 12

/** So many words that are equally close are asked how often they are found. */
const maximumRivals = 4

/** Whoever is found so often is common; more are not counted. */
const countedTo = 200

/** A German word that ends another one has so many letters and more. */
const shortestHead = 4

/** A word that ends with the one that was asked for is further from it than one that is misspelt once. */
const compound = 1.5

interface Candidate {
  readonly word: string
  readonly distance: number
}

/** Words that one could have meant, the closest first, or `undefined` if the word is one of the store's. */
const candidatesFor = (
  asked: string,
  similar: ReadonlyArray<SimilarWord>,
  isGerman: boolean
): ReadonlyArray<Candidate> | undefined => {
  const stem = EnglishStem.of(asked)
  const german = GermanStem.of(asked)
  const tolerance = WordKeys.tolerance(asked)
  const candidates: Array<Candidate> = []
  for (const { asked: of, word } of similar) {
    if (of !== asked) continue
    if (word === asked || EnglishStem.of(word) === stem || (isGerman && GermanStem.of(word) === german)) return undefined
    const distance = WordKeys.distance(asked, word, tolerance)
    if (distance <= tolerance) candidates.push({ word, distance })
    // Kaffeetasse, where somebody asks for Tassen
    else if (isGerman && german.length >= shortestHead && GermanStem.of(word).endsWith(german)) {
      candidates.push({ word, distance: compound })
    }
  }
  return candidates.sort((a, b) => a.distance - b.distance || (a.word < b.word ? -1 : 1)).slice(0, maximumRivals)
}

/** Words that stand beside each other as one, where the shop writes them so: a saucepan, where somebody asks for a sauce pan. */
const joined = (typed: ReadonlyArray<string>, isKnown: (pair: string) => boolean): ReadonlyArray<string> => {
  const words: Array<string> = []
  for (const [index, word] of typed.entries()) {
    const before = index > 0 && words.at(-1) === typed[index - 1] ? words.at(-1) : undefined
    if (before !== undefined && isKnown(before + word)) words[words.length - 1] = before + word
    else words.push(word)
  }
  return words
}

/** The text with other words for those that no product has, or `undefined` if none is known. */
export const correct: (
  sql: Constructor,
  search: ProductSearch["Service"],
  storeId: StoreId,
  lexicon: Lexicon,
  text: string
) => Effect.Effect<string | undefined, SqlError> = Effect.fnUntraced(function*(sql, search, storeId, lexicon, text) {
  const typed = SearchText.words(text).slice(0, maximumWords).map((parts) => parts.join(""))
  const pairs = typed.slice(1).map((word, index) => `${typed[index] ?? ""}${word}`)
  const asked = new Set([...typed, ...pairs].filter(WordKeys.isCorrectable))
  if (asked.size === 0) return undefined
  const isGerman = lexicon.languages.includes("de")
  const similar = yield* SimilarWords.find(sql, storeId, asked, isGerman)

  const words = joined(typed, (pair) => asked.has(pair) && candidatesFor(pair, similar, isGerman) === undefined)
  const candidates = new Map<string, ReadonlyArray<Candidate>>()
  for (const word of new Set(words.filter((word) => asked.has(word)))) {
    // a word that has synonyms is known, whether or not a product says it
    if (lexicon.synonymsAt([[word]], 0).terms.length > 0) continue
    const found = candidatesFor(word, similar, isGerman)
    if (found !== undefined && found.length > 0) candidates.set(word, found)
  }
  const rivals = new Set(Array.from(candidates.values(), (all) => all.map(({ word }) => word)).flat())
  if (rivals.size === 0) return words.length < typed.length ? words.join(" ") : undefined
  const last = words.at(-1) ?? ""
  rivals.add(last)

  const now = yield* Timestamp.now
  const counts = [...rivals].flatMap((word) => {
    const question = Question.of(word, lexicon)
    return question === undefined ? [] : [sql`
      SELECT ${word} AS word, (SELECT count(*) FROM (
        SELECT 1 AS found FROM ${search.among(storeId, question)} AS found CROSS JOIN products AS p
        WHERE p.id = found.product_id AND p.store_id = ${storeId} AND ${published(sql, now)} LIMIT ${sql.literal(String(countedTo))}
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
  return chosen.size === 0 && words.length === typed.length ? undefined : words.map((word) => chosen.get(word) ?? word).join(" ")
})
