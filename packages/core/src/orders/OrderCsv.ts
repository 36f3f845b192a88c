/**
 * Orders as lines of CSV, for spreadsheets and bookkeeping.
 */
import * as Csv from "../kernel/Csv.ts"
import { toDecimal } from "../kernel/Money.ts"
import type { Order } from "./Order.ts"

/** The columns in their order. Amounts are decimals in major units: `19.99`. */
const columns: Readonly<Record<string, (order: Order) => string>> = {
  number: (order) => String(order.number),
  id: (order) => order.id,
  placed_at: (order) => order.placedAt,
  status: (order) => order.status,
  payment_status: (order) => order.paymentStatus,
  email: (order) => order.email,
  customer_id: (order) => order.customerId ?? "",
  items: (order) => String(order.lines.reduce((pieces, line) => pieces + line.quantity, 0)),
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

/** The names of the columns. */
export const header: string = Csv.line(Object.keys(columns))

export const line = (order: Order): string => Csv.line(Object.values(columns).map((cell) => Csv.fromText(cell(order))))
