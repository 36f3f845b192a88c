/**
 * Words that very many products have and that people search for, as filters whose products are kept in each order of a list.
 *
 * **Details**
 *
 * The index of words says which products have a word, and nothing of their prices. To find the cheapest of fifty thousand that have it, either all of them
 * are sorted, or products are asked for the word one by one, cheapest first. Where they are kept, a page is read where it begins, as that of a brand or a category is.
 *
 * A word is kept by the forms in which the index may have it, so what a product has is compared with these and not with what somebody typed. Whoever writes the
 * words of a product adds it to those that are kept. One that has a word no longer stays until it is swept out; so each product of a page is asked for it.
 */
import type { Product, ProductId } from "@stoa/core/catalog/Product"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as RecentlyUsed from "../RecentlyUsed.ts"
import * as Row from "../Row.ts"
import type { Asked, Question } from "../search/Question.ts"
import * as ListedProductRows from "./ListedProductRows.ts"
import type * as Narrowing from "./Narrowing.ts"
import type { ProductSearch } from "./ProductSearch.ts"

/** Longer words are not kept. */
const longestKept = 200

/** Which words are kept is remembered for so long, of so many stores. It decides how products are found, never which. */
const rememberedMillis = 60_000
const maximumKept = 1_000

/** What a word is kept by: its forms, none of which has a blank. `undefined` for a phrase, and for one that has synonyms. */
export const valueOf = ({ synonyms, term: [forms, second] }: Asked): string | undefined => {
  if (synonyms.length > 0 || forms === undefined || second !== undefined || forms.some(({ length }) => length !== 1)) return undefined
  const value = forms.flat().sort().join(" ")
  return value.length > longestKept ? undefined : value
}

const formsOf = (value: string): ReadonlyArray<string> => value.split(" ")

/** What asks for a word that is kept by such a value, and for nothing else. */
const questionOf = (value: string): Question => {
  const forms = formsOf(value).map((form) => [form])
  return { asked: [{ term: [forms], synonyms: [] }], unfinished: forms[0] ?? [], typed: forms[0] ?? [], isFinished: true }
}

const narrowing = (sql: Constructor, search: ProductSearch["Service"], storeId: StoreId, question: Question): Narrowing.Narrowing => ({
  ids: sql`SELECT product_id FROM ${search.among(storeId, question)} AS one`,
  holds: search.holds(question),
  exact: true
})

/** Having a word that is kept by such a value. */
export const having = (sql: Constructor, search: ProductSearch["Service"], storeId: StoreId, value: string): Narrowing.Narrowing => ({
  ...narrowing(sql, search, storeId, questionOf(value)),
  listed: { kind: "word", value: sql`${value}` }
})

/** What a finished question asks for, as filters: one for each word or phrase. */
export const narrowings = (sql: Constructor, search: ProductSearch["Service"], storeId: StoreId, question: Question): ReadonlyArray<Narrowing.Narrowing> =>
  question.asked.map((asked) => {
    const value = valueOf(asked)
    return value === undefined ? narrowing(sql, search, storeId, { ...question, asked: [asked] }) : having(sql, search, storeId, value)
  })

/** Whether the products of a word of a question are kept, as far as a process knows. */
export const knowing = (sql: Constructor) => {
  const kept = RecentlyUsed.make<{ readonly values: ReadonlySet<string>; readonly until: number }>(maximumKept)
  return Effect.fnUntraced(function*(storeId: StoreId, { asked }: Question): Effect.fn.Return<boolean, SqlError> {
    const now = yield* Clock.currentTimeMillis
    let known = kept.get(storeId)
    if (known === undefined || known.until <= now) {
      const rows = yield* sql<{ readonly value: string }>`SELECT value FROM listed_filters WHERE store_id = ${storeId} AND kind = 'word' AND ready = 1`
      known = { values: new Set(rows.map(({ value }) => value)), until: now + rememberedMillis }
      kept.set(storeId, known)
    }
    const { values } = known
    return asked.some((one) => values.has(valueOf(one) ?? ""))
  })
}

/** The words of a store that are kept, or begun to be, as a value of whoever writes products: each with its filter and its forms. */
export const kept = (sql: Constructor, storeId: StoreId): Fragment =>
  sql`(SELECT ${Dialect.jsonText(sql, Dialect.jsonArrayAgg(sql, sql.literal("f.id || ' ' || f.value"), { orderBy: "f.id" }))}
    FROM listed_filters AS f WHERE f.store_id = ${storeId} AND f.kind = 'word')`

/**
 * Adds products to those that are kept of their words. No statement where there are none. Call it in the transaction that has written their words: whoever
 * begins to keep a word waits for those who had begun to write before.
 *
 * @param kept what `kept` was in a statement of that transaction, after its first write
 * @param words the words of each product in all forms that the index has of them
 */
export const add = Effect.fnUntraced(function*(
  sql: SqlClient.SqlClient,
  storeId: StoreId,
  kept: string | undefined,
  products: ReadonlyArray<Product>,
  words: ReadonlyMap<ProductId, { readonly has: (form: string) => boolean }>
) {
  const all = (kept === undefined ? [] : Row.json<ReadonlyArray<string>>(kept)).map((one) => {
    const [id, ...forms] = one.split(" ")
    return { filter: Number(id), forms }
  })
  const passing = products.flatMap(({ id, status }) => {
    const own = words.get(id)
    return status !== "active" || own === undefined ? [] : all.flatMap(({ filter, forms }) => forms.some((form) => own.has(form)) ? [{ filter, product: id }] : [])
  })
  if (passing.length > 0) yield* ListedProductRows.put(sql, storeId, passing)
})

/** Says of the words of a store that products are missing which were put up for sale without writing their words. They are filled anew within the hour, and not used until then. */
export const unsettle = (sql: Constructor, storeId: StoreId) =>
  sql`UPDATE listed_filters SET ready = 0, since = NULL WHERE store_id = ${storeId} AND kind = 'word'`
