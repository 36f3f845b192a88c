/**
 * Taking pieces out of an order that is paid, before they are sent.
 */
import * as Schema from "effect/Schema"
import { text } from "../kernel/Text.ts"
import { Version } from "../kernel/Version.ts"
import { OrderLineId } from "../orders/Order.ts"

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
