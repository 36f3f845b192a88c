import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such order, or it is not this caller's. */
export class OrderNotFound extends StoaError<OrderNotFound>()("OrderNotFound", {
  code: "order_not_found",
  kind: "not_found"
}, { order: Schema.String }) {
  override get message(): string {
    return `There is no order ${this.order}`
  }
}
