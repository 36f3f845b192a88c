/**
 * Stripe's objects in the engine's words. A state that this version does not know counts as one in which nothing is
 * decided, so that it is asked about again.
 */
import { countryOf, type GatewayCard } from "@stoa/core/fraud/Card"
import type { Money } from "@stoa/core/kernel/Money"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import type {
  GatewayMethod,
  GatewayPayment,
  GatewayRefund,
  GatewaySetup,
  ListedPayment
} from "@stoa/core/payments/PaymentGateway"
import type Stripe from "stripe"
import { failureOf } from "./StripeErrors.ts"
import { units } from "./StripeUnits.ts"

/** What the engine's ids are called in Stripe's metadata. */
export const metadataKeys = { payment: "stoa_payment", refund: "stoa_refund", order: "stoa_order" } as const

/** An amount in a currency that is not in the table is no amount, which the engine takes for no answer. */
const money = (amount: number, currency: string): Money =>
  units.fromGateway(amount, currency) ?? { amount: Number.NaN, currency: currency.toUpperCase() as Money["currency"] }

const idOf = (object: string | { readonly id: string } | null | undefined): string | null =>
  object === null || object === undefined ? null : typeof object === "string" ? object : object.id

/** A saved means is named by its customer and itself, as both are needed to pay with it. */
const savedReference = (customer: string, method: string): string => `${customer}/${method}`

export const savedParts = (reference: string): { readonly customer: string; readonly method: string } | undefined => {
  const [customer, method, ...more] = reference.split("/")
  return customer?.startsWith("cus_") === true && method !== undefined && method !== "" && more.length === 0
    ? { customer, method }
    : undefined
}

export const method = (customer: string, saved: Stripe.PaymentMethod): GatewayMethod => ({
  reference: savedReference(customer, saved.id),
  type: saved.type,
  brand: saved.card?.brand ?? null,
  last4: saved.card?.last4 ?? null,
  expiresMonth: saved.card?.exp_month ?? null,
  expiresYear: saved.card?.exp_year ?? null,
  fingerprint: saved.card?.fingerprint ?? null
})

const statusOf = (intent: Stripe.PaymentIntent): GatewayPayment["status"] => {
  switch (intent.status) {
    case "requires_action":
      return "requires_action"
    case "requires_capture":
      return "authorized"
    case "succeeded":
      return "captured"
    case "canceled":
      return "cancelled"
    case "requires_payment_method":
      // nobody can go on with it: its client secret was given to nobody
      return "failed"
    default:
      return "processing"
  }
}

const amountOf = (intent: Stripe.PaymentIntent): number => {
  switch (intent.status) {
    case "requires_capture":
      return intent.amount_capturable
    case "succeeded":
      return intent.amount_received
    default:
      return intent.amount
  }
}

/** What both the details of a charge and a means of payment say of a card. */
interface Card {
  readonly brand?: string | null
  readonly last4?: string | null
  readonly country?: string | null
  readonly funding?: string | null
  readonly fingerprint?: string | null
  readonly checks?: {
    readonly address_line1_check: string | null
    readonly address_postal_code_check: string | null
    readonly cvc_check: string | null
  } | null
  readonly three_d_secure?: { readonly result: string | null } | null
}

/** `unavailable` and `unchecked` say nothing. */
const checkOf = (result: string | null | undefined) => result === "pass" ? "passed" : result === "fail" ? "failed" : null

const threeDSecureOf = (result: string | null | undefined): GatewayCard["threeDSecure"] => {
  switch (result) {
    case "authenticated":
      return "authenticated"
    case "attempt_acknowledged":
      return "attempted"
    case "failed":
      return "failed"
    default:
      return null
  }
}

/** The card of a payment: as it was charged, or as it was declined. */
const cardOf = ({ last_payment_error, latest_charge, payment_method }: Stripe.PaymentIntent): GatewayCard | null => {
  const charge = typeof latest_charge === "object" ? latest_charge?.payment_method_details?.card : null
  const method = typeof payment_method === "object" ? payment_method?.card : null
  const card: Card | null | undefined = charge ?? method ?? last_payment_error?.payment_method?.card
  return card === null || card === undefined ? null : {
    fingerprint: card.fingerprint ?? null,
    brand: card.brand ?? null,
    last4: card.last4 ?? null,
    country: countryOf(card.country),
    funding: card.funding === "credit" || card.funding === "debit" || card.funding === "prepaid" ? card.funding : null,
    checks: {
      address: checkOf(card.checks?.address_line1_check),
      postalCode: checkOf(card.checks?.address_postal_code_check),
      securityCode: checkOf(card.checks?.cvc_check)
    },
    threeDSecure: threeDSecureOf(card.three_d_secure?.result)
  }
}

export const payment = (intent: Stripe.PaymentIntent): GatewayPayment => {
  const status = statusOf(intent)
  const url = intent.next_action?.redirect_to_url?.url
  const saved = intent.payment_method
  const customer = idOf(intent.customer)
  const isKept = intent.setup_future_usage === "off_session" && (status === "captured" || status === "authorized")
  return {
    reference: intent.id,
    status,
    amount: money(amountOf(intent), intent.currency),
    nextAction: status === "requires_action" && typeof url === "string" ? { _tag: "redirect", url } : null,
    failure: status === "failed" ? failureOf(intent.last_payment_error ?? {}) : null,
    savedMethod: isKept && customer !== null && saved !== null && typeof saved === "object"
      ? method(customer, saved)
      : null,
    card: cardOf(intent)
  }
}

export const refund = (made: Stripe.Refund): GatewayRefund => {
  const status = made.status === "succeeded"
    ? "succeeded"
    : made.status === "failed" || made.status === "canceled"
    ? "failed"
    : "pending"
  return {
    reference: made.id,
    status,
    amount: money(made.amount, made.currency),
    failure: status === "failed"
      ? { code: "declined", message: "The refund did not reach the buyer", gatewayCode: made.failure_reason ?? made.status }
      : null
  }
}

/** A payment with its charge, which holds what went back and what Stripe keeps. */
export const listed = (intent: Stripe.PaymentIntent): ListedPayment => {
  const charge = typeof intent.latest_charge === "object" ? intent.latest_charge : null
  const balance = charge !== null && typeof charge.balance_transaction === "object" ? charge.balance_transaction : null
  return {
    ...payment(intent),
    paymentId: intent.metadata[metadataKeys.payment] ?? null,
    refunded: money(charge?.amount_refunded ?? 0, intent.currency),
    fee: balance === null ? null : money(balance.fee, balance.currency),
    createdAt: Timestamp.fromMillis(intent.created * 1_000)
  }
}

export const setup = (intent: Stripe.SetupIntent): GatewaySetup => {
  const customer = idOf(intent.customer)
  const saved = intent.payment_method
  const url = intent.next_action?.redirect_to_url?.url
  const isSaved = intent.status === "succeeded" && customer !== null && saved !== null && typeof saved === "object"
  const isAway = intent.status === "requires_action" && typeof url === "string"
  return {
    reference: intent.id,
    status: isSaved ? "saved" : isAway ? "requires_action" : "failed",
    nextAction: isAway ? { _tag: "redirect", url } : null,
    failure: isSaved || isAway ? null : failureOf(intent.last_setup_error ?? {}),
    method: isSaved ? method(customer, saved) : null
  }
}
