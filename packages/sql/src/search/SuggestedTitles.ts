/**
 * Products whose titles have what somebody is about to type.
 *
 * **Details**
 *
 * Titles that begin with it are read from the index of the order by title, however many products have its words; all others are found by the index of words.
 */
import type { StoreId } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import type { SqlError } from "effect/sql/SqlError"
import type { Constructor, Fragment } from "effect/sql/Statement"
import { completedFrom, type ProductSearch, ranked } from "../catalog/ProductSearch.ts"
import * as SearchText from "../catalog/SearchText.ts"
import type { Question } from "./Question.ts"

/** What no letter comes after. */
const end = "\u{10FFFF}"

export interface SuggestedTitles {
  /** What stands in a `FROM` and has the column `product_id`, once for each product. */
  readonly found: Fragment
  /** How well the title of a product `p` that was `found` has it, higher is better: whether it has all words as they stand, and whether it begins with it. */
  readonly rank: Fragment
}

/** @param sizeOf how many products a store has, about */
export const make = (sql: Constructor, search: ProductSearch["Service"], sizeOf: (storeId: StoreId) => Effect.Effect<number, SqlError>) =>
  Effect.fnUntraced(function*(storeId: StoreId, typed: string, question: Question): Effect.fn.Return<SuggestedTitles, SqlError> {
    const size = yield* sizeOf(storeId)
    const known = search.completed === undefined || size <= ranked ? question : yield* search.completed(storeId, question)
    const text = SearchText.sortTitle(typed)
    const begins = (row: "b" | "p") => sql`${sql.literal(`${row}.sort_title`)} >= ${text} AND ${sql.literal(`${row}.sort_title`)} < ${text + end}`
    return {
      found: sql`(
        SELECT product_id, max(whole) AS whole FROM (
          SELECT product_id, whole FROM ${search.matchTitle(storeId, known, size)} AS titled
          UNION ALL SELECT * FROM (
            SELECT b.id, CASE WHEN substr(b.sort_title, ${sql.literal(String(Array.from(text).length + 1))}, 1) IN ('', ' ') THEN 1 ELSE 0 END FROM products AS b
            WHERE b.store_id = ${storeId} AND b.status = 'active' AND ${begins("b")} ORDER BY b.sort_title, b.id LIMIT ${sql.literal(String(completedFrom))}
          ) AS begun
        ) AS either GROUP BY product_id
      ) AS found`,
      rank: sql`2 * found.whole + CASE WHEN ${begins("p")} THEN 1 ELSE 0 END`
    }
  })
