import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such return, or it is of no order that this caller may see. */
export class ReturnNotFound extends StoaError<ReturnNotFound>()("ReturnNotFound", {
  code: "return_not_found",
  kind: "not_found"
}, { returnId: Schema.String }) {
  override get message(): string {
    return `There is no return ${this.returnId}`
  }
}

/** More is to come back than was bought and has not come back yet. */
export class ReturnExceedsOrder extends StoaError<ReturnExceedsOrder>()("ReturnExceedsOrder", {
  code: "return_exceeds_order",
  kind: "conflict"
}, { lines: Schema.Array(Schema.Struct({ lineId: Schema.String, wanted: Schema.Int, left: Schema.Int })) }) {
  override get message(): string {
    return this.lines.map(({ left, lineId, wanted }) => `${wanted} of ${lineId} cannot come back: ${left} are left`).join("; ")
  }
}

/**
 * The order cannot be given back: it has not left yet or is not paid (`not_sent`), its buyer has had it for longer than
 * the store takes it back (`window_closed`), or lines of it were sold for good (`final_sale`, with their ids): staff may take
 * these back all the same, if they say why.
 */
export class ReturnRefused extends StoaError<ReturnRefused>()("ReturnRefused", {
  code: "return_refused",
  kind: "conflict"
}, {
  reason: Schema.Literals(["not_sent", "window_closed", "final_sale"]),
  lineIds: Schema.optionalKey(Schema.Array(Schema.String))
}) {
  override get message(): string {
    switch (this.reason) {
      case "not_sent":
        return "Only what was paid and has left can be given back"
      case "window_closed":
        return "The time in which this order could be given back is over"
      case "final_sale":
        return `It was sold for good and cannot be given back: ${this.lineIds?.join(", ") ?? ""}`
    }
  }
}
