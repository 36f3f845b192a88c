/**
 * What people search for, in SQL.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import { SearchTermRepository } from "@stoa/core/search/SearchTermRepository"
import { maximumTerms, type SearchTerm } from "@stoa/core/search/SearchTerms"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import { acrossStores } from "../EveryStore.ts"
import { storage } from "../Storage.ts"

const measures = { top: "searches", missed: "missed", clicked: "clicks" } as const

const columns = { day: "text", term: "text", searches: "int", missed: "int", clicks: "int" } as const

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  return SearchTermRepository.of({
    add: Effect.fnUntraced(function*(terms) {
      const storeId = yield* CurrentStore
      // in one order, so that no two processes wait for each other
      const rows = terms.toSorted((a, b) => `${a.day} ${a.term}` < `${b.day} ${b.term}` ? -1 : 1)
      yield* sql`
        INSERT INTO search_terms (store_id, day, term, searches, missed, clicks)
        SELECT ${storeId}, day, shown, sum(searches), sum(missed), sum(clicks) FROM (
          SELECT input.day, input.searches, input.missed, input.clicks, CASE WHEN EXISTS (
            SELECT 1 FROM search_terms AS t WHERE t.store_id = ${storeId} AND t.day = input.day AND t.term = input.term
          ) OR (
            SELECT count(*) FROM search_terms AS t WHERE t.store_id = ${storeId} AND t.day = input.day
          ) < ${sql.literal(String(maximumTerms))} THEN input.term ELSE '' END AS shown
          FROM ${Dialect.jsonRows(sql, rows, columns)}
        ) AS counted GROUP BY day, shown ORDER BY day, shown
        ON CONFLICT (store_id, day, term) DO UPDATE SET searches = search_terms.searches + excluded.searches,
          missed = search_terms.missed + excluded.missed, clicks = search_terms.clicks + excluded.clicks`
    }, storage("SearchTerms.add")),

    report: Effect.fnUntraced(function*({ by, from, limit, to }) {
      const storeId = yield* CurrentStore
      const measure = sql.literal(`sum(${measures[by]})`)
      return yield* sql<SearchTerm>`
        SELECT term, CAST(sum(searches) AS ${sql.literal(Dialect.ddl(Dialect.of(sql)).int)}) AS searches,
          CAST(sum(missed) AS ${sql.literal(Dialect.ddl(Dialect.of(sql)).int)}) AS missed,
          CAST(sum(clicks) AS ${sql.literal(Dialect.ddl(Dialect.of(sql)).int)}) AS clicks
        FROM search_terms WHERE store_id = ${storeId} AND day >= ${from} AND day <= ${to}
        GROUP BY term HAVING ${measure} > 0 ORDER BY ${measure} DESC, term LIMIT ${limit}`
    }, storage("SearchTerms.report")),

    forgetBefore: (day) =>
      acrossStores(sql`DELETE FROM search_terms WHERE day < ${day}`).pipe(Effect.asVoid, storage("SearchTerms.forgetBefore"))
  })
})

export const layer: Layer.Layer<SearchTermRepository, never, SqlClient.SqlClient> = Layer.effect(SearchTermRepository, make)
