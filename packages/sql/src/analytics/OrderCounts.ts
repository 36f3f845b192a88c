/**
 * How many orders of a time are in each state, and what they brought: kept sums for whole days in which nothing has changed since, and the
 * orders themselves for all others.
 */
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import { total } from "./Sold.ts"
import * as WholeDays from "./WholeDays.ts"

const sums = ["orders", "paid_orders", "paid", "refunded"] as const

/** What a day sums up of the orders called `o`. */
export const ofOrders = (sql: Constructor): Fragment =>
  sql.literal(`${total("1")} AS orders, ${total("CASE WHEN o.paid > 0 THEN 1 ELSE 0 END")} AS paid_orders, ${total("o.paid")} AS paid, ${total("o.refunded")} AS refunded`)

/** The statement, whose rows have `status`, `state` (`''` where no plug-in has added it), `currency` and the sums. */
export const placed = (
  sql: Constructor,
  storeId: string,
  range: { readonly placedFrom?: string; readonly placedTo?: string }
): Fragment => {
  const { edges, end, first } = WholeDays.of({ from: range.placedFrom, to: range.placedTo })
  // of one moment, so that an order which changes meanwhile is counted once
  return sql`WITH changed AS (
      SELECT DISTINCT substr(quarter, 1, 10) AS day FROM sales_changes WHERE store_id = ${storeId} AND quarter >= ${first} AND quarter < ${end}
    ), counted AS (
      SELECT status, state, currency, orders, paid_orders, paid, refunded FROM orders_by_day
      WHERE store_id = ${storeId} AND day >= ${first} AND day < ${end} AND day NOT IN (SELECT day FROM changed)
      UNION ALL
      SELECT o.status, coalesce(o.state, '') AS state, o.currency, ${ofOrders(sql)}
      FROM (
        SELECT day AS starts, day || 'T99' AS ends FROM changed
        UNION ALL SELECT starts, ends FROM ${Dialect.jsonRows(sql, edges, { starts: "text", ends: "text" }, "edges")}
      ) AS times CROSS JOIN orders AS o
      WHERE o.store_id = ${storeId} AND o.placed_at >= times.starts AND o.placed_at < times.ends
      GROUP BY o.status, coalesce(o.state, ''), o.currency
    )
    SELECT status, state, currency, ${sql.literal(sums.map((name) => `${total(name)} AS ${name}`).join(", "))}
    FROM counted GROUP BY status, state, currency ORDER BY currency, status, state`
}
