import * as Schema from "effect/Schema"
import { Money } from "../kernel/Money.ts"
import { StoaError } from "../kernel/StoaError.ts"
import type { FailureAdvice } from "./Payment.ts"

/** There is no such payment, or it is not this caller's. */
export class PaymentNotFound extends StoaError<PaymentNotFound>()("PaymentNotFound", {
  code: "payment_not_found",
  kind: "not_found"
}, { payment: Schema.String }) {
  override get message(): string {
    return `There is no payment ${this.payment}`
  }
}

/** The store has no gateway of this name. */
export class GatewayNotFound extends StoaError<GatewayNotFound>()("GatewayNotFound", {
  code: "gateway_not_found",
  kind: "not_found"
}, { gateway: Schema.String, available: Schema.Array(Schema.String) }) {
  /** What a buyer can do about it. */
  get advice(): FailureAdvice {
    return "other_method"
  }

  override get message(): string {
    return `There is no payment gateway ${this.gateway}; there is ${this.available.join(", ") || "none"}`
  }
}

/** The gateway does not take this currency. */
export class CurrencyUnsupported extends StoaError<CurrencyUnsupported>()("CurrencyUnsupported", {
  code: "currency_unsupported",
  kind: "conflict"
}, { gateway: Schema.String, currency: Schema.String }) {
  /** What a buyer can do about it. */
  get advice(): FailureAdvice {
    return "other_method"
  }

  override get message(): string {
    return `The gateway ${this.gateway} does not take ${this.currency}`
  }
}

/** No gateway of the shop takes such a payment. */
export class NoGatewayAvailable extends StoaError<NoGatewayAvailable>()("NoGatewayAvailable", {
  code: "no_gateway_available",
  kind: "conflict"
}, { amount: Money, country: Schema.NullOr(Schema.String), available: Schema.Array(Schema.String) }) {
  /** What a buyer can do about it. */
  get advice(): FailureAdvice {
    return "other_method"
  }

  override get message(): string {
    return `No payment gateway takes ${this.amount.amount} ${this.amount.currency} (minor units) `
      + `${this.country === null ? "" : `from ${this.country} `}in this way; there is ${this.available.join(", ") || "none"}`
  }
}

/** The gateway knows no such method. Nothing was changed. */
export class PaymentMethodUnknown extends StoaError<PaymentMethodUnknown>()("PaymentMethodUnknown", {
  code: "payment_method_unknown",
  kind: "invalid"
}, { gateway: Schema.String, method: Schema.String, available: Schema.Array(Schema.String) }) {
  /** What a buyer can do about it. */
  get advice(): FailureAdvice {
    return "other_method"
  }

  override get message(): string {
    return `The gateway ${this.gateway} has no method ${this.method}; it has ${this.available.join(", ")}`
  }
}

/** The gateway does not take this amount: it is too small, too large, or not a multiple of what it counts in. */
export class AmountUnsupported extends StoaError<AmountUnsupported>()("AmountUnsupported", {
  code: "amount_unsupported",
  kind: "conflict"
}, {
  gateway: Schema.String,
  amount: Money,
  /** The nearest amounts that it takes, in minor units; `null` where there is none on that side. */
  below: Schema.NullOr(Schema.Int),
  above: Schema.NullOr(Schema.Int)
}) {
  /** What a buyer can do about it. */
  get advice(): FailureAdvice {
    return "other_method"
  }

  override get message(): string {
    const nearest = [this.below, this.above].filter((amount) => amount !== null).join(" or ")
    return `The gateway ${this.gateway} does not take ${this.amount.amount} ${this.amount.currency}, but ${nearest} `
      + "(minor units)"
  }
}

/** More than what was captured and not given back, or being given back, already. */
export class RefundExceedsCaptured extends StoaError<RefundExceedsCaptured>()("RefundExceedsCaptured", {
  code: "refund_exceeds_captured",
  kind: "conflict"
}, { requested: Money, refundable: Money }) {
  override get message(): string {
    return `At most ${this.refundable.amount} ${this.refundable.currency} (minor units) can be given back`
  }
}

/** A refund must be of more than zero, in the payment's currency, and of all of it where the gateway knows no parts. */
export class InvalidRefund extends StoaError<InvalidRefund>()("InvalidRefund", {
  code: "invalid_refund",
  kind: "invalid"
}, { reason: Schema.Literals(["zero", "currency", "partial"]) }) {
  override get message(): string {
    switch (this.reason) {
      case "zero":
        return "A refund must be of more than zero"
      case "currency":
        return "A refund must be in the payment's currency"
      case "partial":
        return "The gateway can only give back all of this payment"
    }
  }
}

/** More than what was authorised cannot be taken. */
export class CaptureExceedsAuthorized extends StoaError<CaptureExceedsAuthorized>()("CaptureExceedsAuthorized", {
  code: "capture_exceeds_authorized",
  kind: "conflict"
}, { requested: Money, authorized: Money }) {
  override get message(): string {
    return `At most ${this.authorized.amount} ${this.authorized.currency} (minor units) can be taken`
  }
}

/** A plug-in, or another domain, has refused that money is taken, given back or let go. Nothing was changed, and no gateway was asked. */
export class PaymentChangeRefused extends StoaError<PaymentChangeRefused>()("PaymentChangeRefused", {
  code: "payment_change_refused",
  kind: "conflict"
}, {
  payment: Schema.String,
  event: Schema.Literals(["capture", "refund", "void"]),
  /** The name of the guard that has refused. */
  guard: Schema.String,
  /** Why, in its words. */
  reason: Schema.String
}) {
  override get message(): string {
    return `${this.guard} refuses to ${this.event} the payment ${this.payment}: ${this.reason}`
  }
}

/** Money is taken once: more than zero, in the payment's currency, and all of it where the gateway knows no parts. */
export class InvalidCapture extends StoaError<InvalidCapture>()("InvalidCapture", {
  code: "invalid_capture",
  kind: "conflict"
}, { reason: Schema.Literals(["zero", "currency", "partial", "under_way"]) }) {
  override get message(): string {
    switch (this.reason) {
      case "zero":
        return "More than zero must be taken; give the payment up instead"
      case "currency":
        return "Money is taken in the payment's currency"
      case "partial":
        return "The gateway can only take all of this payment"
      case "under_way":
        return "Another amount of this payment is being taken already"
    }
  }
}

/** A person has to decide about the order before its money can be taken. */
export class PaymentUnderReview extends StoaError<PaymentUnderReview>()("PaymentUnderReview", {
  code: "payment_under_review",
  kind: "conflict"
}, { payment: Schema.String }) {
  /** What a buyer can do about it. */
  get advice(): FailureAdvice {
    return "contact"
  }

  override get message(): string {
    return `The order of the payment ${this.payment} is under review: approve or reject it`
  }
}

/** The order has no open amount that could be paid now. */
export class OrderNotPayable extends StoaError<OrderNotPayable>()("OrderNotPayable", {
  code: "order_not_payable",
  kind: "conflict"
}, { orderId: Schema.String, status: Schema.String }) {
  /** What a buyer can do about it. */
  get advice(): FailureAdvice {
    return this.status === "being paid" ? "retry" : "contact"
  }

  override get message(): string {
    return `The order ${this.orderId} is ${this.status} and cannot be paid`
  }
}
