/**
 * What a fake Stripe has written down, and how it shows it.
 */

export interface Charge {
  readonly id: string
  amount_refunded: number
  readonly fee: number
}

export interface Intent {
  readonly id: string
  readonly created: number
  readonly amount: number
  readonly currency: string
  readonly capture: boolean
  readonly metadata: Readonly<Record<string, string>>
  readonly token: string
  readonly customer: string | null
  readonly savesMethod: boolean
  readonly returnUrl: string | null
  status:
    | "requires_action"
    | "requires_capture"
    | "requires_payment_method"
    | "succeeded"
    | "canceled"
  method: string | null
  received: number
  error: { readonly code: string; readonly decline_code: string | null; readonly message: string } | null
  charge: Charge | null
}

export interface Refund {
  readonly id: string
  readonly created: number
  readonly payment_intent: string
  readonly amount: number
  readonly currency: string
  readonly metadata: Readonly<Record<string, string>>
  status: "succeeded" | "pending" | "failed"
}

export interface Method {
  readonly id: string
  readonly token: string
  customer: string | null
}

/** What a card is kept by without a payment. */
export interface Setup {
  readonly id: string
  readonly customer: string | null
  readonly returnUrl: string | null
  method: string | null
  status: "requires_action" | "requires_payment_method" | "succeeded"
  error: { readonly code: string; readonly decline_code: string | null; readonly message: string } | null
}

/** In every object that has one, so that a test finds it wherever it should not be. */
export const clientSecret = "_secret_neverToBeSeen"

/** The one card that all buyers have. */
const cardDetails = {
  brand: "visa",
  last4: "4242",
  country: "US",
  funding: "credit",
  fingerprint: "Xt5EWLLDS7FJjR1c",
  checks: { address_line1_check: "unavailable", address_postal_code_check: "fail", cvc_check: "pass" }
}

export const showMethod = ({ customer, id }: Method) => ({
  id,
  object: "payment_method",
  type: "card",
  customer,
  card: { ...cardDetails, exp_month: 12, exp_year: 2034 }
})

const showCharge = (intent: Intent, { amount_refunded, fee, id }: Charge, expands: (path: string) => boolean) => ({
  id,
  object: "charge",
  payment_intent: intent.id,
  amount: intent.amount,
  amount_captured: intent.received,
  amount_refunded,
  currency: intent.currency,
  metadata: intent.metadata,
  payment_method_details: {
    type: "card",
    card: {
      ...cardDetails,
      three_d_secure: intent.token === "pm_card_threeDSecure2Required" ? { result: "authenticated" } : null
    }
  },
  balance_transaction: expands("latest_charge.balance_transaction")
    ? { id: `txn_${id}`, object: "balance_transaction", amount: intent.received, fee, currency: intent.currency }
    : `txn_${id}`
})

/** A charge by itself, as it is in events. */
export const showChargeAlone = (intent: Intent, charge: Charge) => showCharge(intent, charge, () => false)

export const showIntent = (
  intent: Intent,
  method: Method | undefined,
  page: string,
  expands: (path: string) => boolean
) => ({
  id: intent.id,
  object: "payment_intent",
  created: intent.created,
  livemode: false,
  amount: intent.amount,
  amount_capturable: intent.status === "requires_capture" ? intent.amount : 0,
  amount_received: intent.received,
  currency: intent.currency,
  capture_method: intent.capture ? "automatic" : "manual",
  client_secret: `${intent.id}${clientSecret}`,
  status: intent.status,
  customer: intent.customer,
  metadata: intent.metadata,
  setup_future_usage: intent.savesMethod ? "off_session" : null,
  payment_method: method === undefined ? null : expands("payment_method") ? showMethod(method) : method.id,
  latest_charge: intent.charge === null
    ? null
    : expands("latest_charge")
    ? showCharge(intent, intent.charge, expands)
    : intent.charge.id,
  last_payment_error: intent.error === null
    ? null
    : { type: "card_error", ...intent.error, ...(method === undefined ? {} : { payment_method: showMethod(method) }) },
  next_action: intent.status === "requires_action"
    ? { type: "redirect_to_url", redirect_to_url: { url: `${page}/3ds/${intent.id}`, return_url: intent.returnUrl } }
    : null
})

export const showRefund = (refund: Refund) => ({ object: "refund", failure_reason: null, ...refund })

export const showSetup = (setup: Setup, method: Method | undefined, page: string) => ({
  id: setup.id,
  object: "setup_intent",
  livemode: false,
  customer: setup.customer,
  client_secret: `${setup.id}${clientSecret}`,
  status: setup.status,
  usage: "off_session",
  payment_method: method === undefined ? null : showMethod(method),
  last_setup_error: setup.error === null ? null : { type: "card_error", ...setup.error },
  next_action: setup.status === "requires_action"
    ? { type: "redirect_to_url", redirect_to_url: { url: `${page}/3ds/${setup.id}`, return_url: setup.returnUrl } }
    : null
})
