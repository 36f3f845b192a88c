/**
 * Full text search in a `tsvector` with a GIN index.
 *
 * **Details**
 *
 * The words are folded and stemmed by the engine, as they are for SQLite, so that both databases find the same; the
 * server's own dictionaries have no part in it. Title, SKUs, vendor with tags, and description carry the weights A to
 * D, so one index answers questions to any of them. A `^` that stands before the title lets a question ask for its
 * beginning.
 *
 * `ts_rank` says how often words occur in how long a text. Here a product's rank is the sum of the questions that it
 * answers: are the words in the title, do they begin it, are they whole?
 */
import * as ListedWords from "@stoa/sql/catalog/ListedWords"
import { completedFrom, ProductSearch, ranked, suggestedFrom } from "@stoa/sql/catalog/ProductSearch"
import * as Question from "@stoa/sql/search/Question"
import * as Vocabulary from "@stoa/sql/search/Vocabulary"
import * as SearchText from "@stoa/sql/catalog/SearchText"
import * as Dialect from "@stoa/sql/Dialect"
import * as Migration from "@stoa/sql/Migration"
import type { Product } from "@stoa/core/catalog/Product"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"

/** Samples are drawn from one product in so many, the words of which have an index of their own. */
const sampledShare = 64

/** A number for each product, as if drawn by chance. PostgreSQL keeps how it is computed, as partitions depend on it. */
const chance = "hashtextextended(product_id, 0)"
const isDrawn = `(${chance} & ${sampledShare - 1}) = 0`

const migrations = Migration.set("@stoa/adapter-postgres", [{
  id: 1,
  name: "product search",
  up: (d) => [
    `CREATE TABLE product_search (
      product_id ${d.text} PRIMARY KEY,
      store_id ${d.text} NOT NULL,
      document TSVECTOR NOT NULL
    )`,
    "CREATE INDEX product_search_by_word ON product_search USING GIN (document)"
  ]
}, {
  id: 2,
  name: "words and their spelling",
  // arrays of keys and not pg_trgm, for which a role may lack the right: GIN of arrays is in every server
  up: (d) => [
    `CREATE TABLE search_words (
      store_id ${d.text} NOT NULL,
      word ${d.text} NOT NULL,
      keys TEXT[] NOT NULL,
      PRIMARY KEY (store_id, word)
    )`,
    "CREATE INDEX search_words_by_key ON search_words USING GIN (keys)"
  ]
}, {
  id: 3,
  name: "words by their keys",
  // by store and length first, so that few are looked at: an index of arrays gives all words with a key, of all stores
  up: (d) => [
    ...Vocabulary.spellingKeys(d),
    "INSERT INTO spelling_keys SELECT w.store_id, key, char_length(w.word), w.word FROM search_words AS w, unnest(w.keys) AS key",
    `CREATE FUNCTION stoa_search_word_added() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
      INSERT INTO spelling_keys SELECT NEW.store_id, key, char_length(NEW.word), NEW.word FROM unnest(NEW.keys) AS key;
      RETURN NULL;
    END $$`,
    "CREATE TRIGGER search_words_added AFTER INSERT ON search_words FOR EACH ROW EXECUTE FUNCTION stoa_search_word_added()",
    "DROP INDEX search_words_by_key"
  ]
}, {
  id: 4,
  name: "products of a store in their order",
  up: () => ["CREATE INDEX product_search_by_age ON product_search (store_id, product_id)"]
}, {
  id: 5,
  name: "a sample by word",
  up: () => [`CREATE INDEX product_search_sampled ON product_search USING GIN (document) WHERE ${isDrawn}`]
}])

/** Longer words are not found; PostgreSQL refuses those of more than 2 KB. */
const longestWord = 200

/** PostgreSQL counts no positions beyond this, and refuses a `tsvector` of more than a megabyte. */
const lastPosition = 16_383

/** The newest products of which it is asked how many have a word, and how many of them have one that is walked for. */
const sample = 1_000
const fewest = 10

/** Where very many products have what somebody types, the titles of the newest so many are looked at. */
const suggestedAmong = 10_000

/** Where hardly any of the newest have a frequent word in the title, so many are asked for it. */
const namedAmong = 2_000

/** Of the newest so many or more have a word, if very many products of a store of about this size have it. */
const leastOf = (size: number): number => Math.max(fewest, Math.ceil((ranked * sample) / Math.max(size, 1)))

type Weight = "A" | "B" | "C" | "D"

/** Everything that a question may be put to. Of a word without a weight, the index says by itself which documents have it. */
const all = ""
const named = "ABC"
const exact = "AB"
const title = "A"

/** What a search text asks of a `tsvector`. Its words are letters and digits, so nothing in them is an operator. */
const questions = ({ asked, isFinished, typed, unfinished }: Question.Question) => {
  const word = (part: string, labels: string) => labels === "" ? `'${part}'` : `'${part}':${labels}`
  const phrase = (parts: Question.Phrase, labels: string, prefix = "") =>
    `(${parts.map((part, index) => word(part, `${index === parts.length - 1 ? prefix : ""}${labels}`)).join(" <-> ")})`
  const term = (words: Question.Term, labels: string, open: boolean) =>
    words.map((forms, index) => {
      const phrases = forms.map((form) => phrase(form, labels))
      if (open && index === words.length - 1) phrases.push(phrase(unfinished, labels, "*"))
      return `(${phrases.join(" | ")})`
    }).join(" & ")
  const all = (labels: string, options: { readonly open: boolean; readonly synonyms: boolean }) =>
    asked.map(({ synonyms, term: own }, index) => {
      const open = options.open && index === asked.length - 1
      const terms = [term(own, labels, open), ...(options.synonyms ? synonyms.map((other) => term(other, labels, false)) : [])]
      return terms.length === 1 ? `(${terms[0]})` : `(${terms.map((one) => `(${one})`).join(" | ")})`
    }).join(" & ")
  return {
    whole: (labels: string) => all(labels, { open: false, synonyms: true }),
    typed: (labels: string) => all(labels, { open: !isFinished, synonyms: true }),
    exactly: (labels: string) => all(labels, { open: false, synonyms: false }),
    beginning: phrase(["^", ...typed], title, "*"),
    first: phrase(["^", ...typed], title)
  }
}

/** Where every word of a product stands; what its words are is written down as well. */
const placesOf = (product: Product, names: ReadonlyArray<string>, vocabulary: Question.Stems): ReadonlyMap<string, ReadonlyArray<string>> => {
  const places = new Map<string, Array<string>>()
  let position = 0
  const place = (word: string, weight: Weight): void => {
    position += 1
    if (word.length > longestWord) return
    const of = places.get(word)
    if (of === undefined) places.set(word, [`${position}${weight}`])
    else of.push(`${position}${weight}`)
  }
  const add = (text: string, weight: Weight): void => {
    const stems = new Set<string>()
    for (const parts of SearchText.words(text)) {
      if (position >= lastPosition) return
      for (const part of parts) place(part, weight)
      const [word, second] = parts
      if (word === undefined || second !== undefined) continue
      for (const stem of Question.keptStemsOf(word, vocabulary)) stems.add(stem)
    }
    // at the end, where they stand in no phrase; and no phrase goes over into the next text
    position += 1
    for (const stem of stems) {
      place(stem, weight)
      position += 1
    }
  }
  place("^", "A")
  add(SearchText.titles(product).join(" "), "A")
  add(product.variants.map((variant) => variant.sku ?? "").join(" "), "B")
  add(product.vendor ?? "", "C")
  add(product.tags.join(" "), "C")
  add(SearchText.optionValues(product), "C")
  for (const name of names) add(name, "C")
  add(SearchText.descriptions(product).join(" "), "D")
  return places
}

/** The same as the text of a `tsvector`. */
const documentOf = (places: ReadonlyMap<string, ReadonlyArray<string>>): string => Array.from(places, ([word, of]) => `'${word}':${of.join(",")}`).join(" ")

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const answers = (question: string) => sql`(s.document @@ ${question}::tsquery)::int`
  return ProductSearch.of({
    migrations,
    join: undefined,
    index: Effect.fnUntraced(function*(storeId, products, names) {
      const vocabulary: Question.Stems = new Map()
      const words = new Map(products.map((product) => [product.id, placesOf(product, names.get(product.id) ?? [], vocabulary)]))
      const rows = Array.from(words, ([product_id, places]) => ({ product_id, document: documentOf(places) }))
      yield* Vocabulary.write(sql, storeId, vocabulary.keys(), sql.literal("ARRAY(SELECT json_array_elements_text(keys::json))"))
      const [row] = yield* sql<{ readonly kept: string }>`
        INSERT INTO product_search (product_id, store_id, document)
        SELECT product_id, ${storeId}, document::tsvector
        FROM ${Dialect.jsonRows(sql, rows, { product_id: "text", document: "text" })}
        ON CONFLICT (product_id) DO UPDATE SET document = excluded.document
        WHERE product_search.store_id = excluded.store_id
        RETURNING ${ListedWords.kept(sql, storeId)} AS kept`
      yield* ListedWords.add(sql, storeId, row?.kept, products, words)
    }),
    remove: (storeId, ids) =>
      Effect.asVoid(
        sql`DELETE FROM product_search WHERE store_id = ${storeId} AND ${Dialect.oneOf(sql, "product_id", ids)}`
      ),
    match: (storeId, question) => {
      const ask = questions(question)
      return sql`(
        SELECT s.product_id, 1 + 2 * ${answers(ask.typed(named))} + 4 * ${answers(ask.whole(named))}
          + 8 * ${answers(ask.typed(title))} + 16 * ${answers(ask.beginning)} + 32 * ${answers(ask.exactly(exact))} AS rank
        FROM product_search AS s WHERE s.store_id = ${storeId} AND s.document @@ ${ask.typed(all)}::tsquery
      )`
    },
    among: (storeId, question) => sql`(
      SELECT s.product_id FROM product_search AS s
      WHERE s.store_id = ${storeId} AND s.document @@ ${questions(question).typed(all)}::tsquery
    )`,
    // PostgreSQL, which knows how many have some words, would else plan the statement anew for each text
    holds: (question) => sql`(SELECT s.document @@ (SELECT ${questions(question).whole(all)}::tsquery) FROM product_search AS s WHERE s.product_id = p.id) IS TRUE`,
    sampled: (storeId, question, most) => sql`(
      SELECT s.product_id, ${sql.literal(`${sampledShare} * count(*) OVER () / least(count(*) OVER (), ${most}) AS stands_for`)} FROM product_search AS s
      WHERE s.store_id = ${storeId} AND s.document @@ ${questions(question).typed(all)}::tsquery AND ${sql.literal(`${isDrawn} ORDER BY ${chance} LIMIT ${most}`)}
    )`,
    walking: undefined,
    taken: Effect.fnUntraced(function*(storeId, question, size) {
      const ask = questions(question)
      const many = (query: string) => sql`count(*) FILTER (WHERE document @@ ${query}::tsquery)`
      // counting all that have a word takes as long as there are many, so it is the share of it that is looked at
      const [row] = yield* sql<Readonly<Record<"whole" | "beginning" | "named" | "beginning_named", number>>>`
        SELECT ${many(ask.whole(all))} AS whole, ${many(ask.typed(all))} AS beginning, ${many(ask.exactly(exact))} AS named,
          ${many(ask.typed(exact))} AS beginning_named FROM (
          SELECT document FROM product_search WHERE store_id = ${storeId} ORDER BY product_id DESC LIMIT ${sql.literal(String(sample))}
        ) AS newest`
      const least = leastOf(size)
      const isMany = (count: number) => Number(count) >= least
      if (row === undefined || !isMany(row.beginning)) return { question, frequent: undefined }
      const isWhole = isMany(row.whole)
      // where very many have the words and hardly any in the title, the index of words gives all of them
      const [last] = Number(isWhole ? row.named : row.beginning_named) >= fewest ? [] : yield* sql<{ readonly since: string }>`
        SELECT coalesce((SELECT product_id FROM product_search WHERE store_id = ${storeId} ORDER BY product_id DESC LIMIT 1 OFFSET ${sql.literal(String(namedAmong))}), '') AS since`
      return isWhole
        ? { question: Question.finished(question), frequent: { words: "whole" as const, since: last?.since } }
        : { question, frequent: { words: "beginning" as const, since: last?.since } }
    }),
    matchAmong: (storeId, question, ids) => {
      const ask = questions(question)
      return sql`(
        SELECT s.product_id, 1 + 6 * ${answers(ask.whole(named))} + 8 * ${answers(ask.whole(title))} + 16 * ${answers(ask.first)}
          + 32 * ${answers(ask.exactly(exact))} AS rank
        FROM (${ids}) AS asked JOIN product_search AS s ON s.product_id = asked.product_id
        WHERE s.store_id = ${storeId} AND s.document @@ ${ask.whole(all)}::tsquery
      )`
    },
    place: "string",
    newest: (storeId, question, part, { since, words }, after) => {
      const ask = questions(question)
      const [every, own] = words === "whole" ? [ask.whole(all), ask.exactly(exact)] : [ask.typed(all), ask.typed(exact)]
      const before = after === undefined ? sql.literal("") : sql` AND s.product_id < ${after}`
      // PostgreSQL, which knows how many have some words, would else plan the statement anew for each text, and find the same plan
      const has = (question: string) => sql`s.document @@ (SELECT ${question}::tsquery)`
      const isNewest = part === "named" && since !== undefined
      const asked = part === "named"
        ? has(own)
        : sql`${has(every)} AND NOT (${has(own)}${since === undefined ? sql.literal("") : sql` AND s.product_id > ${since}`})`
      // Read in their order, whatever the index of words has. What is the newest has a limit, as PostgreSQL sees no number behind a parameter.
      return sql`(
        SELECT s.product_id, s.product_id AS place FROM (
          SELECT product_id, document FROM product_search AS s WHERE s.store_id = ${storeId}${isNewest ? sql` AND s.product_id > ${since}` : sql.literal("")}${before}
          ORDER BY product_id DESC ${sql.literal(isNewest ? `LIMIT ${2 * namedAmong}` : "OFFSET 0")}
        ) AS s WHERE ${asked}
      )`
    },
    completed: undefined,
    matchTitle: (storeId, question, size) => {
      const ask = questions(question)
      const number = (value: number) => sql.literal(String(value))
      const byAge = sql`SELECT product_id, document FROM product_search WHERE store_id = ${storeId} ORDER BY product_id DESC`
      const named = sql`s.document @@ ${ask.typed(title)}::tsquery`
      const isFrequent = sql`(SELECT products FROM many) >= ${number(leastOf(size))}`
      const areFewer = (least: number) => sql`(SELECT count(*) FROM newest) < ${number(least)}`
      const newest = sql`(${byAge} LIMIT ${number(sample)}) AS s`
      // The index gives all that have a word before the first is known, and does not say whether it stands in their titles. So the newest come first, and of
      // words that very many have more of these are read.
      return sql`(
        WITH newest AS MATERIALIZED (SELECT s.product_id, s.document FROM ${newest} WHERE ${named} LIMIT ${number(suggestedFrom)}),
          many AS MATERIALIZED (SELECT count(*) AS products FROM ${newest} WHERE s.document @@ ${ask.typed(all)}::tsquery)
        SELECT s.product_id, ${answers(ask.whole(title))} AS whole FROM (
          SELECT product_id, document FROM newest
          UNION ALL SELECT * FROM (
            SELECT s.product_id, s.document FROM product_search AS s
            WHERE ${areFewer(suggestedFrom)} AND NOT ${isFrequent} AND s.store_id = ${storeId} AND ${named} LIMIT ${number(suggestedFrom)}
          ) AS indexed
          UNION ALL SELECT * FROM (
            SELECT s.product_id, s.document FROM (${byAge} LIMIT ${number(suggestedAmong - sample)} OFFSET ${number(sample)}) AS s
            WHERE ${areFewer(completedFrom)} AND ${isFrequent} AND ${named} LIMIT ${number(completedFrom)}
          ) AS before
        ) AS s
      )`
    }
  })
})

export const layer: Layer.Layer<ProductSearch, never, SqlClient.SqlClient> = Layer.effect(ProductSearch, make)
