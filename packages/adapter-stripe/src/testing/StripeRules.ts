/**
 * What a fake Stripe knows and refuses: its test tokens, the parameters of its routes, the amounts that it takes.
 */
import { minimums, units } from "../StripeUnits.ts"

/** Stripe's test tokens that are understood here, and what happens with them. The last one is not Stripe's. */
export const tokens = {
  pm_card_visa: "The money is taken",
  pm_card_visa_chargeDeclined: "The bank declines",
  pm_card_visa_chargeDeclinedInsufficientFunds: "There is not enough money",
  pm_card_threeDSecure2Required: "The buyer has to agree at their bank's page",
  pm_fake_anotherAmount: "One unit less is taken than was asked for"
} as const

/** An answer that is an error. */
export class Refused extends Error {
  readonly status: number
  readonly error: Readonly<Record<string, unknown>>

  constructor(status: number, error: Readonly<Record<string, unknown>>) {
    super(String(error["message"]))
    this.status = status
    this.error = error
  }
}

export const invalid = (code: string, message: string, more: Readonly<Record<string, unknown>> = {}, status = 400) =>
  new Refused(status, { type: "invalid_request_error", code, message, ...more })

/** What each route understands. */
export const parameters: Readonly<Record<string, ReadonlyArray<string>>> = {
  create: [
    "amount",
    "currency",
    "confirm",
    "capture_method",
    "payment_method",
    "confirmation_token",
    "customer",
    "description",
    "metadata",
    "automatic_payment_methods",
    "return_url",
    "error_on_requires_action",
    "off_session",
    "setup_future_usage",
    "expand"
  ],
  capture: ["amount_to_capture", "expand"],
  cancel: ["cancellation_reason", "expand"],
  refund: ["payment_intent", "amount", "metadata"],
  customer: ["email"],
  dispute: ["evidence", "submit"],
  setup: [
    "customer",
    "confirm",
    "usage",
    "automatic_payment_methods",
    "payment_method",
    "confirmation_token",
    "return_url",
    "expand"
  ],
  detach: []
}

/** The tokens that are declined, and how. */
export const declines: Readonly<Record<string, readonly [code: string, declineCode: string, message: string]>> = {
  pm_card_visa_chargeDeclined: ["card_declined", "generic_decline", "Your card was declined."],
  pm_card_visa_chargeDeclinedInsufficientFunds: [
    "card_declined",
    "insufficient_funds",
    "Your card has insufficient funds."
  ]
}

/** Throws for an amount or currency that Stripe does not take. */
export const checkAmount = (amount: number, currency: string): void => {
  if (!units.currencies.includes(currency.toUpperCase() as never)) {
    throw invalid("currency_not_supported", `Invalid currency: ${currency}.`, { param: "currency" })
  }
  if (!Number.isSafeInteger(amount) || amount < 1) throw invalid("parameter_invalid_integer", "Invalid integer")
  if (amount > 99_999_999) throw invalid("amount_too_large", "Amount must be no more than 99999999", { param: "amount" })
  const tens = ["bhd", "jod", "kwd", "omr", "tnd"].includes(currency)
  const hundreds = ["isk", "ugx"].includes(currency)
  if ((tens && amount % 10 !== 0) || (hundreds && amount % 100 !== 0)) {
    throw invalid("parameter_invalid_integer", `The amount cannot be taken exactly in ${currency}.`, { param: "amount" })
  }
  const least = minimums[currency.toUpperCase()] ?? 1
  if (amount < least) throw invalid("amount_too_small", `Amount must be at least ${least}`, { param: "amount" })
}
