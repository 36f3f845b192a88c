/**
 * The parts of an order whose goods ship apart. Pure.
 */
import type { Order, OrderLine, OrderShipping, OrderShippingPart } from "./Order.ts"

/** The parts; none where everything goes together. */
export const all = ({ shipping }: Pick<Order, "shipping">): ReadonlyArray<OrderShippingPart> => shipping?.parts ?? []

/** The parts that new goods can go with: those whose price was not given back. */
export const kept = (order: Pick<Order, "shipping">): ReadonlyArray<OrderShippingPart> =>
  all(order).filter(({ givenBack }) => givenBack !== true)

/** The parts that have any of these lines. */
export const having = (order: Pick<Order, "shipping">, lineIds: Iterable<string>): ReadonlyArray<OrderShippingPart> => {
  const ids = new Set(lineIds)
  return all(order).filter((part) => part.lineIds.some((id) => ids.has(id)))
}

/** The parts that are still paid for and of which nothing is left to send once pieces are cancelled. */
export const emptiedBy = (
  order: Pick<Order, "shipping"> & { readonly lines: ReadonlyArray<Pick<OrderLine, "id" | "quantity" | "cancelled">> },
  cancelled: ReadonlyArray<{ readonly lineId: string; readonly quantity: number }>
): ReadonlyArray<OrderShippingPart> => {
  const taken = (id: string) => cancelled.reduce((sum, one) => one.lineId === id ? sum + one.quantity : sum, 0)
  const left = new Map<string, number>(order.lines.map((line) => [line.id, line.quantity - line.cancelled]))
  const count = (part: OrderShippingPart, off: (id: string) => number) =>
    part.lineIds.reduce((sum, id) => sum + (left.get(id) ?? 0) - off(id), 0)
  return kept(order).filter((part) => count(part, () => 0) > 0 && count(part, taken) <= 0)
}

/** Shipping all of which is given back, once nothing is left to send. */
export const allGivenBack = (shipping: OrderShipping): OrderShipping => ({
  ...shipping,
  givenBack: shipping.total,
  ...(shipping.parts === undefined ? {} : { parts: shipping.parts.map((part) => ({ ...part, givenBack: true })) })
})
