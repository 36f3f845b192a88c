/**
 * How an order lies in its tables: one row, and one for each line.
 */
import { type OrderLine, OrderStatus, type OrderSummary } from "@stoa/core/orders/Order"
import type { StoredOrder, StoredOrderStats } from "@stoa/core/orders/OrderRepository"
import * as OrderWords from "@stoa/core/orders/OrderWords"
import type { Constructor, Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"

export interface SummaryRow {
  readonly id: StoredOrder["id"]
  readonly number: number
  readonly status: StoredOrder["status"]
  readonly state: string | null
  readonly payment_status: StoredOrder["paymentStatus"]
  readonly fulfilment_status: StoredOrder["fulfilmentStatus"]
  readonly customer_id: string | null
  readonly email: string
  readonly item_count: number
  readonly currency: StoredOrder["currency"]
  readonly total: number
  readonly placed_at: StoredOrder["placedAt"]
  readonly updated_at: StoredOrder["updatedAt"]
}

export interface OrderRow extends SummaryRow {
  readonly tags: string
  readonly cart_id: StoredOrder["cartId"]
  readonly language: string | null
  readonly prices_include_tax: number
  readonly shipping: string | null
  readonly subtotal: number
  readonly discount: number
  readonly shipping_total: number
  readonly tax: number
  readonly taxes: string
  readonly promotions: string
  readonly paid: number
  readonly refunded: number
  readonly open_amount: number
  readonly edits: number
  readonly shipping_address: string | null
  readonly billing_address: string | null
  readonly note: string | null
  readonly token_hash: string | null
  readonly reserved_until: StoredOrder["reservedUntil"]
  readonly kept_until: StoredOrder["reservedUntil"] | null
  readonly holds: string
  readonly version: number
  /** A JSON array of `LineValue`. */
  readonly lines: string
}

/** A line as `lineValue` makes it. */
export interface LineValue {
  readonly id: OrderLine["id"]
  readonly variant_id: OrderLine["variantId"]
  readonly product_id: OrderLine["productId"]
  readonly title: string
  readonly variant_title: string
  readonly sku: string | null
  readonly image: OrderLine["image"]
  readonly requires_shipping: boolean
  readonly final_sale: boolean
  readonly gift_card: OrderLine["giftCard"] | null
  readonly parts: OrderLine["parts"] | null
  readonly vendor_id: OrderLine["vendorId"] | null
  readonly quantity: number
  readonly cancelled: number
  readonly unit_price: number
  readonly compare_at: number | null
  readonly subtotal: number
  readonly discount: number
  readonly net: number
  readonly tax: number
  readonly taxes: OrderLine["taxes"]
  readonly total: number
  readonly trace: OrderLine["trace"]
}

/** The columns of an order that are written, with their types. */
export const orderColumns = {
  id: "text",
  number: "int",
  status: "text",
  payment_status: "text",
  cart_id: "text",
  customer_id: "text",
  email: "text",
  language: "text",
  currency: "text",
  prices_include_tax: "bool",
  shipping: "json",
  subtotal: "int",
  discount: "int",
  shipping_total: "int",
  tax: "int",
  taxes: "json",
  promotions: "json",
  total: "int",
  paid: "int",
  refunded: "int",
  item_count: "int",
  shipping_address: "json",
  billing_address: "json",
  note: "text",
  token_hash: "text",
  /** What it is found by. */
  words: "json",
  reserved_until: "text",
  kept_until: "text",
  version: "int",
  placed_at: "text",
  updated_at: "text"
} as const

/** The columns that change as an order goes on, besides the version. */
export const changingColumns = {
  status: "text",
  state: "text",
  payment_status: "text",
  fulfilment_status: "text",
  paid: "int",
  refunded: "int",
  open_amount: "int",
  reserved_until: "text",
  holds: "json",
  updated_at: "text"
} as const

export const changedRow = (order: StoredOrder) => ({
  id: order.id,
  status: order.status,
  state: order.state ?? null,
  payment_status: order.paymentStatus,
  fulfilment_status: order.fulfilmentStatus,
  paid: order.paid.amount,
  refunded: order.refunded.amount,
  open_amount: order.open.amount,
  reserved_until: order.reservedUntil,
  holds: order.holds ?? [],
  version: order.version,
  updated_at: order.updatedAt
})

export const orderRow = (order: StoredOrder) => ({
  id: order.id,
  number: order.number,
  status: order.status,
  payment_status: order.paymentStatus,
  cart_id: order.cartId,
  customer_id: order.customerId,
  email: order.email,
  language: order.language ?? null,
  currency: order.currency,
  prices_include_tax: order.pricesIncludeTax,
  shipping: order.shipping,
  subtotal: order.subtotal.amount,
  discount: order.discount.amount,
  shipping_total: order.shippingTotal.amount,
  tax: order.tax.amount,
  taxes: order.taxes,
  promotions: order.promotions,
  total: order.total.amount,
  paid: order.paid.amount,
  refunded: order.refunded.amount,
  item_count: order.lines.reduce((pieces, line) => pieces + line.quantity, 0),
  shipping_address: order.shippingAddress,
  billing_address: order.billingAddress,
  note: order.note,
  token_hash: order.tokenHash,
  words: OrderWords.ofOrder(order),
  reserved_until: order.reservedUntil,
  kept_until: order.keptUntil ?? null,
  version: order.version,
  placed_at: order.placedAt,
  updated_at: order.updatedAt
})

/** The columns of a line that are written, with their types. */
export const lineColumns = {
  id: "text",
  order_id: "text",
  variant_id: "text",
  product_id: "text",
  title: "text",
  variant_title: "text",
  sku: "text",
  image: "json",
  requires_shipping: "bool",
  final_sale: "bool",
  gift_card: "json",
  parts: "json",
  vendor_id: "text",
  quantity: "int",
  unit_price: "int",
  compare_at: "int",
  subtotal: "int",
  discount: "int",
  net: "int",
  tax: "int",
  taxes: "json",
  total: "int",
  trace: "json",
  position: "int"
} as const

const jsonColumns = new Set(["gift_card", "image", "parts", "taxes", "trace"])

/** A line of the table `l` as a JSON object. */
export const lineValue = (sql: Constructor): Fragment => {
  // how many were cancelled is never written with the line
  const properties: Record<string, Dialect.Expression> = { cancelled: "l.cancelled" }
  for (const column of Object.keys(lineColumns)) {
    if (column === "position" || column === "order_id") continue
    const name = `l.${column}`
    properties[column] = column === "requires_shipping" || column === "final_sale"
      ? Dialect.jsonBool(sql, name)
      : jsonColumns.has(column)
      ? Dialect.jsonValue(sql, name)
      : name
  }
  return Dialect.jsonObject(sql, properties)
}

export const lineRow = (
  orderId: StoredOrder["id"],
  line: OrderLine,
  position: number
): Dialect.RowOf<typeof lineColumns> => ({
  id: line.id,
  order_id: orderId,
  variant_id: line.variantId,
  product_id: line.productId,
  title: line.title,
  variant_title: line.variantTitle,
  sku: line.sku,
  image: line.image,
  requires_shipping: line.requiresShipping,
  final_sale: line.finalSale,
  gift_card: line.giftCard,
  parts: line.parts,
  vendor_id: line.vendorId ?? null,
  quantity: line.quantity,
  unit_price: line.unitPrice.amount,
  compare_at: line.compareAtPrice?.amount ?? null,
  subtotal: line.subtotal.amount,
  discount: line.discount.amount,
  net: line.net.amount,
  tax: line.tax.amount,
  taxes: line.taxes,
  total: line.total.amount,
  trace: line.trace,
  position
})

export const toLine = (line: LineValue, currency: string): OrderLine => ({
  id: line.id,
  variantId: line.variant_id,
  productId: line.product_id,
  title: line.title,
  variantTitle: line.variant_title,
  sku: line.sku,
  image: line.image,
  requiresShipping: line.requires_shipping,
  finalSale: line.final_sale,
  ...(line.vendor_id === null || line.vendor_id === undefined ? {} : { vendorId: line.vendor_id }),
  ...(line.gift_card === null || line.gift_card === undefined ? {} : { giftCard: line.gift_card }),
  ...(line.parts === null || line.parts === undefined ? {} : { parts: line.parts }),
  quantity: line.quantity,
  cancelled: line.cancelled,
  unitPrice: Row.money(line.unit_price, currency),
  compareAtPrice: Row.moneyOrNull(line.compare_at, currency),
  subtotal: Row.money(line.subtotal, currency),
  discount: Row.money(line.discount, currency),
  net: Row.money(line.net, currency),
  taxes: line.taxes,
  tax: Row.money(line.tax, currency),
  total: Row.money(line.total, currency),
  trace: line.trace
})

export const toOrder = (row: OrderRow): StoredOrder => {
  const { currency } = row
  return {
    id: row.id,
    number: row.number,
    status: row.status,
    ...(row.state === null ? {} : { state: row.state }),
    paymentStatus: row.payment_status,
    fulfilmentStatus: row.fulfilment_status,
    tags: Row.json(row.tags),
    cartId: row.cart_id,
    customerId: row.customer_id,
    email: row.email,
    ...(row.language === null ? {} : { language: row.language }),
    currency,
    pricesIncludeTax: row.prices_include_tax === 1,
    lines: Row.json<ReadonlyArray<LineValue>>(row.lines).map((line) => toLine(line, currency)),
    shipping: Row.jsonOrNull(row.shipping),
    subtotal: Row.money(row.subtotal, currency),
    discount: Row.money(row.discount, currency),
    shippingTotal: Row.money(row.shipping_total, currency),
    tax: Row.money(row.tax, currency),
    taxes: Row.json(row.taxes),
    promotions: Row.json(row.promotions),
    total: Row.money(row.total, currency),
    paid: Row.money(row.paid, currency),
    refunded: Row.money(row.refunded, currency),
    open: Row.money(row.open_amount, currency),
    edits: row.edits,
    shippingAddress: Row.jsonOrNull(row.shipping_address),
    billingAddress: Row.jsonOrNull(row.billing_address),
    note: row.note,
    tokenHash: row.token_hash,
    reservedUntil: row.reserved_until,
    ...(row.kept_until === null ? {} : { keptUntil: row.kept_until }),
    ...(row.holds === "[]" ? {} : { holds: Row.json(row.holds) }),
    version: row.version,
    placedAt: row.placed_at,
    updatedAt: row.updated_at
  }
}

export const toSummary = (row: SummaryRow): OrderSummary => ({
  id: row.id,
  number: row.number,
  status: row.status,
  ...(row.state === null ? {} : { state: row.state }),
  paymentStatus: row.payment_status,
  fulfilmentStatus: row.fulfilment_status,
  customerId: row.customer_id,
  email: row.email,
  itemCount: row.item_count,
  total: Row.money(row.total, row.currency),
  placedAt: row.placed_at,
  updatedAt: row.updated_at
})

/** The orders of one status and currency. */
export interface StatsRow {
  readonly status: StoredOrder["status"]
  /** Empty where no plug-in has added it. */
  readonly state: string
  readonly currency: StoredOrder["currency"]
  readonly orders: number
  readonly paid_orders: number
  readonly paid: number
  readonly refunded: number
}

export const toStats = (rows: ReadonlyArray<StatsRow>): StoredOrderStats => {
  const byStatus = Object.fromEntries(OrderStatus.literals.map((status) => [status, 0])) as Record<
    StoredOrder["status"],
    number
  >
  const byState: Array<StoredOrderStats["byState"][number]> = []
  const sums = new Map<StoredOrder["currency"], { orders: number; paid: number; refunded: number }>()
  let total = 0
  for (const row of rows) {
    const { currency } = row
    total += Number(row.orders)
    byStatus[row.status] += Number(row.orders)
    if (row.state !== "") byState.push({ status: row.status, state: row.state, orders: Number(row.orders) })
    const sum = sums.get(currency) ?? { orders: 0, paid: 0, refunded: 0 }
    sum.orders += Number(row.paid_orders)
    sum.paid += Number(row.paid)
    sum.refunded += Number(row.refunded)
    sums.set(currency, sum)
  }
  return {
    total,
    byStatus,
    byState,
    revenue: Array.from(sums).filter(([, { orders }]) => orders > 0).map(([currency, { orders, paid, refunded }]) => ({
      currency,
      orders,
      paid: Row.money(paid, currency),
      refunded: Row.money(refunded, currency),
      net: Row.money(paid - refunded, currency)
    }))
  }
}
