/**
 * Orders as lines of CSV (RFC 4180), for spreadsheets and bookkeeping.
 */
import { stringify } from "csv-stringify/sync"
import { toDecimal } from "../kernel/Money.ts"
import type { Order } from "./Order.ts"

type Cell = string | number

/** The columns in their order. Amounts are decimals in major units: `19.99`. */
const columns: Readonly<Record<string, (order: Order) => Cell>> = {
  number: (order) => order.number,
  id: (order) => order.id,
  placed_at: (order) => order.placedAt,
  status: (order) => order.status,
  payment_status: (order) => order.paymentStatus,
  email: (order) => order.email,
  customer_id: (order) => order.customerId ?? "",
  items: (order) => order.lines.reduce((pieces, line) => pieces + line.quantity, 0),
  currency: (order) => order.currency,
  subtotal: (order) => toDecimal(order.subtotal),
  discount: (order) => toDecimal(order.discount),
  shipping: (order) => toDecimal(order.shippingTotal),
  tax: (order) => toDecimal(order.tax),
  total: (order) => toDecimal(order.total),
  paid: (order) => toDecimal(order.paid),
  refunded: (order) => toDecimal(order.refunded),
  shipping_method: (order) => order.shipping?.name ?? "",
  ship_to: (order) => order.shippingAddress?.name ?? "",
  country: (order) => order.shippingAddress?.country ?? "",
  skus: (order) => order.lines.map((line) => `${line.quantity} x ${line.sku ?? line.variantId}`).join("; "),
  note: (order) => order.note ?? ""
}

/**
 * Text that cannot be taken for a formula. A cell that begins with one of these characters is computed by
 * spreadsheets, so what a buyer wrote could run on the machine of whoever opens the file.
 */
const defused = (cell: Cell): Cell => typeof cell === "string" && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell

const encode = (cells: ReadonlyArray<Cell>): string => stringify([[...cells]], { record_delimiter: "windows" })

/** The names of the columns. */
export const header: string = encode(Object.keys(columns))

export const line = (order: Order): string => encode(Object.values(columns).map((cell) => defused(cell(order))))
