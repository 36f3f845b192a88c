import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** More pieces were to be cancelled than wait to be packed. Nothing was changed. */
export class CancellationExceedsOrder extends StoaError<CancellationExceedsOrder>()("CancellationExceedsOrder", {
  code: "cancellation_exceeds_order",
  kind: "conflict"
}, {
  lines: Schema.Array(Schema.Struct({ lineId: Schema.String, wanted: Schema.Int, left: Schema.Int }))
}) {
  override get message(): string {
    return `More was to be cancelled than is left: ${
      this.lines.map(({ left, lineId, wanted }) => `${wanted} of ${left} in ${lineId}`).join(", ")
    }`
  }
}

/**
 * No part of the order can be cancelled: it is `not_paid` (cancel it whole, and order again), it is `too_late` for this
 * caller, or the pieces are the `whole` of it (cancel the order itself, so that its shipping goes back too).
 * While something that an edit added is left to pay, what is cancelled makes up for that first. It cannot while that money is on
 * its way (`being_paid`: take it, or give the payment up), nor together with a gift card that was spent (`gift_card_spent`: pay
 * what is open, or take it out by an edit).
 * An order with a gift card of which something was spent has no other way, so that all of its pieces may be cancelled.
 */
export class CancellationRefused extends StoaError<CancellationRefused>()("CancellationRefused", {
  code: "cancellation_refused",
  kind: "conflict"
}, { order: Schema.String, status: Schema.String, reason: Schema.Literals(["not_paid", "too_late", "whole", "being_paid", "gift_card_spent"]) }) {
  override get message(): string {
    switch (this.reason) {
      case "not_paid":
        return `The order ${this.order} is not paid: cancel all of it`
      case "too_late":
        return `The order ${this.order} is ${this.status}: it is too late to cancel a part of it`
      case "whole":
        return `Nothing would be left of the order ${this.order}: cancel all of it`
      case "being_paid":
        return `What is open of the order ${this.order} is being paid: take the money or give the payment up first`
      case "gift_card_spent":
        return `A gift card of the order ${this.order} was spent: pay what is open, or take that out, first`
    }
  }
}
