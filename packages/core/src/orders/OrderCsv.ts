/**
 * Orders as lines of CSV, for spreadsheets and bookkeeping.
 */
import * as AddedState from "../kernel/AddedState.ts"
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
  note: (order) => order.note ?? "",
  /** One that a plug-in has added. It comes last, so that whoever reads columns by their places finds them. */
  state: (order) => order.state ?? ""
}

/** The names of the columns. */
export const header: string = Csv.line(Object.keys(columns))

/** An order as a line, with its state if that is one of those that plug-ins have added. */
export const line = (states: ReadonlyArray<AddedState.AddedState>) => ({ state, ...order }: Order): string => {
  const known = AddedState.current(states, { status: order.status, state })
  const shown: Order = known === undefined ? order : { ...order, state: known.name }
  return Csv.line(Object.values(columns).map((cell) => Csv.fromText(cell(shown))))
}
