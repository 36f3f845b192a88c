/**
 * Figures in SQL: kept sums for what has not changed, and the orders themselves for what has, in one statement.
 */
import { AnalyticsRepository, type SalesSums } from "@stoa/core/analytics/AnalyticsRepository"
import type { Span } from "@stoa/core/analytics/Calendar"
import { countedOrders, type ProductSales, type SalesFigures, type Segment } from "@stoa/core/analytics/SalesFigures"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { quarterOf } from "../schema/analytics.ts"
import { storage, transactionOf } from "../Storage.ts"
import * as OrderCounts from "./OrderCounts.ts"
import { givenBack, kept, nobody, sold, total } from "./Sold.ts"
import { standing } from "./Standing.ts"
import * as WholeDays from "./WholeDays.ts"

interface SumsRow {
  readonly span: number
  readonly currency: string
  readonly placed: number
  readonly cancelled: number
  readonly orders: number
  readonly items: number
  readonly subtotal: number
  readonly discount: number
  readonly shipping: number
  readonly tax: number
  readonly total: number
  readonly refunded: number
  readonly first_orders: number
}

interface TopRow {
  readonly product_id: string
  readonly variant_id: string
  readonly title: string
  readonly variant_title: string
  readonly sku: string | null
  readonly currency: string
  readonly quantity: number
  readonly revenue: number
}

/** Text that comes after all times of a quarter of an hour, and before those of the next. */
const endOf = (quarter: string) =>
  `(substr(${quarter}, 1, 14) || CASE substr(${quarter}, 15, 2) WHEN '00' THEN '15' WHEN '15' THEN '30' `
  + `WHEN '30' THEN '45' ELSE '60' END)`

const sums = ["placed", "cancelled", "orders", "items", "subtotal", "discount", "shipping", "tax", "total", "refunded"] as const

const earliest = (spans: ReadonlyArray<Span>): string =>
  spans.reduce((least, { from }) => (from < least ? from : least), spans[0]?.from ?? "")

const latest = (spans: ReadonlyArray<Span>): string => spans.reduce((most, { to }) => (to > most ? to : most), "")

const quarter = (at: string): string => at.slice(0, 16)

/** States of orders that wait for something. */
const open = ["pending", "failed", "paid", "processing", "on_hold"]

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  const ifSold = (column: string) => total(`CASE WHEN ${sold("o")} THEN ${column} ELSE 0 END`)
  /** What a quarter sums up of the orders called `o`. */
  const ofOrders = sql.literal([
    "count(*) AS placed",
    `${total("CASE WHEN o.status = 'cancelled' THEN 1 ELSE 0 END")} AS cancelled`,
    `${ifSold("1")} AS orders`,
    `${ifSold("o.item_count")} AS items`,
    `${ifSold("o.subtotal - o.gift_cards")} AS subtotal`,
    `${ifSold("o.discount")} AS discount`,
    `${ifSold("o.shipping_total")} AS shipping`,
    `${ifSold("o.tax")} AS tax`,
    `${ifSold("o.total - o.gift_cards")} AS total`,
    `${ifSold(givenBack("o"))} AS refunded`
  ].join(", "))
  const columns = sql.literal(sums.join(", "))

  // SQLite takes the tables of a CROSS JOIN in their order, and so looks the orders up by an index
  /** Orders of a store as `o`, by the quarters `q` that they were placed in. */
  const inQuarters = (quarters: Fragment, storeId: string) =>
    sql`${quarters} CROSS JOIN orders AS o
      WHERE o.store_id = ${storeId} AND o.placed_at >= q.quarter AND o.placed_at < ${sql.literal(endOf("q.quarter"))}`

  /** What of a buyer the orders called `o` sum up to, those of nobody left out. */
  const ofBuyers = sql.literal(
    `${total("1")} AS orders, ${total(kept("o"))} AS kept, min(o.placed_at) AS first_at, max(o.placed_at) AS last_at`
  )

  /** Buyers whose sums no longer hold. */
  const changedBuyers = (storeId: string) => sql`SELECT buyer FROM sales_changes WHERE store_id = ${storeId}`

  /** The sums of buyers that have changed, as they are now. */
  const newSums = (storeId: string) =>
    sql`SELECT o.currency, ${ofBuyers}
      FROM (SELECT DISTINCT buyer FROM sales_changes WHERE store_id = ${storeId}) AS b
      CROSS JOIN orders AS o
      WHERE o.store_id = ${storeId} AND o.email = b.buyer AND ${sql.literal(sold("o"))} AND o.email <> ${nobody}
      GROUP BY b.buyer, o.currency`

  /** What was sold of each variant in a time, as `sold` in parts that are still to be summed up; `fresh` are those that no kept sum says. */
  const soldIn = ({ from, to }: Span, storeId: string) => {
    const { edges, end, first } = WholeDays.of({ from, to })
    const edgeTable = Dialect.jsonRows(sql, edges, { starts: "text", ends: "text" }, "edges")
    const ofLines = sql.literal(
      `l.variant_id, ${total("l.quantity")} AS quantity, ${total("l.net")} AS revenue, max(o.placed_at || ' ' || l.id) AS last_line`
    )
    const keptDays = sql`s.store_id = ${storeId} AND s.day >= ${first} AND s.day < ${end} AND s.day NOT IN (SELECT day FROM changed)`
    return {
      sold: sql`changed AS (
          SELECT DISTINCT substr(quarter, 1, 10) AS day FROM sales_changes
          WHERE store_id = ${storeId} AND quarter >= ${first} AND quarter < ${end}
        ), fresh AS (
          SELECT o.currency, ${ofLines}
          FROM (
            SELECT day AS starts, day || 'T99' AS ends FROM changed
            UNION ALL SELECT starts, ends FROM ${edgeTable}
          ) AS times CROSS JOIN orders AS o CROSS JOIN order_lines AS l
          WHERE o.store_id = ${storeId} AND o.placed_at >= times.starts AND o.placed_at < times.ends AND l.order_id = o.id AND ${Dialect.unindexed(sql, "l.store_id")} = ${storeId} AND l.gift_card IS NULL AND ${sql.literal(sold("o"))}
          GROUP BY o.currency, l.variant_id
        ), sold AS (
          SELECT s.currency, s.variant_id, s.quantity, s.revenue FROM sales_by_variant AS s WHERE ${keptDays}
          UNION ALL SELECT currency, variant_id, quantity, revenue FROM fresh
        )`,
      /** When a variant of `top` was last sold, and by which line: of the few that are shown, as it costs more than what all have sold. */
      lastLine: sql`SELECT max(last_line) FROM (
          SELECT s.last_line FROM sales_by_variant AS s WHERE s.variant_id = top.variant_id AND s.currency = top.currency AND ${keptDays}
          UNION ALL SELECT last_line FROM fresh WHERE fresh.variant_id = top.variant_id AND fresh.currency = top.currency
        ) AS lines`
    }
  }

  const productSales = (row: TopRow) => ({
    productId: row.product_id,
    variantId: row.variant_id,
    title: row.variant_title === row.title ? row.title : `${row.title}, ${row.variant_title}`,
    sku: row.sku,
    quantity: row.quantity,
    revenue: Row.money(row.revenue, row.currency)
  } as ProductSales)

  const noSums = sql.literal(sums.map((name) => `0 AS ${name}`).join(", "))

  return AnalyticsRepository.of({
    sales: Effect.fnUntraced(function*(spans) {
      const storeId = yield* CurrentStore
      const [first, last] = [quarter(earliest(spans)), quarter(latest(spans))]
      const times = spans.map(({ from, to }, index) => {
        const { edges, end, first } = WholeDays.of({ from, to })
        return { span: index, from_quarter: quarter(from), to_quarter: quarter(to), first_day: first, end_day: end, edges }
      })
      const table = Dialect.jsonRows(sql, times, {
        span: "int",
        from_quarter: "text",
        to_quarter: "text",
        first_day: "text",
        end_day: "text"
      }, "times")
      const edges = Dialect.jsonRows(
        sql,
        times.flatMap(({ edges, span }) => edges.map(({ ends, starts }) => ({ span, from_quarter: quarter(starts), to_quarter: quarter(ends) }))),
        { span: "int", from_quarter: "text", to_quarter: "text" },
        "edges"
      )
      // of one moment, so that an order which comes meanwhile is in all figures or in none
      const rows = yield* sql<SumsRow>`
        WITH spans AS (SELECT * FROM ${table}), edges AS (SELECT * FROM ${edges}), changed AS (
          SELECT DISTINCT quarter FROM sales_changes
          WHERE store_id = ${storeId} AND quarter >= ${first} AND quarter < ${last}
        ), changed_days AS (SELECT DISTINCT substr(quarter, 1, 10) AS day FROM changed), sales AS (
          SELECT spans.span, s.currency, ${columns}, 0 AS first_orders FROM spans CROSS JOIN sales_by_day AS s
          WHERE s.store_id = ${storeId} AND s.day >= spans.first_day AND s.day < spans.end_day AND s.placed > 0
            AND s.day NOT IN (SELECT day FROM changed_days)
          UNION ALL
          SELECT parts.span, s.currency, ${columns}, 0 FROM (
            SELECT span, from_quarter, to_quarter FROM edges
            UNION ALL
            SELECT spans.span, c.day, c.day || 'T99' FROM spans CROSS JOIN changed_days AS c WHERE c.day >= spans.first_day AND c.day < spans.end_day
          ) AS parts CROSS JOIN sales_by_quarter AS s
          WHERE s.store_id = ${storeId} AND s.quarter >= parts.from_quarter AND s.quarter < parts.to_quarter
            AND s.quarter NOT IN (SELECT quarter FROM changed)
          UNION ALL
          SELECT spans.span, fresh.currency, ${columns}, 0 FROM spans CROSS JOIN (
            SELECT q.quarter, o.currency, ${ofOrders} FROM ${inQuarters(sql`changed AS q`, storeId)}
            GROUP BY q.quarter, o.currency
          ) AS fresh WHERE fresh.quarter >= spans.from_quarter AND fresh.quarter < spans.to_quarter
          UNION ALL
          SELECT spans.span, s.currency, ${noSums}, s.first_orders FROM spans CROSS JOIN sales_by_day AS s
          WHERE s.store_id = ${storeId} AND s.day >= spans.first_day AND s.day < spans.end_day AND s.first_orders > 0
          UNION ALL
          SELECT edges.span, q.currency, ${noSums}, q.buyers FROM edges CROSS JOIN first_orders_by_quarter AS q
          WHERE q.store_id = ${storeId} AND q.quarter >= edges.from_quarter AND q.quarter < edges.to_quarter AND q.buyers > 0
          UNION ALL
          SELECT spans.span, kept.currency, ${noSums}, -1 FROM spans CROSS JOIN (
            SELECT b.currency, b.first_at FROM (SELECT DISTINCT buyer FROM sales_changes WHERE store_id = ${storeId}) AS c CROSS JOIN sales_by_buyer AS b
            WHERE b.store_id = ${storeId} AND b.buyer = c.buyer
          ) AS kept WHERE kept.first_at >= spans.from_quarter AND kept.first_at < spans.to_quarter
          UNION ALL
          SELECT spans.span, fresh.currency, ${noSums}, 1 FROM spans CROSS JOIN (${newSums(storeId)}) AS fresh
          WHERE fresh.first_at >= spans.from_quarter AND fresh.first_at < spans.to_quarter
        )
        SELECT span, currency, ${sql.literal(sums.map((name) => `${total(name)} AS ${name}`).join(", "))},
          ${sql.literal(total("first_orders"))} AS first_orders
        FROM sales GROUP BY span, currency`
      return rows.map(({ first_orders, span, ...row }) => {
        const money = (amount: number) => Row.money(amount, row.currency)
        return {
          index: span,
          sums: {
            ...row,
            currency: row.currency as SalesFigures["currency"],
            subtotal: money(row.subtotal),
            discount: money(row.discount),
            shipping: money(row.shipping),
            tax: money(row.tax),
            total: money(row.total),
            refunded: money(row.refunded),
            firstOrders: first_orders
          } satisfies SalesSums
        }
      })
    }, storage("Analytics.sales")),

    topProducts: Effect.fnUntraced(function*(span, by, limit) {
      const storeId = yield* CurrentStore
      const { lastLine, sold } = soldIn(span, storeId)
      const rows = yield* sql<TopRow>`
        WITH ${sold}, top AS (
          SELECT currency, variant_id, ${sql.literal(`${total("quantity")} AS quantity, ${total("revenue")} AS revenue`)}
          FROM sold GROUP BY currency, variant_id
          ORDER BY ${sql.literal(by === "revenue" ? "revenue DESC, quantity DESC" : "quantity DESC, revenue DESC")}, variant_id
          LIMIT ${limit}
        )
        SELECT l.product_id, top.variant_id, l.title, l.variant_title, l.sku, top.currency, top.quantity, top.revenue
        FROM top JOIN order_lines AS l ON l.id = substr((${lastLine}), 26) AND ${Dialect.unindexed(sql, "l.store_id")} = ${storeId}
        ORDER BY ${sql.literal(by === "revenue" ? "top.revenue DESC, top.quantity DESC" : "top.quantity DESC, top.revenue DESC")},
          top.variant_id`
      return rows.map(productSales)
    }, storage("Analytics.topProducts")),

    worstProducts: Effect.fnUntraced(function*(span, by, limit) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<TopRow>`
        WITH ${soldIn(span, storeId).sold}, sums AS (
          SELECT currency, variant_id, ${sql.literal(`${total("quantity")} AS quantity, ${total("revenue")} AS revenue`)}
          FROM sold GROUP BY currency, variant_id
        )
        SELECT v.product_id, v.id AS variant_id, p.title, v.title AS variant_title, v.sku, p.currency,
          coalesce(sums.quantity, 0) AS quantity, coalesce(sums.revenue, 0) AS revenue
        FROM products AS p JOIN variants AS v ON v.product_id = p.id
        LEFT JOIN sums ON sums.variant_id = v.id AND sums.currency = p.currency
        WHERE p.store_id = ${storeId} AND p.status = 'active'
        ORDER BY ${sql.literal(by === "revenue" ? "revenue, quantity" : "quantity, revenue")}, v.id
        LIMIT ${limit}`
      return rows.map(productSales)
    }, storage("Analytics.worstProducts")),

    segments: Effect.fnUntraced(function*(bounds) {
      const storeId = yield* CurrentStore
      return yield* sql<{
        readonly segment: Segment
        readonly currency: SalesFigures["currency"]
        readonly buyers: number
        readonly orders: number
        readonly kept: number
      }>`
        SELECT segment, currency, count(*) AS buyers, ${sql.literal(`${total("orders")} AS orders, ${total("kept")} AS kept`)}
        FROM (
          SELECT currency, orders, kept, ${standing(sql, bounds)} AS segment
          FROM (
            SELECT currency, orders, kept, first_at, last_at FROM sales_by_buyer
            WHERE store_id = ${storeId} AND buyer NOT IN (${changedBuyers(storeId)})
            UNION ALL ${newSums(storeId)}
          ) AS buyers
        ) AS standing GROUP BY segment, currency ORDER BY currency, segment`
    }, storage("Analytics.segments")),

    waiting: Effect.gen(function*() {
      const storeId = yield* CurrentStore
      const counted = (status: string) => sql`SELECT 'order' AS kind, ${sql.literal(`'${status}'`)} AS status, (
        SELECT count(*) FROM (
          SELECT 1 AS one FROM orders WHERE store_id = ${storeId} AND status = ${sql.literal(`'${status}'`)}
          LIMIT ${sql.literal(String(countedOrders))}
        ) AS counted
      ) AS waiting`
      const rows = yield* sql<{ readonly kind: string; readonly status: string; readonly waiting: number }>`
        ${sql.join(" UNION ALL ", false)(open.map(counted))}
        UNION ALL
        SELECT 'return', status, count(*) FROM returns WHERE store_id = ${storeId} AND status = 'requested' GROUP BY status
        UNION ALL
        SELECT 'review', status, count(*) FROM reviews WHERE store_id = ${storeId} AND status = 'pending' GROUP BY status`
      const count = (kind: string) => rows.find((row) => row.kind === kind)?.waiting ?? 0
      return {
        openOrders: Object.fromEntries(rows.flatMap(({ kind, status, waiting }) => kind === "order" && waiting > 0 ? [[status, waiting]] : [])),
        requestedReturns: count("return"),
        pendingReviews: count("review")
      }
    }).pipe(storage("Analytics.waiting")),

    fold: (limit) =>
      Effect.gen(function*() {
        const storeId = yield* CurrentStore
        yield* Dialect.unhurried(sql)
        yield* Dialect.lockTransaction(sql, `stoa:analytics:${storeId}`)
        const changes = yield* sql<{ readonly id: number; readonly quarter: string; readonly buyer: string }>`
          SELECT id, quarter, buyer FROM sales_changes WHERE store_id = ${storeId} ORDER BY id LIMIT ${limit}`
        if (changes.length === 0) return 0
        const table = (name: string, values: ReadonlyArray<string>) =>
          Dialect.jsonRows(sql, values.map((value) => ({ [name]: value })), { [name]: "text" }, "q")
        // others may have come meanwhile, with smaller ids too
        yield* sql`
          DELETE FROM sales_changes WHERE ${Dialect.unindexed(sql, "store_id")} = ${storeId} AND id IN (
            SELECT id FROM ${Dialect.jsonRows(sql, changes, { id: "int" })}
          )`
        const distinct = (values: ReadonlyArray<string>) => [...new Set(values)].sort()
        const quarters = distinct(changes.map(({ quarter }) => quarter))
        // a day that still waits for more changes is read from the orders until the last of them
        const days = (yield* sql<{ readonly day: string }>`
          SELECT q.day FROM ${table("day", distinct(quarters.map((quarter) => quarter.slice(0, 10))))}
          WHERE NOT EXISTS (SELECT 1 FROM sales_changes AS c WHERE c.store_id = ${storeId} AND c.quarter >= q.day AND c.quarter < q.day || 'T99')`)
          .map(({ day }) => day)
        const emails = distinct(changes.map(({ buyer }) => buyer))
        yield* sql`DELETE FROM sales_by_quarter WHERE store_id = ${storeId} AND ${Dialect.oneOf(sql, "quarter", quarters)}`
        yield* sql`
          INSERT INTO sales_by_quarter (store_id, quarter, currency, ${columns})
          SELECT ${storeId}, q.quarter, o.currency, ${ofOrders}
          FROM ${inQuarters(table("quarter", quarters), storeId)} GROUP BY q.quarter, o.currency`

        yield* sql`DELETE FROM sales_by_variant WHERE store_id = ${storeId} AND ${Dialect.oneOf(sql, "day", days)}`
        yield* sql`
          INSERT INTO sales_by_variant (store_id, day, currency, variant_id, quantity, revenue, last_line)
          SELECT ${storeId}, q.day, o.currency, l.variant_id,
            ${sql.literal(`${total("l.quantity")}, ${total("l.net")}, max(o.placed_at || ' ' || l.id)`)}
          FROM ${table("day", days)} CROSS JOIN orders AS o CROSS JOIN order_lines AS l
          WHERE o.store_id = ${storeId} AND o.placed_at >= q.day AND o.placed_at < q.day || 'T99' AND l.order_id = o.id AND ${Dialect.unindexed(sql, "l.store_id")} = ${storeId} AND l.gift_card IS NULL AND ${sql.literal(sold("o"))}
          GROUP BY q.day, o.currency, l.variant_id`

        yield* sql`DELETE FROM orders_by_day WHERE store_id = ${storeId} AND ${Dialect.oneOf(sql, "day", days)}`
        yield* sql`
          INSERT INTO orders_by_day (store_id, day, currency, status, state, orders, paid_orders, paid, refunded)
          SELECT ${storeId}, q.day, o.currency, o.status, coalesce(o.state, ''), ${OrderCounts.ofOrders(sql)}
          FROM ${table("day", days)} CROSS JOIN orders AS o
          WHERE o.store_id = ${storeId} AND o.placed_at >= q.day AND o.placed_at < q.day || 'T99'
          GROUP BY q.day, o.currency, o.status, coalesce(o.state, '')`

        yield* sql`DELETE FROM sales_by_buyer WHERE store_id = ${storeId} AND ${Dialect.oneOf(sql, "buyer", emails)}`
        yield* sql`
          INSERT INTO sales_by_buyer (store_id, buyer, currency, orders, kept, first_at, last_at)
          SELECT ${storeId}, q.buyer, o.currency, ${ofBuyers}
          FROM ${table("buyer", emails.filter((email) => email !== nobody))} CROSS JOIN orders AS o
          WHERE o.store_id = ${storeId} AND o.email = q.buyer AND ${sql.literal(sold("o"))} GROUP BY q.buyer, o.currency`

        return changes.length
      }).pipe(transactionOf(sql), storage("Analytics.fold")),

    forgetSums: Effect.gen(function*() {
      const storeId = yield* CurrentStore
      yield* Dialect.unhurried(sql)
      yield* Dialect.lockTransaction(sql, `stoa:analytics:${storeId}`)
      // until they are worked out, everything has changed
      yield* sql`
        INSERT INTO sales_changes (store_id, quarter, buyer)
        SELECT DISTINCT store_id, ${sql.literal(quarterOf("placed_at"))}, email FROM orders WHERE store_id = ${storeId}
        ORDER BY 2`
      yield* sql`DELETE FROM sales_by_quarter WHERE store_id = ${storeId}`
      yield* sql`DELETE FROM sales_by_variant WHERE store_id = ${storeId}`
      yield* sql`DELETE FROM sales_by_buyer WHERE store_id = ${storeId}`
      yield* sql`DELETE FROM orders_by_day WHERE store_id = ${storeId}`
    }).pipe(transactionOf(sql), storage("Analytics.forgetSums"))
  })
})

export const layer: Layer.Layer<AnalyticsRepository, never, SqlClient.SqlClient> = Layer.effect(AnalyticsRepository, make)
