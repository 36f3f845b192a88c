/**
 * What the buyer paid for pieces of an order. Pure.
 */
import type { Order, OrderLineId } from "./Order.ts"
import { share } from "./OrderMoney.ts"

/**
 * What was paid for pieces, in minor units: with tax, after discounts, without shipping. A line that is cancelled piece by
 * piece, and whose other pieces come back as returns, gives back what it cost to the last cent, for each part is the
 * difference of two shares.
 */
export const paidFor = (
  order: Pick<Order, "lines">,
  pieces: ReadonlyArray<{ readonly lineId: OrderLineId; readonly quantity: number }>,
  /** How many pieces of a line have come back before. */
  returned: (lineId: OrderLineId) => number = () => 0
): number =>
  pieces.reduce((sum, { lineId, quantity }) => {
    const line = order.lines.find(({ id }) => id === lineId)
    if (line === undefined) return sum
    const { amount } = line.total
    const before = line.cancelled + returned(lineId)
    return sum + share(amount, before + quantity, line.quantity) - share(amount, before, line.quantity)
  }, 0)
