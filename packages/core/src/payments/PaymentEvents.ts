import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { Money } from "../kernel/Money.ts"

const payment = { paymentId: Schema.String, orderId: Schema.String, gateway: Schema.String } as const
const refund = { refundId: Schema.String, ...payment, amount: Money } as const

/** The buyer has to do something at the bank. */
export const PaymentRequiresAction = DomainEvent.define("payment.requires_action", Schema.Struct(payment))
export const PaymentAuthorized = DomainEvent.define(
  "payment.authorized",
  Schema.Struct({ ...payment, amount: Money })
)
/** Reserved money was not taken yet, and cannot be for much longer. */
export const AuthorizationEnding = DomainEvent.define(
  "payment.authorization_ending",
  Schema.Struct({ ...payment, amount: Money, authorizedUntil: Schema.String })
)
/** The time in which reserved money could be taken is over. Nothing was taken. */
export const AuthorizationExpired = DomainEvent.define(
  "payment.authorization_expired",
  Schema.Struct({ ...payment, amount: Money, authorizedUntil: Schema.String })
)
export const PaymentCaptured = DomainEvent.define("payment.captured", Schema.Struct({ ...payment, amount: Money }))
export const PaymentFailed = DomainEvent.define("payment.failed", Schema.Struct({ ...payment, code: Schema.String }))
export const PaymentCancelled = DomainEvent.define("payment.cancelled", Schema.Struct(payment))
/** The gateway took something else than it was asked for. The order is not paid; a person must look. */
export const PaymentMismatched = DomainEvent.define(
  "payment.mismatched",
  Schema.Struct({ ...payment, expected: Money, received: Money })
)
/** A gateway told, rightly signed, of a payment that the store does not know. A person must look. */
export const PaymentOrphaned = DomainEvent.define(
  "payment.orphaned",
  Schema.Struct({ gateway: Schema.String, eventKey: Schema.String, type: Schema.String })
)
/** A gateway refuses the shop's credentials. Nothing goes through it until staff put them right; told once an hour. */
export const GatewayMisconfigured = DomainEvent.define(
  "payment.gateway_misconfigured",
  Schema.Struct({ gateway: Schema.String, gatewayCode: Schema.NullOr(Schema.String), detail: Schema.String })
)
/** A webhook could not be worked off, however often it was tried. A person must look; it can be redriven. */
export const GatewayWebhookDied = DomainEvent.define(
  "payment.webhook_died",
  Schema.Struct({ gateway: Schema.String, eventKey: Schema.String, failure: Schema.String })
)
export const RefundRequested = DomainEvent.define(
  "refund.requested",
  Schema.Struct({ ...refund, reason: Schema.String })
)
export const RefundSucceeded = DomainEvent.define("refund.succeeded", Schema.Struct(refund))
/** The gateway would not give the money back, or it came back from the buyer's bank; it can be given back again. */
export const RefundFailed = DomainEvent.define("refund.failed", Schema.Struct({
  ...refund,
  code: Schema.String,
  /** There where the gateway had said that it was done: the money came back to the shop. */
  cameBack: Schema.optionalKey(Schema.Boolean),
  /** There where some of the order's pieces are gift cards. */
  giftCards: Schema.optionalKey(Schema.Boolean)
}))
/** Gateway and shop say different things of payments. A person must look. */
export const PaymentsDiffer = DomainEvent.define(
  "payment.differences_found",
  Schema.Struct({ gateway: Schema.String, open: Schema.Int })
)
