import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"
import { DraftOrderStatus } from "./DraftOrder.ts"

/** There is no such draft. */
export class DraftOrderNotFound extends StoaError<DraftOrderNotFound>()("DraftOrderNotFound", {
  code: "draft_order_not_found",
  kind: "not_found"
}, { draftOrderId: Schema.String }) {
  override get message(): string {
    return `There is no draft order ${this.draftOrderId}`
  }
}

/** The draft has become an order, which is named, or its time is over. */
export class DraftOrderClosed extends StoaError<DraftOrderClosed>()("DraftOrderClosed", {
  code: "draft_order_closed",
  kind: "conflict"
}, { draftOrderId: Schema.String, status: DraftOrderStatus, orderId: Schema.NullOr(Schema.String) }) {
  override get message(): string {
    return this.orderId === null
      ? `The time of the draft order ${this.draftOrderId} is over`
      : `The draft order ${this.draftOrderId} has become the order ${this.orderId}`
  }
}
