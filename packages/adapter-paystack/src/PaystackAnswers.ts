/**
 * Paystack's objects as they come over the wire, and in the engine's words. A status that this version does not know counts
 * as one in which nothing is decided.
 */
import { countryOf, type GatewayCard } from "@stoa/core/fraud/Card"
import type { Money } from "@stoa/core/kernel/Money"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import type { FailureCode } from "@stoa/core/payments/Payment"
import type { GatewayMethod, GatewayPayment, GatewayRefund } from "@stoa/core/payments/PaymentGateway"
import * as Schema from "effect/Schema"
import { units } from "./PaystackUnits.ts"

/** Numbers of Paystack are sometimes text. */
export const Whole = Schema.Union([Schema.Number, Schema.NumberFromString])

const Metadata = Schema.Struct({ stoa_save: Schema.optionalKey(Schema.String) })

export const Transaction = Schema.Struct({
  reference: Schema.String,
  status: Schema.String,
  amount: Whole,
  requested_amount: Schema.optionalKey(Schema.NullOr(Whole)),
  currency: Schema.String,
  gateway_response: Schema.optionalKey(Schema.NullOr(Schema.String)),
  fees: Schema.optionalKey(Schema.NullOr(Whole)),
  created_at: Schema.optionalKey(Schema.String),
  createdAt: Schema.optionalKey(Schema.String),
  // an object, an empty text, 0 or null
  metadata: Schema.optionalKey(Schema.Unknown),
  customer: Schema.optionalKey(Schema.NullOr(Schema.Struct({ email: Schema.NullOr(Schema.String) }))),
  authorization: Schema.optionalKey(Schema.NullOr(Schema.Struct({
    authorization_code: Schema.optionalKey(Schema.NullOr(Schema.String)),
    reusable: Schema.optionalKey(Schema.NullOr(Schema.Boolean)),
    channel: Schema.optionalKey(Schema.NullOr(Schema.String)),
    brand: Schema.optionalKey(Schema.NullOr(Schema.String)),
    last4: Schema.optionalKey(Schema.NullOr(Schema.String)),
    exp_month: Schema.optionalKey(Schema.NullOr(Schema.String)),
    exp_year: Schema.optionalKey(Schema.NullOr(Schema.String)),
    card_type: Schema.optionalKey(Schema.NullOr(Schema.String)),
    country_code: Schema.optionalKey(Schema.NullOr(Schema.String)),
    signature: Schema.optionalKey(Schema.NullOr(Schema.String))
  })))
})
export interface Transaction extends Schema.Schema.Type<typeof Transaction> {}

export const Refund = Schema.Struct({
  id: Schema.Union([Schema.Number, Schema.String]),
  amount: Whole,
  currency: Schema.String,
  status: Schema.String,
  merchant_note: Schema.optionalKey(Schema.NullOr(Schema.String)),
  transaction_reference: Schema.optionalKey(Schema.NullOr(Schema.String))
})
export interface Refund extends Schema.Schema.Type<typeof Refund> {}

/** An amount in a currency that is not in the table is no amount, which the engine takes for no answer. */
export const money = (amount: number, currency: string): Money =>
  units.fromGateway(amount, currency) ?? { amount: Number.NaN, currency: currency.toUpperCase() as Money["currency"] }

/** Our ids have a character that Paystack's references may not have; a payment may have been made more than once. */
export const referenceOf = (paymentId: string, attempt: number): string =>
  `${paymentId.replaceAll("_", "-")}${attempt === 1 ? "" : `.${attempt}`}`

/** Our id, of a reference that we made; `null` for others. */
export const paymentIdOf = (reference: string): string | null =>
  /^pay-[0-9A-Za-z-]+(?:\.\d)?$/.test(reference) ? reference.replace(/\.\d$/, "").replaceAll("-", "_") : null

/** A saved means is named by itself and the address that it belongs to, as both are needed to pay with it. */
export const savedParts = (reference: string): { readonly code: string; readonly email: string } | undefined => {
  const [, code, email] = /^(AUTH_\w{1,60})\/(\S+@\S+)$/.exec(reference) ?? []
  return code === undefined || email === undefined ? undefined : { code, email }
}

const number = (text: string | null | undefined): number | null => (/^\d{1,4}$/.test(text ?? "") ? Number(text) : null)

const saved = ({ authorization, customer, metadata }: Transaction): GatewayMethod | null => {
  const code = authorization?.authorization_code
  if (!Schema.is(Metadata)(metadata) || metadata.stoa_save !== "1" || authorization?.reusable !== true) return null
  return code === null || code === undefined || typeof customer?.email !== "string" ? null : {
    reference: `${code}/${customer.email}`,
    type: authorization.channel ?? "card",
    brand: authorization.brand?.trim() ?? null,
    last4: authorization.last4 ?? null,
    expiresMonth: number(authorization.exp_month),
    expiresYear: number(authorization.exp_year),
    fingerprint: authorization.signature ?? null
  }
}

/** A charge of what is kept that the bank lets nobody but the buyer make. */
export const unseen = (reference: string, amount: Money): GatewayPayment => ({
  reference,
  status: "failed",
  amount,
  nextAction: null,
  failure: { code: "authentication_failed", message: "The bank wants to see the buyer", gatewayCode: "paused" }
})

/** `"visa DEBIT"` is what Paystack calls the type of a card. */
const fundingOf = (type: string): GatewayCard["funding"] =>
  /debit/i.test(type) ? "debit" : /prepaid/i.test(type) ? "prepaid" : /credit/i.test(type) ? "credit" : null

/** The card. Paystack says nothing of what the bank thinks of addresses, and leaves 3-D Secure to itself. */
const cardOf = ({ authorization }: Transaction): GatewayCard | null =>
  authorization?.channel !== "card" ? null : {
    fingerprint: authorization.signature ?? null,
    brand: authorization.brand?.trim() ?? null,
    last4: authorization.last4 ?? null,
    country: countryOf(authorization.country_code),
    funding: fundingOf(authorization.card_type ?? ""),
    checks: { address: null, postalCode: null, securityCode: null },
    threeDSecure: null
  }

const failureCode = (response: string): FailureCode => {
  if (/insufficient/i.test(response)) return "insufficient_funds"
  if (/expired/i.test(response)) return "expired"
  if (/fraud|stolen|lost card/i.test(response)) return "fraud_suspected"
  if (/pin|cvv|invalid card/i.test(response)) return "incorrect_details"
  return "declined"
}

const statusOf = (status: string): GatewayPayment["status"] => {
  switch (status) {
    case "success":
      return "captured"
    case "failed":
      return "failed"
    case "reversed":
      return "cancelled"
    // nobody has paid yet; "abandoned" only says that for some time nobody has tried
    case "abandoned":
    case "ongoing":
      return "requires_action"
    default:
      return "processing"
  }
}

/** What was paid. More than was asked is fees that the buyer bears. */
export const amountOf = ({ amount, requested_amount: requested }: Transaction): number =>
  requested === null || requested === undefined || amount < requested ? amount : requested

/** What Paystack keeps of it out of the shop's money, once it is known. */
export const feeOf = (transaction: Transaction): number | null =>
  typeof transaction.fees === "number" ? transaction.fees - (transaction.amount - amountOf(transaction)) : null

export const payment = (transaction: Transaction, url: string | null = null): GatewayPayment => {
  const status = statusOf(transaction.status)
  const response = transaction.gateway_response ?? "declined"
  return {
    reference: transaction.reference,
    status,
    amount: money(amountOf(transaction), transaction.currency),
    nextAction: status === "requires_action" && url !== null ? { _tag: "redirect", url } : null,
    failure: status === "failed"
      ? { code: failureCode(response), message: "The payment was declined", gatewayCode: response }
      : null,
    savedMethod: status === "captured" ? saved(transaction) : null,
    card: cardOf(transaction)
  }
}

export const refund = ({ amount, currency, id, status }: Refund): GatewayRefund => ({
  reference: String(id),
  // "needs-attention": the buyer's bank account has to be asked for
  status: status === "processed" ? "succeeded" : status === "failed" ? "failed" : "pending",
  amount: money(amount, currency),
  failure: status === "failed"
    ? { code: "declined", message: "The refund did not reach the buyer", gatewayCode: status }
    : null
})

export const createdAt = ({ createdAt, created_at }: Transaction): Timestamp.Timestamp =>
  Timestamp.fromMillis(Date.parse(created_at ?? createdAt ?? "1970-01-01"))
