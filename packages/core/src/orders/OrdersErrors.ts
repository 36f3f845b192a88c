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

/** A person has to decide about the order before it can go on. */
export class OrderUnderReview extends StoaError<OrderUnderReview>()("OrderUnderReview", {
  code: "order_under_review",
  kind: "conflict"
}, { order: Schema.String }) {
  override get message(): string {
    return `The order ${this.order} is under review: approve or reject it`
  }
}
