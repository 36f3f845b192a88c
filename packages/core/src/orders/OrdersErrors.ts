import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

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

/** Some of what was bought is a gift card of which something was spent, so that it cannot be cancelled as if it never was. */
export class GiftCardSpent extends StoaError<GiftCardSpent>()("GiftCardSpent", {
  code: "gift_card_spent",
  kind: "conflict"
}, { order: Schema.String }) {
  override get message(): string {
    return `A gift card of the order ${this.order} was spent in part: cancel the pieces, which gives back what is left on it, or refund an amount`
  }
}

/** The buyer has a license key of the order in hand, or has downloaded a file of it: only staff can take that back. Nothing was changed. */
export class GoodsHandedOver extends StoaError<GoodsHandedOver>()("GoodsHandedOver", {
  code: "goods_handed_over",
  kind: "conflict"
}, {
  order: Schema.String,
  /** The lines of which something was handed over. */
  lines: Schema.Array(Schema.String)
}) {
  override get message(): string {
    return `License keys or files of the order ${this.order} were handed over already: ask the shop to cancel it`
  }
}

/** The time is over in which buyers may cancel an order that they have paid. The shop still may. */
export class CancelWindowClosed extends StoaError<CancelWindowClosed>()("CancelWindowClosed", {
  code: "cancel_window_closed",
  kind: "conflict"
}, {
  order: Schema.String,
  /** Until when it was open. */
  until: Timestamp
}) {
  override get message(): string {
    return `The order ${this.order} could be cancelled until ${this.until}: ask the shop to cancel it`
  }
}

/** There is no such view of orders, or it is somebody else's own. */
export class OrderViewNotFound extends StoaError<OrderViewNotFound>()("OrderViewNotFound", {
  code: "order_view_not_found",
  kind: "not_found"
}, { view: Schema.String }) {
  override get message(): string {
    return `There is no view of orders ${this.view}`
  }
}

/** Somebody, or the store, has as many views as may be. */
export class TooManyOrderViews extends StoaError<TooManyOrderViews>()("TooManyOrderViews", {
  code: "too_many_order_views",
  kind: "conflict"
}, { maximum: Schema.Int }) {
  override get message(): string {
    return `There are ${this.maximum} views of orders already; remove one first`
  }
}
