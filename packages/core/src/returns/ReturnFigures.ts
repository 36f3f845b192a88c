/**
 * Counting what comes back, and what was paid for it.
 */
import * as Money from "../kernel/Money.ts"
import type { Order, OrderLine } from "../orders/Order.ts"
import { share } from "../orders/OrderMoney.ts"
import * as RefundPart from "../payments/RefundPart.ts"
import type { Return, ReturnLine } from "./Return.ts"

/** What of a return, or of a claim, is counted. */
export interface Counted extends Pick<Return, "status"> {
  readonly lines: ReadonlyArray<Pick<ReturnLine, "lineId" | "quantity" | "restocked" | "scrapped">>
  readonly exchange?: Return["exchange"]
}

const came = ({ restocked, scrapped }: Counted["lines"][number]): number => restocked + scrapped

/** Whether all of its pieces have been paid for already, whatever comes of them. */
const isPaidAhead = ({ exchange }: Counted): boolean => exchange?.sentFirst === true

/** How many pieces of a line a return takes: those that came, or those that may come. */
const takes = (counted: Counted, lineId: string): number => {
  const { lines, status } = counted
  if (status === "rejected" || status === "cancelled") return 0
  const isExpected = status === "requested" || status === "approved" || isPaidAhead(counted)
  return lines.reduce((sum, line) => line.lineId === lineId ? sum + (isExpected ? line.quantity : came(line)) : sum, 0)
}

/** How many of the pieces of a line that have left can still be given back; all that were not cancelled, if it has left. */
export const left = (
  { cancelled, id, quantity }: Pick<OrderLine, "id" | "quantity" | "cancelled">,
  returns: ReadonlyArray<Counted>,
  sent = quantity - cancelled
): number => returns.reduce((sum, each) => sum - takes(each, id), sent)

/** How many pieces of a line have come back, or were paid for ahead of that. */
export const returned = (lineId: string, returns: ReadonlyArray<Counted>): number =>
  returns.reduce(
    (pieces, each) =>
      (each.status === "requested" || each.status === "approved") && !isPaidAhead(each) ? pieces : pieces + takes(each, lineId),
    0
  )

/**
 * What was paid for pieces that came, in minor units. A line that comes back piece by piece gives back what it cost to the
 * last cent, whatever the parts: each part is the difference of two shares.
 */
export const paidFor = (
  order: Pick<Order, "lines">,
  lines: ReadonlyArray<Pick<ReturnLine, "lineId" | "restocked" | "scrapped">>,
  earlier: ReadonlyArray<Counted>
): number =>
  lines.reduce((sum, line) => sum + paidForLine(order, line, earlier), 0)

const paidForLine = (
  order: Pick<Order, "lines">,
  { lineId, restocked, scrapped }: Pick<ReturnLine, "lineId" | "restocked" | "scrapped">,
  earlier: ReadonlyArray<Counted>
): number => {
  const line = order.lines.find(({ id }) => id === lineId)
  if (line === undefined) return 0
  const before = line.cancelled + returned(lineId, earlier)
  const { quantity, total } = line
  return share(total.amount, before + restocked + scrapped, quantity) - share(total.amount, before, quantity)
}

/**
 * What of an amount is for which of the pieces that came, where so much of what they are worth was set against what nobody had paid, in
 * their order, and the rest is less by a fee, each in proportion.
 */
export const parts = (
  order: Pick<Order, "lines">,
  lines: ReadonlyArray<Pick<ReturnLine, "lineId" | "restocked" | "scrapped">>,
  earlier: ReadonlyArray<Counted>,
  { amount, credited = 0 }: { readonly amount: Money.Money; readonly credited?: number }
): ReadonlyArray<RefundPart.RefundPart> => {
  const { currency } = amount
  const worth = lines.map((line) => ({ lineId: line.lineId, amount: Money.make(paidForLine(order, line, earlier), currency) }))
  const { rest } = RefundPart.split(worth, credited)
  if (rest.length === 0) return []
  const shares = Money.allocate(amount.amount, rest.map((part) => part.amount.amount))
  return rest.flatMap((part, index) => {
    const each = shares[index] ?? 0
    return each > 0 ? [{ ...part, amount: Money.make(each, currency) }] : []
  })
}
