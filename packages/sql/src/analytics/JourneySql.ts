/**
 * Figures of buyers and of what became of carts, in SQL.
 */
import type { BuyerHistory } from "@stoa/core/analytics/BuyTillYouDie"
import type { Span } from "@stoa/core/analytics/Calendar"
import { JourneyRepository } from "@stoa/core/analytics/JourneyRepository"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import { kept, nobody, sold, total } from "./Sold.ts"

interface HistoryRow extends BuyerHistory {
  readonly buyers: number
  readonly all_orders: number
  readonly all_kept: number
}

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  const table = (spans: ReadonlyArray<Span>, alias: string) =>
    Dialect.jsonRows(sql, spans.map(({ from, to }, span) => ({ span, starts: from, ends: to })), {
      span: "int",
      starts: "text",
      ends: "text"
    }, alias)

  /** The sums of each buyer in a currency: those that are kept, and of the orders themselves where they have changed. */
  const buyers = (storeId: string, currency: string) =>
    sql`SELECT buyer, orders, kept, first_at, last_at FROM sales_by_buyer
      WHERE store_id = ${storeId} AND currency = ${currency}
        AND buyer NOT IN (SELECT buyer FROM sales_changes WHERE store_id = ${storeId})
      UNION ALL
      SELECT o.email, ${sql.literal(`${total("1")}, ${total(kept("o"))}, min(o.placed_at), max(o.placed_at)`)}
      FROM (SELECT DISTINCT buyer FROM sales_changes WHERE store_id = ${storeId}) AS b CROSS JOIN orders AS o
      WHERE o.store_id = ${storeId} AND o.email = b.buyer AND o.currency = ${currency} AND ${sql.literal(sold("o"))}
        AND o.email <> ${nobody}
      GROUP BY o.email`

  return JourneyRepository.of({
    funnel: Effect.fnUntraced(function*(spans) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<{
        readonly span: number
        readonly carts: number
        readonly checkouts: number
        readonly orders: number
        readonly sold: number
      }>`
        SELECT span, ${
        sql.literal(["carts", "checkouts", "orders", "sold"].map((step) => `${total(step)} AS ${step}`).join(", "))
      } FROM (
          SELECT s.span, 1 AS carts,
            CASE WHEN c.status = 'ordered' OR c.email IS NOT NULL OR c.shipping_address IS NOT NULL THEN 1 ELSE 0 END AS checkouts,
            CASE WHEN c.status = 'ordered' THEN 1 ELSE 0 END AS orders,
            CASE WHEN c.status = 'ordered' AND EXISTS (
              SELECT 1 FROM orders AS o WHERE o.store_id = c.store_id AND o.cart_id = c.id AND ${sql.literal(sold("o"))}
            ) THEN 1 ELSE 0 END AS sold
          FROM ${table(spans, "s")} CROSS JOIN carts AS c
          WHERE c.store_id = ${storeId} AND c.created_at >= s.starts AND c.created_at < s.ends
            AND c.status IN ('open', 'ordered') AND c.lines <> '[]'
          UNION ALL
          SELECT s.span, 1, l.checkout, 0, 0 FROM ${table(spans, "s")} CROSS JOIN left_carts AS l
          WHERE l.store_id = ${storeId} AND l.created_at >= s.starts AND l.created_at < s.ends
        ) AS carts GROUP BY span`
      return rows.map(({ span, ...figures }) => ({ index: span, figures }))
    }, storage("Analytics.funnel")),

    cohorts: Effect.fnUntraced(function*(currency, spans) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<{
        readonly cohort: number
        readonly month: number
        readonly buyers: number
        readonly orders: number
        readonly kept: number
      }>`
        WITH months AS (SELECT * FROM ${table(spans, "given")}), firsts AS (
          SELECT months.span AS cohort, b.buyer FROM months
          JOIN (${buyers(storeId, currency)}) AS b ON b.first_at >= months.starts AND b.first_at < months.ends
        )
        SELECT firsts.cohort, months.span AS month, count(DISTINCT o.email) AS buyers, count(*) AS orders,
          ${sql.literal(`${total(kept("o"))} AS kept`)}
        FROM firsts CROSS JOIN orders AS o JOIN months ON o.placed_at >= months.starts AND o.placed_at < months.ends
        WHERE o.store_id = ${storeId} AND o.email = firsts.buyer AND o.currency = ${currency} AND ${sql.literal(sold("o"))}
        GROUP BY firsts.cohort, months.span`
      return rows.map(({ cohort, kept, month, ...row }) => ({
        cohort,
        month,
        figures: { ...row, kept: Row.money(kept, currency) }
      }))
    }, storage("Analytics.cohorts")),

    scores: Effect.fnUntraced(function*(currency) {
      const storeId = yield* CurrentStore
      // whoever is alike has the same score: that of the lowest of them
      const score = (by: string) => sql.literal(`1 + 5 * (rank() OVER (ORDER BY ${by}) - 1) / count(*) OVER ()`)
      const rows = yield* sql<{
        readonly recency: number
        readonly frequency: number
        readonly monetary: number
        readonly buyers: number
        readonly orders: number
        readonly kept: number
      }>`
        SELECT recency, frequency, monetary, count(*) AS buyers, ${sql.literal(`${total("orders")} AS orders, ${total("kept")} AS kept`)}
        FROM (
          SELECT orders, kept, ${score("last_at")} AS recency, ${score("orders")} AS frequency, ${score("kept")} AS monetary
          FROM (${buyers(storeId, currency)}) AS b
        ) AS scored GROUP BY recency, frequency, monetary ORDER BY recency DESC, frequency DESC, monetary DESC`
      return rows.map((row) => ({
        recency: row.recency,
        frequency: row.frequency,
        monetary: row.monetary,
        buyers: row.buyers,
        orders: row.orders,
        kept: Row.money(row.kept, currency)
      }))
    }, storage("Analytics.scores")),

    histories: Effect.fnUntraced(function*(currency, limit) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<HistoryRow>`
        SELECT orders, first_at AS ${sql("firstAt")}, last_at AS ${sql("lastAt")}, count(*) OVER () AS buyers,
          ${sql.literal("CAST(sum(orders) OVER () AS BIGINT) AS all_orders, CAST(sum(kept) OVER () AS BIGINT) AS all_kept")}
        FROM (${buyers(storeId, currency)}) AS b ORDER BY buyer LIMIT ${limit}`
      return {
        buyers: rows[0]?.buyers ?? 0,
        orders: rows[0]?.all_orders ?? 0,
        kept: rows[0]?.all_kept ?? 0,
        histories: rows
      }
    }, storage("Analytics.histories"))
  })
})

export const layer: Layer.Layer<JourneyRepository, never, SqlClient.SqlClient> = Layer.effect(JourneyRepository, make)
