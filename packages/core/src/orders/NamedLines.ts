/**
 * Lines of an order that somebody names: each has to be there, and is named once.
 */
import type { Fault } from "../kernel/Input.ts"
import type { OrderLineId } from "./Order.ts"

/** The faults of lines that are named twice, or are none of what they are said to be of. */
export const faultsOf = (
  lines: ReadonlyArray<{ readonly lineId: OrderLineId }>,
  known: ReadonlySet<OrderLineId>,
  of: "order" | "return"
): ReadonlyArray<Fault> =>
  lines.flatMap(({ lineId }, index) => {
    const path = ["lines", index, "lineId"]
    if (!known.has(lineId)) return [{ path, message: `is no line of this ${of}`, code: "unknown" }]
    return lines.findIndex((line) => line.lineId === lineId) < index ? [{ path, message: "is there twice", code: "duplicate" }] : []
  })
