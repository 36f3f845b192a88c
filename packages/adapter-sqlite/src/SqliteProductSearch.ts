/**
 * Full text search in SQLite's FTS5.
 *
 * **Details**
 *
 * The index holds words only (`content=''`), folded and with their stems; the texts stay with the products. A product's
 * number in the index comes from `product_search_rows`, because SQLite may renumber rows of a table that has no integer
 * as its key.
 *
 * FTS5 ranks with BM25, which changes for all products when one is added, and so would shift pages. Here a product's
 * rank is the sum of the questions that it answers: are the words in the title, do they begin it, are they whole?
 */
import * as Dialect from "@stoa/sql/Dialect"
import * as Migration from "@stoa/sql/Migration"
import * as ListedWords from "@stoa/sql/catalog/ListedWords"
import { ProductSearch, ranked, suggestedFrom } from "@stoa/sql/catalog/ProductSearch"
import * as Question from "@stoa/sql/search/Question"
import * as Vocabulary from "@stoa/sql/search/Vocabulary"
import * as RecentlyUsed from "@stoa/sql/RecentlyUsed"
import * as SearchText from "@stoa/sql/catalog/SearchText"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"

/** The tables of the index. */
export const migrations = Migration.set("@stoa/adapter-sqlite", [{
  id: 1,
  name: "product search",
  up: () => [
    `CREATE TABLE product_search_rows (
      id INTEGER PRIMARY KEY,
      store_id TEXT NOT NULL,
      product_id TEXT NOT NULL UNIQUE
    ) STRICT`,
    `CREATE VIRTUAL TABLE product_search USING fts5(
      title, vendor, tags, skus, description,
      content = '', contentless_delete = 1, prefix = '2 3',
      tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
    )`,
    `CREATE TRIGGER product_search_rows_removed AFTER DELETE ON product_search_rows
    BEGIN
      DELETE FROM product_search WHERE rowid = OLD.id;
    END`
  ]
}, {
  id: 2,
  name: "words and their spelling",
  up: () => [
    `CREATE TABLE search_words (
      id INTEGER PRIMARY KEY,
      store_id TEXT NOT NULL,
      word TEXT NOT NULL,
      keys TEXT NOT NULL,
      UNIQUE (store_id, word)
    ) STRICT`,
    `CREATE VIRTUAL TABLE search_word_keys USING fts5(
      keys, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 0 categories 'L* N* M* Co'"
    )`,
    `CREATE TRIGGER search_words_added AFTER INSERT ON search_words
    BEGIN
      INSERT INTO search_word_keys (rowid, keys)
      SELECT NEW.id, 's' || replace(NEW.store_id, '_', '') || ' ' || group_concat(value, ' ') FROM json_each(NEW.keys);
    END`,
    `CREATE TRIGGER search_words_removed AFTER DELETE ON search_words
    BEGIN
      DELETE FROM search_word_keys WHERE rowid = OLD.id;
    END`
  ]
}, {
  id: 3,
  name: "words by their keys",
  // by store and length, so that few are looked at: a full text index ranks all words with a key
  up: (d) => [
    ...Vocabulary.spellingKeys(d),
    `INSERT INTO spelling_keys SELECT w.store_id, k.value, length(w.word), w.word FROM search_words AS w, json_each(w.keys) AS k
      ORDER BY 1, 2, 3, 4`,
    "DROP TRIGGER search_words_added",
    "DROP TRIGGER search_words_removed",
    "DROP TABLE search_word_keys",
    `CREATE TRIGGER search_words_added AFTER INSERT ON search_words
    BEGIN
      INSERT INTO spelling_keys SELECT NEW.store_id, value, length(NEW.word), NEW.word FROM json_each(NEW.keys);
    END`,
    `CREATE TRIGGER search_words_removed AFTER DELETE ON search_words
    BEGIN
      DELETE FROM spelling_keys WHERE store_id = OLD.store_id AND word = OLD.word
        AND spelling_key IN (SELECT value FROM json_each(OLD.keys)) AND letters = length(OLD.word);
    END`
  ]
}, {
  id: 4,
  name: "words of the index",
  // word by word, without what has them
  up: () => ["CREATE VIRTUAL TABLE product_search_terms USING fts5vocab(product_search, 'instance')"]
}, {
  id: 5,
  name: "pieces of the index",
  // two of a size are joined already, when that is asked for
  up: () => ["INSERT INTO product_search (product_search, rank) VALUES ('usermerge', 2)"]
}])

/** Whether what the last word of a question begins has to be put together before the first product is known. */
const isPut = ({ endings, isFinished, unfinished }: Question.Question): boolean =>
  !isFinished && endings === undefined && !kept.has(Array.from(unfinished.at(-1) ?? "").length)

/** What a search text asks of FTS5. Its words are letters and digits, so nothing in them is an operator. */
const questions = ({ asked, endings, isFinished, typed, unfinished }: Question.Question) => {
  const quoted = (parts: Question.Phrase) => `"${parts.join(" ")}"`
  const term = (words: Question.Term, open: boolean) =>
    words.map((forms, index) => {
      const phrases = new Set(forms.map(quoted))
      const begun = open && index === words.length - 1 ? endings?.map((word) => quoted([word])) ?? [`${quoted(unfinished)}*`] : []
      for (const phrase of begun) phrases.add(phrase)
      const either = Array.from(phrases).join(" OR ")
      return phrases.size === 1 ? either : `(${either})`
    }).join(" AND ")
  const all = (options: { readonly open: boolean; readonly synonyms: boolean }) =>
    asked.map(({ synonyms, term: own }, index) => {
      const open = options.open && index === asked.length - 1
      const terms = [term(own, open), ...(options.synonyms ? synonyms.map((other) => term(other, false)) : [])]
      return terms.length === 1 ? terms.join("") : `(${terms.map((one) => `(${one})`).join(" OR ")})`
    }).join(" AND ")
  return {
    whole: all({ open: false, synonyms: true }),
    typed: all({ open: !isFinished, synonyms: true }),
    exactly: all({ open: false, synonyms: false }),
    beginning: `^ ${quoted(typed)} *`
  }
}

/**
 * The words of a text, with the stems that differ at the end, where they stand in no phrase. What words there are is written
 * down as well.
 */
const indexed = (text: string, vocabulary: Question.Stems): string => {
  const words = SearchText.words(text)
  const stems = new Set<string>()
  for (const [word, second] of words) {
    if (word === undefined || second !== undefined) continue
    for (const stem of Question.keptStemsOf(word, vocabulary)) stems.add(stem)
  }
  return [...words.flat(), ...stems].join(" ")
}

const columns = {
  product_id: "text",
  title: "text",
  vendor: "text",
  tags: "text",
  skus: "text",
  description: "text"
} as const

/** A page of a list of which all products are found walks past so many, more or less. */
const passed = 20

/** Of the newest so many it is looked how many are found, where a walk may ask the index of each product. */
const newest = 2_000

/** To ask the index of a product takes as long as to read so many of those that it finds. */
const reads = 80

/** Where very many products have what somebody types, the titles of the newest so many are looked for. */
const suggestedAmong = 50_000

/** So many pages of some 4 KB are joined at once. */
const joined = 100

/** The prefixes of which the index knows by itself what all words have that they begin. */
const kept = new Set([2, 3])

/** Where so many of the newest have a word, and none in the title, hardly any has it there. */
const unnamed = 20

/** Then so many of the newest are asked for it. */
const namedAmong = 10_000

/** A sample is drawn from one product in so many, among so many that are found first. */
const sampledShare = 64
const sampledAmong = 200_000

/** A number below 2^32 for each product, as if drawn by chance. */
const chance = "(id * 2654435761 & 4294967295)"

/** A word that begins more than so many others is looked for as a prefix. */
const completions = 32

/** Words of so many beginnings are remembered. */
const maximumKept = 1_000

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const last = sql.literal("(SELECT max(id) FROM product_search_rows)")
  const number = sql.literal("(SELECT r.id FROM product_search_rows AS r WHERE r.product_id = p.id)")
  /** Whether the product `p` answers, by a look at the index for it alone. */
  const has = (asked: string) => sql`(SELECT 1 FROM product_search WHERE product_search MATCH ${asked} AND rowid = ${number}) IS NOT NULL`
  /** The record of the pieces of the index, which is another one after each write of words and each time that some pieces are joined. */
  const pieces = Effect.map(sql<{ readonly record: string }>`SELECT hex(block) AS record FROM product_search_data WHERE id = 10`, ([row]) => row?.record)
  const begun = RecentlyUsed.make<{ readonly record: string | undefined; readonly words: ReadonlyArray<string> }>(maximumKept)
  /** The words that begin so, up to one more than are of use. They are remembered for as long as nobody writes words. */
  const wordsFrom = Effect.fnUntraced(function*(storeId: StoreId, word: string) {
    // what a transaction has written need not be in the record yet, and may be undone
    if ((yield* Effect.serviceOption(sql.transactionService))._tag === "Some") return yield* readFrom(storeId, word)
    const record = yield* pieces
    const known = begun.get(word)
    if (known !== undefined && known.record === record) return known.words
    const words = yield* readFrom(storeId, word)
    begun.set(word, { record, words })
    return words
  })
  /**
   * One after the other from the index, without what has them. Each takes a look at all pieces of the index, so words that are written down, if there are too many
   * of these, are enough of an answer.
   */
  const readFrom = Effect.fnUntraced(function*(storeId: StoreId, word: string) {
    // a blank stands between a word and all that come after it
    const next = (from: Fragment) => sql`(SELECT term FROM product_search_terms WHERE term >= ${from} LIMIT 1)`
    const begins = sql`substr(said.word, 1, length(${word})) = ${word}`
    const most = sql.literal(String(completions))
    const words = yield* sql<{ readonly word: string }>`
      WITH RECURSIVE written (word) AS MATERIALIZED (
        SELECT word FROM search_words WHERE store_id = ${storeId} AND word >= ${word} AND word < ${word + "\u{10FFFF}"} LIMIT 1 + ${most}
      ), said (word, place) AS (
        SELECT ${next(sql`${word}`)}, 1 WHERE (SELECT count(*) FROM written) <= ${most}
        UNION ALL SELECT ${next(sql.literal("said.word || ' '"))}, place + 1 FROM said WHERE ${begins} AND place <= ${most}
      ) SELECT word FROM said WHERE ${begins} UNION ALL SELECT word FROM written WHERE (SELECT count(*) FROM written) > ${most}`
    return words.map((row) => row.word)
  })
  const completed = Effect.fnUntraced(function*(storeId: StoreId, question: Question.Question) {
    const [word, second] = question.unfinished
    if (word === undefined || second !== undefined || !isPut(question)) return question
    const words = yield* wordsFrom(storeId, word)
    return words.length > completions ? question : { ...question, endings: words.length === 0 ? [word] : words }
  })
  return ProductSearch.of({
    migrations,
    join: Effect.gen(function*() {
      const before = yield* pieces
      // of like sizes; all of them at once (a negative number) would begin anew with each write of somebody else, and leave more of them than there were
      yield* sql`INSERT INTO product_search (product_search, rank) VALUES ('merge', ${sql.literal(String(joined))})`
      return (yield* pieces) !== before
    }).pipe(sql.withTransaction),
    index: Effect.fnUntraced(function*(storeId, products, names) {
      const vocabulary: Question.Stems = new Map()
      const rows = products.map((product) => ({
        product_id: product.id,
        title: indexed(SearchText.titles(product).join(" "), vocabulary),
        vendor: indexed(product.vendor ?? "", vocabulary),
        tags: indexed([...product.tags, SearchText.optionValues(product), ...(names.get(product.id) ?? [])].join(" "), vocabulary),
        skus: indexed(product.variants.map((variant) => variant.sku ?? "").join(" "), vocabulary),
        description: indexed(SearchText.descriptions(product).join(" "), vocabulary)
      }))
      yield* Vocabulary.write(sql, storeId, vocabulary.keys(), sql.literal("keys"))
      // what is there is written again so that it answers as well
      const [row] = yield* sql<{ readonly kept: string }>`
        INSERT INTO product_search_rows (store_id, product_id)
        SELECT ${storeId}, product_id FROM ${Dialect.jsonRows(sql, rows, { product_id: "text" })} WHERE true
        ON CONFLICT (product_id) DO UPDATE SET store_id = product_search_rows.store_id RETURNING ${ListedWords.kept(sql, storeId)} AS kept`
      yield* sql`
        INSERT OR REPLACE INTO product_search (rowid, title, vendor, tags, skus, description)
        SELECT r.id, input.title, input.vendor, input.tags, input.skus, input.description
        FROM ${Dialect.jsonRows(sql, rows, columns)}
        JOIN product_search_rows AS r ON r.product_id = input.product_id
        WHERE r.store_id = ${storeId}`
      const words = new Map(rows.map(({ product_id, ...texts }) => [product_id, new Set(Object.values(texts).flatMap((text) => text.split(" ")))]))
      yield* ListedWords.add(sql, storeId, row?.kept, products, words)
    }),
    remove: (storeId, ids) =>
      Effect.asVoid(
        sql`DELETE FROM product_search_rows WHERE store_id = ${storeId} AND ${Dialect.oneOf(sql, "product_id", ids)}`
      ),
    match: (storeId, question) => {
      const ask = questions(question)
      const inNames = (asked: string, points: number) =>
        sql`UNION ALL SELECT rowid, ${sql.literal(String(points))} FROM product_search WHERE product_search MATCH ${named(asked)}`
      return sql`(
        SELECT r.product_id, found.rank FROM (
          SELECT id, sum(points) AS rank FROM (
            SELECT rowid AS id, 1 AS points FROM product_search WHERE product_search MATCH ${ask.typed}
            ${
        // a last word that begins no other is looked for once
        ask.typed === ask.whole ? inNames(ask.whole, 6) : sql`${inNames(ask.typed, 2)} ${inNames(ask.whole, 4)}`
      }
            UNION ALL SELECT rowid, 8 FROM product_search WHERE product_search MATCH ${title(ask.typed)}
            UNION ALL SELECT rowid, 16 FROM product_search WHERE product_search MATCH ${title(ask.beginning)}
            UNION ALL SELECT rowid, 32 FROM product_search WHERE product_search MATCH ${exact(ask.exactly)}
          ) GROUP BY id
        ) AS found
        CROSS JOIN product_search_rows AS r
        WHERE r.id = found.id AND r.store_id = ${storeId}
      )`
    },
    among: (storeId, question) => sql`(
      SELECT r.product_id FROM product_search CROSS JOIN product_search_rows AS r
      WHERE product_search MATCH ${questions(question).typed} AND r.id = product_search.rowid AND r.store_id = ${storeId}
    )`,
    holds: (question) => has(questions(question).whole),
    sampled: (storeId, question, most) => sql`(
      SELECT r.product_id, found.stands_for FROM (
        SELECT id, ${sql.literal(`${sampledShare} * count(*) OVER () / min(count(*) OVER (), ${most}) AS stands_for`)} FROM (
          SELECT rowid AS id FROM product_search WHERE product_search MATCH ${questions(question).typed} LIMIT ${sql.literal(String(sampledAmong))}
        ) AS all_found WHERE ${sql.literal(`${chance} < ${2 ** 32 / sampledShare} ORDER BY ${chance} LIMIT ${most}`)}
      ) AS found CROSS JOIN product_search_rows AS r WHERE r.id = found.id AND r.store_id = ${storeId}
    )`,
    walking: (question) => {
      const { typed } = questions(question)
      // A walk passes by the fewer products the more are found. Those of all stores are counted, whatever they are, as the index does in no time.
      const all = {
        isSooner: sql`(SELECT found * found > ${sql.literal(String(passed))} * ${last}
          FROM (SELECT count(*) AS found FROM product_search WHERE product_search MATCH ${typed}))`,
        holds: sql`${number} IN (SELECT rowid FROM product_search WHERE product_search MATCH ${typed})`
      }
      // what a prefix finds is put together anew for each product that is asked for
      return isPut(question) ? [all] : [{
        isSooner: sql`(SELECT found * found * ${last} > ${sql.literal(String(passed * reads * newest * newest))} FROM (
          SELECT count(*) AS found FROM product_search WHERE product_search MATCH ${typed} AND rowid > ${last} - ${sql.literal(String(newest))}
        ))`,
        holds: has(typed)
      }, all]
    },
    taken: Effect.fnUntraced(function*(storeId, question, _size) {
      const isMany = Effect.fnUntraced(function*(asked: string) {
        const [row] = yield* sql<{ readonly many: number }>`SELECT count(*) > ${sql.literal(String(ranked))} AS many FROM (
          SELECT 1 FROM product_search CROSS JOIN product_search_rows AS r
          WHERE product_search MATCH ${asked} AND r.id = product_search.rowid AND r.store_id = ${storeId} LIMIT ${sql.literal(String(ranked + 1))}
        )`
        return row?.many === 1
      })
      // to find who has the words in the title, all that have them are passed by, which are very many where hardly any has
      const sinceOf = Effect.fnUntraced(function*(asked: string, own: string) {
        const among = (asked: string, limit: number) => sql`(SELECT count(*) FROM (SELECT 1 FROM product_search CROSS JOIN product_search_rows AS r
          WHERE product_search MATCH ${asked} AND product_search.rowid > ${last} - ${sql.literal(String(newest))}
            AND r.id = product_search.rowid AND r.store_id = ${storeId} LIMIT ${sql.literal(String(limit))}))`
        const [row] = yield* sql<{ readonly since: number | null }>`
          SELECT CASE WHEN ${among(asked, unnamed)} = ${sql.literal(String(unnamed))} AND ${among(exact(own), 1)} = 0 THEN ${last} - ${sql.literal(String(namedAmong))} END AS since`
        return row?.since ?? undefined
      })
      const first = questions(question)
      if (yield* isMany(first.whole)) {
        return { question: Question.finished(question), frequent: { words: "whole" as const, since: yield* sinceOf(first.whole, first.exactly) } }
      }
      const known = yield* completed(storeId, question)
      const { typed, whole } = questions(known)
      const isFrequent = typed !== whole && (yield* isMany(typed))
      return { question: known, frequent: isFrequent ? { words: "beginning" as const, since: yield* sinceOf(typed, typed) } : undefined }
    }),
    matchAmong: (storeId, question, ids, { since }) => {
      const ask = questions(question)
      // who has the words in the title, as the first ones of it, is asked of the title: the index would pass by all that have them elsewhere
      const text = question.typed.join(" ")
      const begins = sql`EXISTS (SELECT 1 FROM products AS own WHERE own.id = r.product_id AND own.sort_title >= ${text} AND own.sort_title < ${text + "\u{10FFFF}"})`
      const answers = (asked: string) => sql`coalesce((SELECT 1 FROM product_search WHERE product_search MATCH ${asked} AND rowid = r.id), 0)`
      return sql`(
        SELECT r.product_id, 1 + 16 * ${begins}${
        since === undefined ? sql` + 6 * ${answers(named(ask.whole))} + 8 * ${answers(title(ask.whole))} + 32 * ${answers(exact(ask.exactly))}` : sql.literal("")
      } AS rank
        FROM (${ids}) AS asked CROSS JOIN product_search_rows AS r CROSS JOIN product_search
        WHERE r.product_id = asked.product_id AND r.store_id = ${storeId} AND product_search MATCH ${ask.whole} AND product_search.rowid = r.id
      )`
    },
    place: "number",
    newest: (storeId, question, part, { since, words }, after) => {
      const ask = questions(question)
      const [all, own] = words === "whole" ? [ask.whole, exact(ask.exactly)] : [ask.typed, exact(ask.typed)]
      const before = after === undefined ? sql.literal("") : sql` AND product_search.rowid < ${after}`
      const isOwn = sql`SELECT rowid FROM product_search WHERE product_search MATCH ${own} AND rowid > ${since}`
      const asked = since === undefined
        ? sql`product_search MATCH ${part === "named" ? own : `(${all}) NOT (${own})`}`
        : part === "named"
        ? sql`product_search MATCH ${own} AND product_search.rowid > ${since}`
        : sql`product_search MATCH ${all} AND product_search.rowid NOT IN (${isOwn})`
      // Backwards the index stops at no place before it has found something. So these, which are few, are sorted.
      const place = sql.literal(since !== undefined && part === "named" ? "product_search.rowid + 0" : "product_search.rowid")
      return sql`(
        SELECT r.product_id, ${place} AS place FROM product_search CROSS JOIN product_search_rows AS r
        WHERE ${asked} AND r.id = product_search.rowid AND r.store_id = ${storeId}${before}
      )`
    },
    completed,
    matchTitle: (storeId, question, _size) => {
      const ask = questions(question)
      const most = sql.literal(String(suggestedFrom))
      const lately = sql` AND product_search.rowid > ${last} - ${sql.literal(String(suggestedAmong))}`
      const of = (asked: string, among: Fragment, limit: Fragment) => sql`SELECT r.product_id, r.id FROM product_search CROSS JOIN product_search_rows AS r
        WHERE product_search MATCH ${asked}${among} AND r.id = product_search.rowid AND r.store_id = ${storeId} LIMIT ${limit}`
      const typed = title(ask.typed)
      // What is put together for each question is asked for once. Of all others, the newest come first: very many products may have the words, and none in its title.
      const found = isPut(question)
        ? sql`found AS MATERIALIZED (${of(typed, sql.literal(""), most)})`
        : sql`newest AS MATERIALIZED (${of(typed, lately, most)}),
          found AS MATERIALIZED (SELECT * FROM newest UNION ALL SELECT * FROM (${
          of(
            typed,
            sql` AND product_search.rowid <= ${last} - ${sql.literal(String(suggestedAmong))}`,
            sql`(SELECT CASE WHEN (SELECT count(*) FROM newest) = ${most} OR (SELECT count(*) FROM (${of(ask.typed, lately, most)})) = ${most} THEN 0 ELSE ${most} END)`
          )
        }))`
      return sql`(
        WITH ${found},
          since (after) AS MATERIALIZED (SELECT CASE WHEN count(*) < ${most} THEN coalesce(min(id) - 1, ${last}) ELSE ${last} - ${sql.literal(String(suggestedAmong))} END FROM found)
        SELECT product_id, 0 AS whole FROM found
        UNION ALL SELECT product_id, 1 FROM (${of(title(ask.whole), sql.literal(" AND product_search.rowid > (SELECT after FROM since)"), most)})
      )`
    }
  })
})

const title = (question: string): string => `title : (${question})`
const named = (question: string): string => `{title vendor tags skus} : (${question})`
const exact = (question: string): string => `{title skus} : (${question})`

export const layer: Layer.Layer<ProductSearch, never, SqlClient.SqlClient> = Layer.effect(ProductSearch, make)
