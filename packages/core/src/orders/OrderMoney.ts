/**
 * What an order's money says about it.
 */
import * as Money from "../kernel/Money.ts"
import type { Order, OrderPaymentStatus, OrderStatus } from "./Order.ts"

type Figures = Pick<Order, "total" | "paid" | "refunded" | "open">

/** What the shop holds of the order's money, in minor units. */
export const held = ({ paid, refunded }: Pick<Order, "paid" | "refunded">): number => paid.amount - refunded.amount

/**
 * What went back of what the order costs, in minor units. Money that came beyond that, as when it came twice, and went back again is
 * none of it, be it refunded or among the `lost` that banks have given to the buyer after disputes.
 */
export const givenBack = ({ open, paid, refunded, total }: Figures, lost = 0): number =>
  Math.max(0, refunded.amount + lost - Math.max(0, paid.amount + open.amount - total.amount))

/** The share of an amount that so many of its pieces have, in minor units, rounded down. */
export const share = (amount: number, pieces: number, of: number): number =>
  Number(BigInt(amount) * BigInt(pieces) / BigInt(of))

/** Whether the shop holds the whole total, apart from what edits have added since it was paid. */
export const isCovered = (order: Figures): boolean => held(order) + order.open.amount >= order.total.amount

/** What is left to pay of an order: all of one that was never paid, and what edits have added to one that was. */
export const due = (order: Figures): Money.Money =>
  order.open.amount > 0 ? order.open : Money.subtract(order.total, Money.make(held(order), order.total.currency))

/** Whether the shop works on it, or is done. */
export const isUnderWay = (status: OrderStatus): boolean =>
  status === "processing" || status === "on_hold" || status === "shipped" || status === "delivered"

/** Whether the order can use money: nobody has paid it, it was promised and goods went out on that, or an edit has added to it. */
export const isPayable = (order: Figures & Pick<Order, "status">): boolean =>
  order.status === "pending" || order.status === "failed" || owesUnderWay(order)

/** Whether the shop works on it, or is done, and something is left to pay. */
export const owesUnderWay = (order: Figures & Pick<Order, "status">): boolean =>
  order.open.amount > 0 || (isUnderWay(order.status) && isPromised(order))

/** Whether an order that the shop works on was never paid. */
export const isPromised = (order: Figures): boolean => order.paid.amount + order.open.amount < order.total.amount

/**
 * Where the money is. Money that came twice and went back once leaves an order paid; one that costs nothing is paid
 * from the start, and one of which only a part has come is not, unless an edit has added the rest. What is promised stays so,
 * whatever went back of the part that has come.
 */
export const paymentStatus = (order: Figures, authorized = false): OrderPaymentStatus => {
  if (order.total.amount === 0) return "paid"
  if (order.open.amount > 0) return "partially_paid"
  if (authorized && isPromised(order)) return "authorized"
  if (order.paid.amount === 0 || (order.refunded.amount === 0 && !isCovered(order))) {
    return authorized ? "authorized" : "unpaid"
  }
  if (order.refunded.amount === 0 || isCovered(order)) return "paid"
  return held(order) > 0 ? "partially_refunded" : "refunded"
}
