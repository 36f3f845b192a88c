import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { Money } from "../kernel/Money.ts"

const order = {
  orderId: Schema.String,
  number: Schema.Int,
  customerId: Schema.NullOr(Schema.String),
  /** There where some of its pieces are gift cards, in what is told of its money and its state. */
  giftCards: Schema.optionalKey(Schema.Boolean)
} as const

export const OrderPlaced = DomainEvent.define(
  "order.placed",
  Schema.Struct({ ...order, cartId: Schema.String, total: Money, itemCount: Schema.Int })
)
export const OrderPaid = DomainEvent.define("order.paid", Schema.Struct({ ...order, amount: Money }))
/** Its review was approved, but a guard does not let its reserved money be taken: staff take it. Its buyer is not told. */
export const OrderCaptureRefused = DomainEvent.define(
  "order.capture_refused",
  Schema.Struct({
    ...order,
    paymentId: Schema.String,
    gateway: Schema.String,
    amount: Money,
    /** The name of the guard, and why, in its words. */
    guard: Schema.String,
    reason: Schema.String
  })
)
export const OrderPaymentFailed = DomainEvent.define(
  "order.payment_failed",
  Schema.Struct({ ...order, code: Schema.String })
)
export const OrderCancelled = DomainEvent.define("order.cancelled", Schema.Struct({ ...order, reason: Schema.String }))
export const OrderRefunded = DomainEvent.define(
  "order.refunded",
  Schema.Struct({
    ...order,
    refundId: Schema.String,
    amount: Money,
    full: Schema.Boolean,
    /** What it went onto, `"store-credit"`, `"gift-card"` or `"exchange"`; left out if it goes back the way it came. */
    creditedTo: Schema.optionalKey(Schema.String)
  })
)
/**
 * Money of `order.refunded` has come back to the shop, because the buyer's bank did not take it. `status` is what the order is now, after
 * `from`: what was refunded in full is shipped or delivered as it was before, and rests (`on_hold`) if nothing of it had been sent.
 */
export const OrderRefundFailed = DomainEvent.define(
  "order.refund_failed",
  Schema.Struct({ ...order, refundId: Schema.String, amount: Money, from: Schema.String, status: Schema.String })
)
/** What was left on its gift cards was taken back, because all of its money goes back or was lost in a dispute. */
export const OrderGiftCardsTaken = DomainEvent.define(
  "order.gift_cards_taken",
  Schema.Struct({ ...order, amount: Money, for: Schema.Literals(["refund", "dispute"]) })
)
/** They can be spent again: the refund was refused, or the dispute won after all. */
export const OrderGiftCardsRestored = DomainEvent.define(
  "order.gift_cards_restored",
  Schema.Struct({ ...order, amount: Money, for: Schema.Literals(["refund", "dispute"]) })
)
/** The order moved along: processing, shipped, delivered, on hold. */
export const OrderStatusChanged = DomainEvent.define(
  "order.status_changed",
  Schema.Struct({ ...order, from: Schema.String, to: Schema.String, reason: Schema.String })
)
/** The order came into a state that a plug-in has added, or back to the status that this one refines. */
export const OrderStateChanged = DomainEvent.define(
  "order.state_changed",
  Schema.Struct({
    ...order,
    status: Schema.String,
    from: Schema.String,
    to: Schema.String,
    reason: Schema.String,
    /** Whether buyers are told; not where it came from. */
    forBuyers: Schema.Boolean
  })
)
/** Pieces were cancelled after they were paid; `amount` is what goes back for them, `waits` what does once a dispute is won. */
export const OrderLinesCancelled = DomainEvent.define(
  "order.lines_cancelled",
  Schema.Struct({
    ...order,
    lines: Schema.Array(Schema.Struct({ lineId: Schema.String, quantity: Schema.Int })),
    amount: Money,
    waits: Schema.optionalKey(Money),
    reason: Schema.String
  })
)
/** The order takes the place of pieces of another one, because of a return or a claim. */
export const OrderReplaces = DomainEvent.define(
  "order.replaces",
  Schema.Struct({ ...order, replaced: Schema.String, because: Schema.String })
)
/**
 * Staff changed what the order holds, where it goes or how. `difference` is by how much more it costs, below zero where it
 * costs less; `refund` goes back, `waits` does once a dispute is won, and `open` is left to pay for what it is more than what was paid.
 */
export const OrderEdited = DomainEvent.define(
  "order.edited",
  Schema.Struct({
    ...order,
    editId: Schema.String,
    added: Schema.Array(Schema.Struct({ lineId: Schema.String, quantity: Schema.Int })),
    removed: Schema.Array(Schema.Struct({ lineId: Schema.String, quantity: Schema.Int })),
    /** What else changed: `"shippingAddress"`, `"billingAddress"`, `"shipping"`. */
    changed: Schema.Array(Schema.String),
    difference: Money,
    refund: Money,
    waits: Schema.optionalKey(Money),
    open: Money,
    reason: Schema.String,
    /** Whether the buyer is told. */
    notify: Schema.Boolean
  })
)
/** What an edit had added to a paid order is paid. */
export const OrderBalancePaid = DomainEvent.define("order.balance_paid", Schema.Struct({ ...order, amount: Money }))
/** Staff wrote a note. What it says is not part of the event. */
export const OrderNoted = DomainEvent.define(
  "order.noted",
  Schema.Struct({ ...order, noteId: Schema.String, forCustomer: Schema.Boolean })
)
/** Staff have sorted the order. Its buyer is not told. */
export const OrderTagged = DomainEvent.define(
  "order.tagged",
  Schema.Struct({ ...order, tags: Schema.Array(Schema.String) })
)
