/**
 * Payments: one attempt to get the money of an order through one gateway, and the refunds of it.
 *
 * The row of an attempt, with its idempotency key, is stored before the gateway hears of it, so that whatever is cut
 * off in between can be found out and finished afterwards.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import { Money, NonNegative } from "../kernel/Money.ts"
import * as Page from "../kernel/Page.ts"
import * as StateMachine from "../kernel/StateMachine.ts"
import { text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"
import { OrderId } from "../orders/Order.ts"
import { RefundPart } from "./RefundPart.ts"
import { SavedMethodId } from "./SavedMethodId.ts"

export const PaymentId = Id.define("pay", "PaymentId")
export type PaymentId = typeof PaymentId.Type

export const RefundId = Id.define("ref", "RefundId")
export type RefundId = typeof RefundId.Type

/**
 * What a payment goes through. `pending`: the gateway was or is about to be asked and has not answered. `mismatched`:
 * the gateway took another amount or currency than asked; a person must look. Money that comes after a failure or a
 * cancellation is accepted, because the gateway's truth counts; it then goes back if the order cannot use it. A refund that came
 * through may still fail, when the buyer's bank sends the money back: then the payment is as it was before that refund.
 */
export const machine = StateMachine.make({
  name: "payment",
  initial: "pending",
  table: {
    pending: {
      require_action: "requires_action",
      authorize: "authorized",
      capture: "captured",
      fail: "failed",
      cancel: "cancelled",
      mismatch: "mismatched"
    },
    requires_action: {
      authorize: "authorized",
      capture: "captured",
      fail: "failed",
      cancel: "cancelled",
      mismatch: "mismatched"
    },
    authorized: { capture: "captured", fail: "failed", cancel: "cancelled", mismatch: "mismatched" },
    captured: { refund_part: "partially_refunded", refund: "refunded" },
    partially_refunded: {
      refund_part: "partially_refunded",
      refund: "refunded",
      refund_failed: "captured",
      refund_failed_part: "partially_refunded"
    },
    failed: { capture: "captured", authorize: "authorized", mismatch: "mismatched" },
    cancelled: { capture: "captured", mismatch: "mismatched" },
    // money that was authorised wrongly may still be captured, if giving it up comes too late
    mismatched: { mismatch: "mismatched", refund_part: "mismatched", refund: "refunded", refund_failed_odd: "mismatched" },
    refunded: { refund_failed: "captured", refund_failed_part: "partially_refunded", refund_failed_odd: "mismatched" }
  }
})

export const PaymentState = Schema.Literals([
  "pending",
  "requires_action",
  "authorized",
  "captured",
  "partially_refunded",
  "refunded",
  "failed",
  "cancelled",
  "mismatched"
])
export type PaymentState = typeof PaymentState.Type

/** What the buyer has to do next, such as going to the bank's page. */
export const NextAction = Schema.TaggedStruct("redirect", { url: Schema.String })
export interface NextAction extends Schema.Schema.Type<typeof NextAction> {}

/** Why money did not come, in the engine's words. */
export const FailureCode = Schema.Literals([
  /** The bank said no, and not why. */
  "declined",
  "insufficient_funds",
  /** The card, or the time to pay, is over. */
  "expired",
  /** A number, date or code was typed wrongly. */
  "incorrect_details",
  "authentication_failed",
  "fraud_suspected",
  /** The buyer went away, or somebody gave the payment up. */
  "abandoned",
  /** The gateway cannot take this means of payment, or does not know it. */
  "method_unsupported",
  /** The gateway cannot take this amount or currency. */
  "amount_unsupported",
  /** Something is wrong between the shop and the gateway. */
  "gateway_error",
  "amount_mismatch",
  "currency_mismatch",
  /** Of a refund that waited for a dispute: that was lost, so the bank has given the money to the buyer. */
  "dispute_lost"
])
export type FailureCode = typeof FailureCode.Type

/** What a buyer can do about a failure: try the same again, pay by other means, or write to the shop. */
export const FailureAdvice = Schema.Literals(["retry", "other_method", "contact"])
export type FailureAdvice = typeof FailureAdvice.Type

/** What to tell a buyer. */
export const advice = (code: FailureCode): FailureAdvice => {
  switch (code) {
    case "incorrect_details":
    case "authentication_failed":
    case "abandoned":
      return "retry"
    case "declined":
    case "insufficient_funds":
    case "expired":
    case "method_unsupported":
    case "amount_unsupported":
    case "fraud_suspected":
      return "other_method"
    case "gateway_error":
    case "amount_mismatch":
    case "currency_mismatch":
    case "dispute_lost":
      return "contact"
  }
}

/** Why the money did not come. `code` is the engine's, `gatewayCode` the gateway's own, for staff. */
export const PaymentFailure = Schema.Struct({
  code: FailureCode,
  message: Schema.String,
  gatewayCode: Schema.NullOr(Schema.String),
  /** What the buyer can do about it. */
  advice: Schema.optionalKey(FailureAdvice)
})
export interface PaymentFailure extends Schema.Schema.Type<typeof PaymentFailure> {}

export const Payment = Schema.Struct({
  id: PaymentId,
  orderId: OrderId,
  gateway: Schema.String,
  state: PaymentState,
  /** What was asked for. */
  amount: Money,
  /** What the gateway took, in the currency in which it took it: another than asked only if `mismatched`. */
  captured: Money,
  /** What went back of it, in the same currency. */
  refunded: Money,
  /** What of it is disputed or was lost in a dispute, in the same currency; left out if that is nothing. */
  disputed: Schema.optionalKey(Money),
  /** The gateway's own id, once it has answered. */
  gatewayReference: Schema.NullOr(Schema.String),
  /** The saved means that it was paid with, which may be removed by now; left out if none was. */
  savedMethodId: Schema.optionalKey(SavedMethodId),
  /** Until when money that was reserved can be taken; left out if none ever was. */
  authorizedUntil: Schema.optionalKey(Timestamp),
  nextAction: Schema.NullOr(NextAction),
  failure: Schema.NullOr(PaymentFailure),
  /** What the buyer has to do outside the shop, such as where to transfer the money to; not in lists. */
  instructions: Schema.optionalKey(Schema.String),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Payment" })
export interface Payment extends Schema.Schema.Type<typeof Payment> {}

/**
 * What has `succeeded` may be `failed` later, when the buyer's bank sends the money back. Pending: asked or about to be asked; it counts against what can be refunded. Waiting: a dispute holds its money, and it is asked
 * for once that is won.
 */
export const RefundState = Schema.Literals(["waiting", "pending", "succeeded", "failed"])
export type RefundState = typeof RefundState.Type

export const Refund = Schema.Struct({
  id: RefundId,
  paymentId: PaymentId,
  orderId: OrderId,
  state: RefundState,
  amount: Money,
  reason: Schema.String,
  gatewayReference: Schema.NullOr(Schema.String),
  failure: Schema.NullOr(PaymentFailure),
  /**
   * What it went onto instead of back the way it came: `"store-credit"`, `"gift-card"`, or `"exchange"` for the order of other
   * pieces. The payment's own money stays where it is, and what can be given back of it is less.
   */
  creditedTo: Schema.optionalKey(Schema.String),
  /** What of it is for which line or for shipping, as far as that was said; what is left is of no line more than of others. */
  parts: Schema.optionalKey(Schema.Array(RefundPart)),
  attempts: Schema.Int,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "Refund" })
export interface Refund extends Schema.Schema.Type<typeof Refund> {}

/** What was given back of an order at once: one refund, and those of further payments where the first did not hold enough. */
export const OrderRefund = Schema.Struct({ ...Refund.fields, others: Schema.Array(Refund) })
  .annotate({ identifier: "OrderRefund" })
export interface OrderRefund extends Schema.Schema.Type<typeof OrderRefund> {}

/** A page or an app to send a buyer to. What a browser would run instead of visit is none. */
export const ReturnUrl = text(2_000).check(
  Schema.isPattern(/^(?!(?:javascript|vbscript|data|file|blob):)[a-z][a-z0-9+.-]*:\/\/\S+$/i, {
    identifier: "ReturnUrl",
    expected: "an absolute address, such as https://shop.example/thanks",
    description: "Absolute address, such as https://shop.example/thanks"
  })
)

/** How the buyer wants to pay: through which gateway, and what that gateway calls the means (a token, never a card number). */
export const PaymentMethod = Schema.Struct({
  /** If it is left out, the shop chooses one by amount, currency, country and method. */
  gateway: Schema.optionalKey(text(50)),
  method: Schema.optionalKey(text(200)),
  /** One of the calling customer's saved means, instead of `method`. Its gateway need not be named. */
  savedMethodId: Schema.optionalKey(SavedMethodId),
  /**
   * Whether the calling customer, who was asked, agrees that the means is kept. It is once the payment has worked, and the
   * time of the consent with it.
   */
  saveMethod: Schema.optionalKey(Schema.Boolean),
  /** Where the gateway sends the buyer back to after a redirect. */
  returnUrl: Schema.optionalKey(ReturnUrl)
}).annotate({ identifier: "PaymentMethod" })
export interface PaymentMethod extends Schema.Schema.Type<typeof PaymentMethod> {}

/** Another attempt to pay an order whose payment failed. */
export const InitializePayment = Schema.Struct({ orderId: OrderId, ...PaymentMethod.fields })
  .annotate({ identifier: "InitializePayment" })
export interface InitializePayment extends Schema.Schema.Type<typeof InitializePayment> {}

/** Takes authorised money. */
export const CapturePayment = Schema.Struct({
  /** What the order owes if it is left out. What is left of the authorisation is let go. */
  amount: Schema.optionalKey(NonNegative)
}).annotate({ identifier: "CapturePayment" })
export interface CapturePayment extends Schema.Schema.Type<typeof CapturePayment> {}

/** Gives money of an order back: all that is left, or a part. */
export const CreateRefund = Schema.Struct({
  amount: Schema.optionalKey(NonNegative),
  /** Which payment of the order; as many as it takes if it is left out, stored value last. */
  paymentId: Schema.optionalKey(PaymentId),
  reason: text(500),
  /**
   * What of the amount is for which line or for shipping, each named once, for the credit note. What is said of none is a share of
   * all that is left. If `amount` is left out, it is what the parts come to.
   */
  parts: Schema.optionalKey(Schema.Array(Schema.Struct({ ...RefundPart.fields, amount: NonNegative })).check(Schema.isMinLength(1), Schema.isMaxLength(500))),
  /** Whether the pieces go back on the shelf (only for a full refund of an order that was not shipped). */
  restock: Schema.optionalKey(Schema.Boolean)
}).annotate({ identifier: "CreateRefund" })
export interface CreateRefund extends Schema.Schema.Type<typeof CreateRefund> {}

export const ListPayments = Schema.Struct({
  ...Page.PageRequest,
  orderId: Schema.optionalKey(OrderId),
  state: Schema.optionalKey(PaymentState),
  gateway: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "ListPayments" })
export interface ListPayments extends Schema.Schema.Type<typeof ListPayments> {}

/** Whether the gateway has yet to say how a payment ends. */
export const isOpen = (payment: Pick<Payment, "state">): boolean =>
  payment.state === "pending" || payment.state === "requires_action" || payment.state === "authorized"

/** Whether the gateway took something else than it was asked for, even if all of it went back since. */
export const wasMismatched = ({ failure }: Pick<Payment, "failure">): boolean =>
  failure?.code === "amount_mismatch" || failure?.code === "currency_mismatch"

/** What may be given back of a payment: what was captured, less what went back or is about to, and less what is disputed, of which more may wait. */
export const refundable = (
  payment: Pick<Payment, "captured" | "disputed">,
  refunds: ReadonlyArray<Pick<Refund, "state" | "amount">>
): Money => {
  const kept = payment.captured.amount - (payment.disputed?.amount ?? 0)
  const left = refunds.reduce((left, { amount, state }) => state === "failed" || state === "waiting" ? left : left - amount.amount, kept)
  // a buyer may dispute what has gone back already
  return { amount: Math.max(left, 0), currency: payment.captured.currency }
}
