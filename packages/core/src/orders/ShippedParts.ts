/**
 * The parts of an order whose goods ship apart. Pure.
 */
import * as Money from "../kernel/Money.ts"
import type { PricedShippingPart } from "../pricing/Pricing.ts"
import type { Order, OrderLine, OrderShipping } from "./Order.ts"

/** The parts; none where everything goes together. */
export const all = ({ shipping }: Pick<Order, "shipping">): ReadonlyArray<PricedShippingPart> => shipping?.parts ?? []

/** The parts that have any of these lines. */
export const having = (order: Pick<Order, "shipping">, lineIds: Iterable<string>): ReadonlyArray<PricedShippingPart> => {
  const ids = new Set(lineIds)
  return all(order).filter((part) => part.lineIds.some((id) => ids.has(id)))
}

/** The parts of which nothing is left to send once pieces are cancelled, and something was before. */
export const emptiedBy = (
  order: Pick<Order, "shipping"> & { readonly lines: ReadonlyArray<Pick<OrderLine, "id" | "quantity" | "cancelled">> },
  cancelled: ReadonlyArray<{ readonly lineId: string; readonly quantity: number }>
): ReadonlyArray<PricedShippingPart> => {
  const taken = (id: string) => cancelled.reduce((sum, one) => one.lineId === id ? sum + one.quantity : sum, 0)
  const left = new Map<string, number>(order.lines.map((line) => [line.id, line.quantity - line.cancelled]))
  const count = (part: PricedShippingPart, off: (id: string) => number) =>
    part.lineIds.reduce((sum, id) => sum + (left.get(id) ?? 0) - off(id), 0)
  return all(order).filter((part) => count(part, () => 0) > 0 && count(part, taken) <= 0)
}

/** Shipping of which the price of parts is given back. */
export const givenBack = (shipping: OrderShipping, parts: ReadonlyArray<PricedShippingPart>): OrderShipping => ({
  ...shipping,
  givenBack: parts.reduce((sum, { total }) => Money.add(sum, total), shipping.givenBack ?? Money.zero(shipping.total.currency))
})
