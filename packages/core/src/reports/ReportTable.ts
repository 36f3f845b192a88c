/**
 * Figures as a table, whatever file it becomes.
 */
import { type Money, toDecimal } from "../kernel/Money.ts"
import type { MetricUnit } from "../metrics/Metric.ts"
import type { ReportFigure } from "./Report.ts"

/** What stands in a column. Amounts are decimals in major units, `"19.99"`, beside a column with their currency; times are ISO 8601 in UTC. */
export interface ReportColumn {
  readonly name: string
  readonly kind: "text" | "number" | "amount" | "time"
}

export interface ReportTable {
  readonly title: string
  /** The first day and the last. */
  readonly from: string
  readonly to: string
  readonly timeZone: string
  readonly columns: ReadonlyArray<ReportColumn>
  readonly rows: ReadonlyArray<ReadonlyArray<string | number>>
  /** Which column says what a value of which other column is of, in a chart. */
  readonly chart: { readonly label: number; readonly value: number; readonly kind: "line" | "bars" }
}

type Kind = ReportColumn["kind"]

const money = (...names: ReadonlyArray<string>) => names.map((name): readonly [string, Kind] => [name, "amount"])
const numbers = (...names: ReadonlyArray<string>) => names.map((name): readonly [string, Kind] => [name, "number"])
const texts = (...names: ReadonlyArray<string>) => names.map((name): readonly [string, Kind] => [name, "text"])

const promotions = [...texts("currency", "promotionId", "name", "code"), ...numbers("orders"), ...money("discount", "revenue")]
const products = [...texts("title", "sku", "productId", "variantId"), ...numbers("quantity"), ...money("revenue")]

/** The figures of a report, in their order. */
const fields: Readonly<Record<ReportFigure, ReadonlyArray<readonly [name: string, kind: Kind]>>> = {
  sales: [
    ...texts("currency"),
    ...numbers("placed", "cancelled", "orders", "items"),
    ...money("subtotal", "discount", "shipping", "tax", "total", "refunded", "kept", "averageOrder"),
    ...numbers("firstOrders")
  ],
  buyers: [
    ...texts("currency"),
    ...numbers("newBuyers", "returningBuyers", "newOrders"),
    ...money("newKept"),
    ...numbers("returningOrders"),
    ...money("returningKept"),
    ...numbers("erasedOrders"),
    ...money("erasedKept")
  ],
  refunds: [...texts("currency"), ...numbers("refunds", "orders"), ...money("amount", "credited")],
  taxes: [...texts("currency", "country", "region", "rateId", "name"), ...numbers("ratePpm", "orders"), ...money("tax")],
  invoiced_taxes: [
    ...texts("currency", "country", "name"),
    ...numbers("ratePpm", "invoices", "creditNotes"),
    ...money("invoicedTaxable", "invoicedTax", "creditedTaxable", "creditedTax", "taxable", "tax")
  ],
  promotions,
  codes: promotions,
  vendors: [...texts("currency", "vendorId", "vendor"), ...numbers("orders", "pieces"), ...money("revenue", "refunded")],
  funnel: numbers("carts", "checkouts", "orders", "sold"),
  best_products: products,
  worst_products: products,
  metric: [...texts("currency"), ...numbers("value")]
}

/** What the chart of a report is about. */
const charted: Readonly<Record<ReportFigure, readonly [label: string, value: string]>> = {
  sales: ["from", "total"],
  buyers: ["from", "newBuyers"],
  refunds: ["from", "amount"],
  taxes: ["name", "tax"],
  invoiced_taxes: ["name", "tax"],
  promotions: ["name", "discount"],
  codes: ["code", "discount"],
  vendors: ["vendor", "revenue"],
  funnel: ["from", "carts"],
  best_products: ["title", "revenue"],
  worst_products: ["title", "revenue"],
  metric: ["from", "value"]
}

/** Figures of a time; `previous` where it is what others are compared with. */
export interface ReportPeriod {
  readonly from: string
  readonly to: string
  readonly previous: boolean
  readonly figures: ReadonlyArray<object>
}

const isMoney = (value: unknown): value is Money => typeof value === "object" && value !== null && "amount" in value && "currency" in value

const snake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

const cell = (value: unknown): string | number =>
  isMoney(value) ? toDecimal(value) : typeof value === "number" || typeof value === "string" ? value : ""

/** Products name their currency in what they have brought. */
const currencyOf = (figures: Readonly<Record<string, unknown>>): string | number => {
  const amount = Object.values(figures).find(isMoney)
  return cell(figures["currency"] ?? amount?.currency)
}

export const make = (
  figure: ReportFigure,
  about: Pick<ReportTable, "title" | "from" | "to" | "timeZone">,
  periods: ReadonlyArray<ReportPeriod>,
  /** What a metric comes to. */
  unit?: MetricUnit
): ReportTable => {
  const named = unit === "money" ? [...texts("currency"), ...money("value")] : fields[figure]
  const hasCurrency = named.some(([name]) => name === "currency") || figure === "funnel"
  const own = hasCurrency ? named : [...texts("currency"), ...named]
  const columns = [...texts("period"), ["from", "time"] as const, ["to", "time"] as const, ...own].map(([name, kind]): ReportColumn => ({ name: snake(name), kind }))
  const rows: Array<ReadonlyArray<string | number>> = []
  for (const { figures, from, previous, to } of periods) {
    for (const one of figures) {
      const values = one as Readonly<Record<string, unknown>>
      const cells = own.map(([name]) => name === "currency" ? currencyOf(values) : cell(values[name]))
      rows.push([previous ? "previous" : "asked", from, to].concat(cells as ReadonlyArray<string>))
    }
  }
  const [label, value] = charted[figure]
  const at = (name: string) => columns.findIndex((column) => column.name === snake(name))
  return { ...about, columns, rows, chart: { label: at(label), value: at(value), kind: label === "from" ? "line" : "bars" } }
}
