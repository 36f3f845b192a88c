/**
 * Figures that are summed up of the orders and refunds of a time when they are asked for.
 */
import type {
  BuyerFigures,
  LocationStock,
  PromotionFigures,
  RefundFigures,
  InvoicedTaxFigures,
  TaxFigures,
  VendorFigures
} from "@stoa/core/analytics/Breakdown"
import { BreakdownRepository } from "@stoa/core/analytics/BreakdownRepository"
import type { Span } from "@stoa/core/analytics/Calendar"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { storage } from "../Storage.ts"
import { givenBack, kept, nobody, sold, total } from "./Sold.ts"

type Currency = BuyerFigures["currency"]

interface BuyersRow {
  readonly span: number
  readonly currency: Currency
  readonly new_buyers: number
  readonly returning_buyers: number
  readonly new_orders: number
  readonly new_kept: number
  readonly returning_orders: number
  readonly returning_kept: number
  readonly erased_orders: number
  readonly erased_kept: number
}

interface RefundsRow {
  readonly span: number
  readonly currency: Currency
  readonly refunds: number
  readonly orders: number
  readonly amount: number
  readonly credited: number
}

interface TaxesRow {
  readonly span: number
  readonly currency: Currency
  readonly country: string | null
  readonly region: string | null
  readonly rate_id: string
  readonly name: string
  readonly rate_ppm: number
  readonly orders: number
  readonly tax: number
}

interface InvoicedTaxesRow {
  readonly span: number
  readonly currency: Currency
  readonly country: string | null
  readonly name: string
  readonly rate_ppm: number
  readonly invoices: number
  readonly credit_notes: number
  readonly invoiced_taxable: number | null
  readonly invoiced_tax: number
  readonly credited_taxable: number | null
  readonly credited_tax: number
}

interface PromotionsRow {
  readonly span: number
  readonly currency: Currency
  readonly promotion_id: string
  readonly name: string
  readonly code: string | null
  readonly orders: number
  readonly discount: number
  readonly revenue: number
}

interface VendorsRow {
  readonly span: number
  readonly currency: Currency
  readonly vendor_id: string | null
  readonly vendor: string | null
  readonly orders: number
  readonly pieces: number
  readonly revenue: number
  readonly refunded: number
}

interface StockRow {
  readonly location_id: string | null
  readonly code: string
  readonly name: string
  readonly currency: Currency
  readonly variants: number
  readonly pieces: number
  readonly costed: number
  readonly cost: number
  readonly retail: number
}

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  // SQLite takes the tables of a CROSS JOIN in their order, and so looks the orders up by an index
  /** Orders that count, as `o`, in each of some times, `s`. */
  const orders = (spans: ReadonlyArray<Span>, more = sql``) =>
    sql`${
      Dialect.jsonRows(sql, spans.map(({ from, to }, span) => ({ span, starts: from, ends: to })), {
        span: "int",
        starts: "text",
        ends: "text"
      }, "s")
    } CROSS JOIN orders AS o ${more} WHERE o.placed_at >= s.starts AND o.placed_at < s.ends AND ${sql.literal(sold("o"))}`

  const of = (kind: string, column: string) => total(`CASE WHEN kind = '${kind}' THEN ${column} ELSE 0 END`)

  /** Something of where an order goes to. */
  const place = (part: "country" | "region") =>
    sql`coalesce(${Dialect.jsonValue(sql, "o.shipping_address")}, ${Dialect.jsonValue(sql, "o.billing_address")}) ->> ${sql.literal(`'${part}'`)}`

  return BreakdownRepository.of({
    buyers: Effect.fnUntraced(function*(spans, limit) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<BuyersRow>`
        WITH bought AS (
          SELECT s.span, s.starts, o.currency, o.email, count(*) AS orders, ${sql.literal(`${total(kept("o"))} AS kept`)}
          FROM ${orders(spans)} AND o.store_id = ${storeId}
          GROUP BY s.span, s.starts, o.currency, o.email
        ), known AS (
          SELECT span, currency, orders, kept, CASE
            WHEN email = ${nobody} THEN 'erased'
            WHEN EXISTS (
              SELECT 1 FROM orders AS e WHERE e.store_id = ${storeId} AND e.email = bought.email AND e.placed_at < bought.starts
                AND e.currency = bought.currency AND ${sql.literal(sold("e"))}
            ) THEN 'returning'
            ELSE 'new' END AS kind
          FROM bought
        )
        SELECT span, currency, ${
        sql.literal([
          `${of("new", "1")} AS new_buyers`,
          `${of("returning", "1")} AS returning_buyers`,
          ...["new", "returning", "erased"].flatMap((kind) => [
            `${of(kind, "orders")} AS ${kind}_orders`,
            `${of(kind, "kept")} AS ${kind}_kept`
          ])
        ].join(", "))
      }
        FROM known GROUP BY span, currency ORDER BY span, currency LIMIT ${limit}`
      return rows.map((row) => ({
        index: row.span,
        figures: {
          currency: row.currency,
          newBuyers: row.new_buyers,
          returningBuyers: row.returning_buyers,
          newOrders: row.new_orders,
          newKept: Row.money(row.new_kept, row.currency),
          returningOrders: row.returning_orders,
          returningKept: Row.money(row.returning_kept, row.currency),
          erasedOrders: row.erased_orders,
          erasedKept: Row.money(row.erased_kept, row.currency)
        } satisfies BuyerFigures
      }))
    }, storage("Analytics.buyers")),

    refunds: Effect.fnUntraced(function*(spans, limit) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<RefundsRow>`
        SELECT s.span, r.currency, count(*) AS refunds, count(DISTINCT r.order_id) AS orders, ${
        sql.literal(
          `${total("r.amount")} AS amount, ${total("CASE WHEN r.credited_to IS NULL THEN 0 ELSE r.amount END")} AS credited`
        )
      }
        FROM ${
        Dialect.jsonRows(sql, spans.map(({ from, to }, span) => ({ span, starts: from, ends: to })), {
          span: "int",
          starts: "text",
          ends: "text"
        }, "s")
      } CROSS JOIN refunds AS r
        WHERE r.store_id = ${storeId} AND r.state = 'succeeded' AND r.updated_at >= s.starts AND r.updated_at < s.ends
        GROUP BY s.span, r.currency ORDER BY s.span, r.currency LIMIT ${limit}`
      return rows.map((row) => ({
        index: row.span,
        figures: {
          currency: row.currency,
          refunds: row.refunds,
          orders: row.orders,
          amount: Row.money(row.amount, row.currency),
          credited: Row.money(row.credited, row.currency)
        } satisfies RefundFigures
      }))
    }, storage("Analytics.refunds")),

    taxes: Effect.fnUntraced(function*(spans, limit) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<TaxesRow>`
        SELECT span, currency, country, region, rate_id, substr(max(named), 25) AS name, rate_ppm, count(DISTINCT id) AS orders,
          ${sql.literal(`${total("amount")} AS tax`)}
        FROM (
          SELECT s.span, o.currency, o.id, ${place("country")} AS country, ${place("region")} AS region,
            t.value ->> 'rateId' AS rate_id, o.placed_at || (t.value ->> 'name') AS named,
            CAST(t.value ->> 'ratePpm' AS BIGINT) AS rate_ppm, CAST(t.value -> 'amount' ->> 'amount' AS BIGINT) AS amount
          FROM ${orders(spans, sql`CROSS JOIN ${Dialect.jsonEach(sql, "o.taxes", "t")}`)} AND o.store_id = ${storeId}
        ) AS charged
        GROUP BY span, currency, country, region, rate_id, rate_ppm
        ORDER BY span, currency, country, region, rate_id, rate_ppm LIMIT ${limit}`
      return rows.map((row) => ({
        index: row.span,
        figures: {
          currency: row.currency,
          country: row.country,
          region: row.region,
          rateId: row.rate_id,
          name: row.name,
          ratePpm: row.rate_ppm,
          orders: row.orders,
          tax: Row.money(row.tax, row.currency)
        } satisfies TaxFigures
      }))
    }, storage("Analytics.taxes")),

    invoicedTaxes: Effect.fnUntraced(function*(spans, limit) {
      const storeId = yield* CurrentStore
      const content = Dialect.jsonValue(sql, "d.content")
      const ofKind = (kind: string, column: string) => total(`CASE WHEN kind = '${kind}' THEN ${column} ELSE 0 END`)
      // papers from before it was kept do not say what a tax was charged on
      const known = (kind: string) => `CASE WHEN count(*) = count(taxable) THEN ${ofKind(kind, "taxable")} END`
      const counted = (kind: string) => `count(DISTINCT CASE WHEN kind = '${kind}' THEN id END)`
      const rows = yield* sql<InvoicedTaxesRow>`
        SELECT span, currency, country, name, rate_ppm, ${
        sql.literal([
          `${counted("invoice")} AS invoices`,
          `${counted("credit_note")} AS credit_notes`,
          `${known("invoice")} AS invoiced_taxable`,
          `${ofKind("invoice", "amount")} AS invoiced_tax`,
          `${known("credit_note")} AS credited_taxable`,
          `${ofKind("credit_note", "amount")} AS credited_tax`
        ].join(", "))
      }
        FROM (
          SELECT s.span, d.id, d.kind, ${content} ->> 'currency' AS currency, t.value ->> 'country' AS country, t.value ->> 'name' AS name,
            CAST(t.value ->> 'ratePpm' AS BIGINT) AS rate_ppm, CAST(t.value -> 'amount' ->> 'amount' AS BIGINT) AS amount,
            CAST(t.value -> 'taxable' ->> 'amount' AS BIGINT) AS taxable
          FROM ${
        Dialect.jsonRows(sql, spans.map(({ from, to }, span) => ({ span, starts: from, ends: to })), {
          span: "int",
          starts: "text",
          ends: "text"
        }, "s")
      } CROSS JOIN documents AS d CROSS JOIN ${Dialect.jsonEach(sql, sql`${content} -> 'taxes'`, "t")}
          WHERE d.store_id = ${storeId} AND d.issued_at >= s.starts AND d.issued_at < s.ends
        ) AS said
        GROUP BY span, currency, country, name, rate_ppm
        ORDER BY span, currency, country, rate_ppm, name LIMIT ${limit}`
      return rows.map((row) => {
        const { country, currency, credited_tax, credited_taxable, invoiced_tax, invoiced_taxable } = row
        const money = (amount: number | null) => amount === null ? null : Row.money(amount, currency)
        const isKnown = invoiced_taxable !== null && credited_taxable !== null
        return {
          index: row.span,
          figures: {
            currency,
            country,
            name: row.name,
            ratePpm: row.rate_ppm,
            invoices: row.invoices,
            creditNotes: row.credit_notes,
            invoicedTaxable: money(invoiced_taxable),
            invoicedTax: Row.money(invoiced_tax, currency),
            creditedTaxable: money(credited_taxable),
            creditedTax: Row.money(credited_tax, currency),
            taxable: money(isKnown ? invoiced_taxable - credited_taxable : null),
            tax: Row.money(invoiced_tax - credited_tax, currency)
          } satisfies InvoicedTaxFigures
        }
      })
    }, storage("Analytics.invoicedTaxes")),

    promotions: Effect.fnUntraced(function*(spans, by, limit) {
      const storeId = yield* CurrentStore
      const rows = yield* sql<PromotionsRow>`
        SELECT span, currency, promotion_id, substr(max(named), 25) AS name, ${sql.literal(by === "code" ? "code" : "NULL AS code")},
          count(*) AS orders, ${sql.literal(`${total("discount")} AS discount, ${total("total")} AS revenue`)}
        FROM (
          SELECT s.span, o.currency, o.id, o.total, p.value ->> 'id' AS promotion_id,
            ${sql.literal(by === "code" ? "p.value ->> 'code'" : "NULL")} AS code, max(o.placed_at || (p.value ->> 'name')) AS named,
            ${sql.literal(total("CAST(p.value -> 'amount' ->> 'amount' AS BIGINT)"))} AS discount
          FROM ${orders(spans, sql`CROSS JOIN ${Dialect.jsonEach(sql, "o.promotions", "p")}`)} AND o.store_id = ${storeId}
          GROUP BY s.span, o.currency, o.id, o.total, p.value ->> 'id'${sql.literal(by === "code" ? ", p.value ->> 'code'" : "")}
        ) AS used
        GROUP BY span, currency, promotion_id${sql.literal(by === "code" ? ", code" : "")}
        ORDER BY span, currency, discount DESC, promotion_id${sql.literal(by === "code" ? ", code" : "")} LIMIT ${limit}`
      return rows.map((row) => ({
        index: row.span,
        figures: {
          currency: row.currency,
          promotionId: row.promotion_id,
          name: row.name,
          code: row.code,
          orders: row.orders,
          discount: Row.money(row.discount, row.currency),
          revenue: Row.money(row.revenue, row.currency)
        } satisfies PromotionFigures
      }))
    }, storage("Analytics.promotions")),

    vendors: Effect.fnUntraced(function*(spans, limit) {
      const storeId = yield* CurrentStore
      // amounts of some currencies are large enough for their product to leave 64 bits
      const share = sql.onDialectOrElse({
        pg: () => sql.literal(`CAST(div((${givenBack("o")}) * sum(l.total), o.total) AS BIGINT)`),
        orElse: () => sql.literal(`CAST((${givenBack("o")}) * sum(l.total) / o.total AS BIGINT)`)
      })
      const rows = yield* sql<VendorsRow>`
        WITH theirs AS (
          SELECT s.span, o.currency, l.vendor_id, 1 AS orders, ${sql.literal(`${total("l.quantity")} AS pieces, ${total("l.net")} AS revenue`)},
            CASE WHEN l.vendor_id IS NULL OR o.total = 0 THEN 0 ELSE ${share} END AS refunded
          FROM ${orders(spans, sql`CROSS JOIN order_lines AS l`)} AND o.store_id = ${storeId}
            AND l.order_id = o.id AND ${Dialect.unindexed(sql, "l.store_id")} = ${storeId} AND l.gift_card IS NULL
          GROUP BY s.span, o.id, o.currency, o.refunded, o.paid, o.open_amount, o.total, l.vendor_id
        ), parts AS (
          SELECT span, currency, vendor_id, orders, pieces, revenue, refunded FROM theirs
          UNION ALL SELECT span, currency, NULL, 0, 0, 0, -refunded FROM theirs
          UNION ALL SELECT s.span, o.currency, NULL, 0, 0, 0, ${sql.literal(givenBack("o"))} FROM ${orders(spans)} AND o.store_id = ${storeId}
        )
        SELECT parts.span, parts.currency, parts.vendor_id, v.name AS vendor, ${
        sql.literal(["orders", "pieces", "revenue", "refunded"].map((column) => `${total(`parts.${column}`)} AS ${column}`).join(", "))
      }
        FROM parts LEFT JOIN vendors AS v ON v.id = parts.vendor_id AND v.store_id = ${storeId}
        GROUP BY parts.span, parts.currency, parts.vendor_id, v.name HAVING sum(parts.orders) > 0 OR sum(parts.refunded) <> 0
        ORDER BY parts.span, parts.currency, revenue DESC, parts.vendor_id LIMIT ${limit}`
      return rows.map((row) => ({
        index: row.span,
        figures: {
          currency: row.currency,
          vendorId: row.vendor_id,
          vendor: row.vendor,
          orders: row.orders,
          pieces: row.pieces,
          revenue: Row.money(row.revenue, row.currency),
          refunded: Row.money(row.refunded, row.currency)
        } satisfies VendorFigures
      }))
    }, storage("Analytics.vendors")),

    stock: Effect.gen(function*() {
      const storeId = yield* CurrentStore
      const rows = yield* sql<StockRow>`
        WITH held AS (
          SELECT l.location_id, l.variant_id, l.on_hand, v.cost, v.price FROM stock_levels AS l JOIN variants AS v ON v.id = l.variant_id
          WHERE l.store_id = ${storeId} AND l.on_hand > 0
        ), valued AS (
          SELECT location_id, count(*) AS variants, ${
        sql.literal([
          `${total("on_hand")} AS pieces`,
          `${total("CASE WHEN cost IS NULL THEN 0 ELSE on_hand END")} AS costed`,
          `${total("on_hand * coalesce(cost, 0)")} AS cost`,
          `${total("on_hand * price")} AS retail`
        ].join(", "))
      }
          FROM held GROUP BY location_id
        )
        SELECT valued.*, locations.code, locations.name, stores.currency
        FROM valued JOIN locations ON locations.id = valued.location_id JOIN stores ON stores.id = ${storeId}
        UNION ALL SELECT NULL, count(DISTINCT variant_id), 0, 0, 0, 0, '', '', '' FROM held
        ORDER BY 7, 1`
      return {
        variants: rows.find(({ location_id }) => location_id === null)?.variants ?? 0,
        locations: rows.flatMap(({ location_id, ...row }): ReadonlyArray<LocationStock> =>
          location_id === null ? [] : [{
            locationId: location_id,
            code: row.code,
            name: row.name,
            variants: row.variants,
            pieces: row.pieces,
            costedPieces: row.costed,
            cost: Row.money(row.cost, row.currency),
            retail: Row.money(row.retail, row.currency)
          }])
      }
    }).pipe(storage("Analytics.stock"))
  })
})

export const layer: Layer.Layer<BreakdownRepository, never, SqlClient.SqlClient> = Layer.effect(BreakdownRepository, make)
