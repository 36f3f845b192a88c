/**
 * Taking pieces out of an order that is paid, before they are sent.
 */
import * as Schema from "effect/Schema"
import { text } from "../kernel/Text.ts"
import { Version } from "../kernel/Version.ts"
import { type Order, OrderLineId } from "../orders/Order.ts"
import { share } from "../orders/OrderMoney.ts"

/** Pieces of a line. */
export const CancelledLine = Schema.Struct({
  lineId: OrderLineId,
  quantity: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))
})
export interface CancelledLine extends Schema.Schema.Type<typeof CancelledLine> {}

/** What is not wanted any more, why, and the version that the decision is based on. */
export const CancelLines = Schema.Struct({
  lines: Schema.Array(CancelledLine).check(Schema.isMinLength(1), Schema.isMaxLength(500)),
  reason: Schema.optionalKey(text(500)),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "CancelLines" })

/**
 * What was paid for pieces, in minor units: with tax, after discounts, without shipping. A line that is cancelled piece by
 * piece, and whose other pieces come back as returns, gives back what it cost to the last cent, for each part is the
 * difference of two shares.
 */
export const paidFor = (
  order: Pick<Order, "lines">,
  lines: ReadonlyArray<CancelledLine>,
  /** How many pieces of a line have come back before. */
  returned: (lineId: OrderLineId) => number = () => 0
): number =>
  lines.reduce((sum, { lineId, quantity }) => {
    const line = order.lines.find(({ id }) => id === lineId)
    if (line === undefined) return sum
    const { amount } = line.total
    const before = line.cancelled + returned(lineId)
    return sum + share(amount, before + quantity, line.quantity) - share(amount, before, line.quantity)
  }, 0)
