/**
 * What Stripe's errors mean to a shop.
 */
import type { FailureCode, PaymentFailure } from "@stoa/core/payments/Payment"
import { type GatewayError, GatewayMisconfigured, GatewayRejected, GatewayUnavailable } from "@stoa/core/payments/PaymentGateway"
import * as Data from "effect/Data"
import { Stripe } from "stripe"

export const gatewayName = "stripe"

/** What the SDK threw, before anybody has looked what it means. */
export class SdkFailure extends Data.TaggedError("SdkFailure")<{ readonly error: unknown }> {}

/** By Stripe's `decline_code` first, then by its `code`. */
const codes: Readonly<Record<string, FailureCode>> = {
  insufficient_funds: "insufficient_funds",
  withdrawal_count_limit_exceeded: "insufficient_funds",
  card_velocity_exceeded: "insufficient_funds",
  fraudulent: "fraud_suspected",
  lost_card: "fraud_suspected",
  stolen_card: "fraud_suspected",
  pickup_card: "fraud_suspected",
  merchant_blacklist: "fraud_suspected",
  expired_card: "expired",
  incorrect_cvc: "incorrect_details",
  invalid_cvc: "incorrect_details",
  incorrect_number: "incorrect_details",
  invalid_number: "incorrect_details",
  incorrect_zip: "incorrect_details",
  invalid_expiry_month: "incorrect_details",
  invalid_expiry_year: "incorrect_details",
  incorrect_pin: "incorrect_details",
  authentication_required: "authentication_failed",
  payment_intent_authentication_failure: "authentication_failed",
  setup_intent_authentication_failure: "authentication_failed",
  card_not_supported: "method_unsupported",
  currency_not_supported: "amount_unsupported",
  amount_too_small: "amount_unsupported",
  amount_too_large: "amount_unsupported",
  payment_method_unactivated: "method_unsupported",
  payment_method_invalid_parameter: "method_unsupported",
  processing_error: "declined",
  card_declined: "declined"
}

/** What an error on a payment says of it. Stripe's own code is for staff: the decline code where there is one. */
export const failureOf = (error: {
  readonly code?: string | null | undefined
  readonly decline_code?: string | null | undefined
  readonly message?: string | null | undefined
}): PaymentFailure => ({
  code: codes[error.decline_code ?? ""] ?? codes[error.code ?? ""] ?? "declined",
  message: error.message ?? "The payment was declined",
  gatewayCode: error.decline_code ?? error.code ?? null
})

/** The payment that was declined, which comes with the error that says so. */
export const declinedPayment = ({ error }: SdkFailure): Stripe.PaymentIntent | undefined =>
  error instanceof Stripe.errors.StripeCardError ? error.payment_intent : undefined

/** The same for a means of payment that was to be kept. */
export const declinedSetup = ({ error }: SdkFailure): Stripe.SetupIntent | undefined =>
  error instanceof Stripe.errors.StripeCardError ? error.setup_intent : undefined

const unavailable = (detail: string) => new GatewayUnavailable({ gateway: gatewayName, detail })

const misconfigured = (error: Stripe.errors.StripeError, detail: string) =>
  new GatewayMisconfigured({ gateway: gatewayName, gatewayCode: error.code ?? error.type, detail })

/**
 * What an error of the SDK means. Whatever leaves the outcome open counts as no answer. Stripe's messages name parts of
 * keys in one case, so that one is left out.
 */
export const fromSdk = (failure: SdkFailure | GatewayError): GatewayError => {
  if (failure._tag !== "SdkFailure") return failure
  const { error } = failure
  if (!(error instanceof Stripe.errors.StripeError)) return unavailable("the answer could not be read")
  if (error instanceof Stripe.errors.StripeAuthenticationError) return misconfigured(error, "the secret key is not accepted")
  if (error instanceof Stripe.errors.StripePermissionError) return misconfigured(error, "the secret key may not do this")
  if (error instanceof Stripe.errors.StripeRateLimitError) return unavailable("too many requests")
  if (error instanceof Stripe.errors.StripeConnectionError) return unavailable("no connection")
  const status = error.statusCode ?? 0
  // 409: the same key is being worked on at this moment
  if (status < 400 || status >= 500 || status === 409 || error.code === "lock_timeout") {
    return unavailable(`status ${status === 0 ? "unknown" : status}`)
  }
  const code = codes[error.decline_code ?? ""] ?? codes[error.code ?? ""]
    ?? (error.param === "payment_method" || error.param === "confirmation_token" ? "method_unsupported" : undefined)
  return new GatewayRejected({
    gateway: gatewayName,
    gatewayCode: error.decline_code ?? error.code ?? error.type,
    detail: error.message,
    ...(code === undefined ? {} : { failure: code })
  })
}

/**
 * Whether Stripe repeated an answer from before that something broke. It keeps such answers with their key, so asking
 * again with the same key brings the same for a day.
 */
export const isKeptFailure = ({ error }: SdkFailure): boolean =>
  error instanceof Stripe.errors.StripeError && (error.statusCode ?? 0) >= 500
  && error.headers?.["idempotent-replayed"] === "true"
