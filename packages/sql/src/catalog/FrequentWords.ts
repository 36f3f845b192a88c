/**
 * Pages of a search, by relevance, for a text whose words very many products have.
 *
 * **Details**
 *
 * To rank them all would take as long as there are many. So three parts follow each other: the best sellers that have the words, by their
 * relevance; then products with the words in the title or as an SKU, and then all others, the newest first. Each is read no further than the
 * page needs. A cursor names its part. Where hardly any of the newest have the words in the title, the second part is of the newest alone, and a cursor says since when.
 *
 * Where a filter leaves few products, these are ranked as in any other search.
 */
import type { Narrowed, OpenCollection } from "@stoa/core/catalog/ListFilters"
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import { InvalidInput } from "@stoa/core/kernel/Input"
import * as Page from "@stoa/core/kernel/Page"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as RecentlyUsed from "../RecentlyUsed.ts"
import * as Lexicons from "../search/Lexicons.ts"
import type { Question } from "../search/Question.ts"
import * as Narrowing from "./Narrowing.ts"
import * as ProductList from "./ProductList.ts"
import { type Looking, summaryColumns, type SummaryRow } from "./ProductSummary.ts"
import { type Frequent, type ProductSearch, ranked, sorted, type Taken } from "./ProductSearch.ts"

/** So many of the products of which most were sold are looked at first. What was not sold is none, so no new product moves one out between two pages. */
const bestSellers = 20

type Part = "few" | "best" | "named" | "others"

const whole: ReadonlyArray<Part> = ["best", "named", "others"]

const cursorOf = ({ since, words }: Frequent, part: Part): string => `frequent:${words}:${part}${since === undefined ? "" : `:${since}`}`

/** What a cursor says of the search that its page is of; `undefined` for one of a search in which all were ranked, or of another list. */
export const ofCursor = (after: string | undefined): Frequent & { readonly part: Part } | undefined => {
  const [of, words, part, since] = (after === undefined ? undefined : Page.sortOfCursor(after))?.split(":") ?? []
  return of === "frequent" && (words === "whole" || words === "beginning") && (part === "few" || part === "best" || part === "named" || part === "others")
    ? { words, part, since }
    : undefined
}

const isOfAnother = "is not a cursor of this list and sort order"

const positionOf = Effect.fnUntraced(function*(name: string, type: Page.KeyKind, cursor: string) {
  const [place, id] = yield* Page.decodeCursor(name, [type, "string"], cursor)
  return { place, id }
})

/** Whether very many products have what a text asks for is remembered for so long, of so many texts. It decides how these are found, and what comes first. */
const rememberedMillis = 60_000
const maximumKept = 1_000

/** What a question asks for in a store of about so many products. */
export interface TakenOf extends Taken {
  readonly size: number
}

/**
 * What a question asks for in a store: a last word that very many products have as it stands is finished, whatever the list is sorted by or counted for.
 * In a small store there are no such words.
 *
 * @param sizeOf how many products a store has, about
 */
export const make = (search: ProductSearch["Service"], sizeOf: (storeId: StoreId) => Effect.Effect<number, SqlError>) => {
  const known = RecentlyUsed.make<TakenOf & { readonly until: number }>(maximumKept)
  return Effect.fnUntraced(function*(storeId: StoreId, asked: Question): Effect.fn.Return<TakenOf, SqlError> {
    const size = yield* sizeOf(storeId)
    if (size <= ranked) return { question: asked, frequent: undefined, size }
    const now = yield* Clock.currentTimeMillis
    const name = JSON.stringify([storeId, asked])
    const before = known.get(name)
    if (before !== undefined && before.until > now) return before
    const taken = { ...(yield* search.taken(storeId, asked, size)), size }
    // words that the last one begins are asked for each time, as any product may bring another
    if (taken.question.endings === undefined) known.set(name, { ...taken, until: now + rememberedMillis })
    return taken
  })
}

/**
 * Whether so few products have what a question asks for that all of them may be sorted. They are counted, as the newest products say nothing of words that
 * only older ones have; that there are more is remembered for a minute.
 */
export const counting = (sql: Constructor, search: ProductSearch["Service"]) => {
  const many = RecentlyUsed.make<number>(maximumKept)
  return Effect.fnUntraced(function*(storeId: StoreId, { frequent, question, size }: TakenOf): Effect.fn.Return<boolean, SqlError> {
    if (frequent !== undefined) return false
    if (size <= sorted) return true
    const now = yield* Clock.currentTimeMillis
    const name = JSON.stringify([storeId, question])
    if ((many.get(name) ?? 0) > now) return false
    const [row] = yield* sql<{ readonly products: number }>`
      SELECT count(*) AS products FROM (SELECT 1 FROM ${search.among(storeId, question)} AS found LIMIT ${sql.literal(String(sorted + 1))}) AS counted`
    const isFew = Number(row?.products ?? 0) <= sorted
    if (!isFew) many.set(name, now + rememberedMillis)
    return isFew
  })
}

interface Position {
  readonly place: number | string
  readonly id: string
}

/** The rows of a page, one more than it holds, and what the cursor of each is called. */
export const page = Effect.fnUntraced(function*(
  sql: Constructor,
  search: ProductSearch["Service"],
  storeId: StoreId,
  query: Narrowed,
  looking: Looking | undefined,
  collection: OpenCollection | undefined,
  question: Question,
  { since, words }: Frequent
) {
  const frequent: Frequent = { words, since: since !== undefined && search.place === "number" ? Number(since) : since }
  if (frequent.since !== undefined && typeof frequent.since === "number" && !Number.isSafeInteger(frequent.since)) return yield* InvalidInput.at(["after"], isOfAnother, "not_a_cursor")
  const now = looking?.at ?? (yield* Timestamp.now)
  const { conditions, narrowings } = ProductList.parts(sql, storeId, query, looking !== undefined, now, collection)
  const where = sql.and([...conditions, ...narrowings.map(({ holds }) => holds)])
  const shown = (rows: Fragment, keys: string, orderBy: string, before: Fragment = sql.literal("")) =>
    sql`${before}SELECT ${summaryColumns(sql, looking)}, ${sql.literal(keys)}, ${Lexicons.token(sql, storeId)} AS dictionary FROM (${rows}) AS page
      CROSS JOIN products AS p WHERE p.id = page.id ORDER BY ${sql.literal(orderBy)}, p.id DESC`
  const best = sql`SELECT b.id AS product_id FROM products AS b WHERE b.store_id = ${storeId} AND b.status = 'active' AND b.popularity > 0
    ORDER BY b.popularity DESC, b.id DESC LIMIT ${sql.literal(String(bestSellers))}`

  const byRelevance = (ids: Fragment, limit: Fragment, position: Position | undefined) => {
    const key = sql.literal(ProductList.relevance)
    const after = position === undefined ? sql.literal("") : sql` AND (${key}, p.id) < (${position.place}, ${position.id})`
    return sql`SELECT p.id, ${key} AS sort_key FROM ${search.matchAmong(storeId, question, ids, frequent)} AS found CROSS JOIN products AS p
      WHERE p.id = found.product_id AND ${where}${after} ORDER BY ${key} DESC, p.id DESC LIMIT ${limit}`
  }
  const byAge = (part: "named" | "others", limit: Fragment, position: Position | undefined) =>
    sql`SELECT p.id, found.place AS sort_key FROM ${search.newest(storeId, question, part, frequent, position?.place)} AS found
      CROSS JOIN products AS p WHERE p.id = found.product_id AND ${where}${words === "whole" ? sql` AND p.id NOT IN (${best})` : sql.literal("")}
      ORDER BY found.place DESC LIMIT ${limit}`
  const rowsOf = (part: Exclude<Part, "best">, count: number, position: Position | undefined) => {
    const limit = sql.literal(String(count))
    const listed = (rows: Fragment, before?: Fragment) => sql<SummaryRow>`${shown(rows, "page.sort_key", "page.sort_key DESC", before)}`
    if (part === "few") return listed(byRelevance(sql`SELECT product_id FROM few_products`, limit, position), sql`${Narrowing.looked(sql, narrowings)} `)
    return listed(byAge(part, limit, position))
  }
  /** What most first pages are of, in one statement. */
  const bestAndNamed = (count: number, position: Position | undefined) => {
    const limit = sql.literal(String(count))
    const order = "(page.score IS NULL), page.score DESC, page.place DESC"
    const rows = sql`SELECT * FROM (
        SELECT id, sort_key AS score, NULL AS place FROM (${byRelevance(best, limit, position)}) AS best
        UNION ALL SELECT id, NULL, sort_key FROM (${byAge("named", limit, undefined)}) AS named
      ) AS page ORDER BY ${sql.literal(order)}, page.id DESC LIMIT ${limit}`
    return Effect.map(
      sql<Omit<SummaryRow, "sort_key"> & { readonly score: number | null; readonly place: number | string | null }>`${shown(rows, "page.score, page.place", order)}`,
      (found) => found.map(({ place, score, ...row }) => ({ ...row, sort_key: score ?? place ?? "", cursor: cursorOf(frequent, score === null ? "named" : "best") }))
    )
  }

  /** Which parts there are. Words that are unfinished are asked of no product for itself. */
  const partsOf: Effect.Effect<ReadonlyArray<Part>, SqlError> = Effect.gen(function*() {
    if (words === "beginning") return ["named", "others"]
    if (narrowings.length === 0) return whole
    const [scope] = yield* sql<{ readonly many: number | boolean }>`${Narrowing.looked(sql, narrowings)} SELECT many FROM scope`
    return scope?.many ? whole : ["few"]
  })

  const from = ofCursor(query.after)
  if (from?.part === "few" && narrowings.length === 0) return yield* InvalidInput.at(["after"], isOfAnother, "not_a_cursor")
  const parts = from === undefined
    ? yield* partsOf
    : from.part === "few" ? ["few" as const] : whole.slice(whole.indexOf(from.part))
  const position = from === undefined || query.after === undefined
    ? undefined
    : yield* positionOf(cursorOf(from, from.part), from.part === "few" || from.part === "best" ? "number" : search.place, query.after)
  const { limit = Page.defaultLimit } = query
  const rows: Array<SummaryRow & { readonly cursor: string }> = []
  for (const [index, part] of parts.entries()) {
    if (rows.length > limit) break
    const [count, begun] = [limit + 1 - rows.length, index === 0 ? position : undefined]
    if (part === "best") rows.push(...(yield* bestAndNamed(count, begun)))
    // which has been read by then
    else if (part !== "named" || parts[index - 1] !== "best") for (const row of yield* rowsOf(part, count, begun)) rows.push({ ...row, cursor: cursorOf(frequent, part) })
  }
  return rows
})
