/**
 * Flutterwave's objects as they come over the wire, and in the engine's words. A status that this version does not know
 * counts as one in which nothing is decided.
 */
import { countryOf, type GatewayCard } from "@stoa/core/fraud/Card"
import { type Money, sum } from "@stoa/core/kernel/Money"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import type { FailureCode } from "@stoa/core/payments/Payment"
import type { GatewayMethod, GatewayPayment, GatewayRefund, ListedPayment } from "@stoa/core/payments/PaymentGateway"
import * as Schema from "effect/Schema"
import { createHmac } from "node:crypto"
import { units } from "./FlutterwaveUnits.ts"

export const Decimal = Schema.Union([Schema.Number, Schema.String])
const Text = Schema.optionalKey(Schema.NullOr(Schema.String))

const Meta = Schema.Struct({ stoa_save: Schema.Unknown })

export const Transaction = Schema.Struct({
  id: Schema.Number,
  tx_ref: Schema.String,
  status: Schema.String,
  amount: Decimal,
  currency: Schema.String,
  app_fee: Schema.optionalKey(Schema.NullOr(Decimal)),
  processor_response: Text,
  created_at: Text,
  // an object, or nothing
  meta: Schema.optionalKey(Schema.Unknown),
  customer: Schema.optionalKey(Schema.NullOr(Schema.Struct({ email: Text }))),
  card: Schema.optionalKey(Schema.NullOr(Schema.Struct({
    token: Text,
    type: Text,
    first_6digits: Text,
    last_4digits: Text,
    expiry: Text,
    issuer: Text,
    country: Text
  })))
})
export interface Transaction extends Schema.Schema.Type<typeof Transaction> {}

/** What is answered to a request for a refund. */
export const Refund = Schema.Struct({
  id: Schema.Number,
  tx_id: Schema.Number,
  amount_refunded: Decimal,
  status: Schema.String,
  comments: Text
})
export interface Refund extends Schema.Schema.Type<typeof Refund> {}

/** An amount in a currency that is not in the table is no amount, which the engine takes for no answer. */
export const money = (amount: number | string, currency: string): Money =>
  units.fromMajor(amount, currency) ?? { amount: Number.NaN, currency: currency.toUpperCase() as Money["currency"] }

/** A saved means is named by its token and the address that it belongs to, as both are needed to pay with it. */
export const savedParts = (reference: string): { readonly token: string; readonly email: string } | undefined => {
  const [, token, email] = /^(flw-[\w-]{1,80})\/(\S+@\S+)$/.exec(reference) ?? []
  return token === undefined || email === undefined ? undefined : { token, email }
}

const saved = ({ card, customer, meta }: Transaction): GatewayMethod | null => {
  if (!Schema.is(Meta)(meta) || typeof card?.token !== "string" || typeof customer?.email !== "string") return null
  const [month, year] = (card.expiry ?? "").split("/").map(Number)
  return {
    reference: `${card.token}/${customer.email}`,
    type: "card",
    brand: card.type ?? null,
    last4: card.last_4digits ?? null,
    expiresMonth: month !== undefined && month > 0 ? month : null,
    expiresYear: year !== undefined && year > 0 ? 2_000 + year : null
  }
}

const fundingOf = (issuer: string): GatewayCard["funding"] =>
  /debit/i.test(issuer) ? "debit" : /prepaid/i.test(issuer) ? "prepaid" : /credit/i.test(issuer) ? "credit" : null

/**
 * The card. Flutterwave has no name for it that stays the same, so it is known by the digits that it tells and its expiry,
 * hashed with a key of the shop's. Of some hundred thousand cards of one bank, two may have the same.
 */
export const cardOf = ({ card }: Transaction, key: string): GatewayCard | null => {
  if (card === null || card === undefined) return null
  const { country, expiry, first_6digits: first, issuer, last_4digits: last4, type } = card
  return {
    fingerprint: typeof first === "string" && typeof last4 === "string"
      ? createHmac("sha256", key).update(`card ${first} ${last4} ${expiry ?? ""}`).digest("base64url")
      : null,
    brand: type ?? null,
    last4: last4 ?? null,
    country: countryOf(country),
    funding: fundingOf(issuer ?? ""),
    checks: { address: null, postalCode: null, securityCode: null },
    threeDSecure: null
  }
}

const failureCode = (response: string): FailureCode => {
  if (/insufficient/i.test(response)) return "insufficient_funds"
  if (/expired/i.test(response)) return "expired"
  if (/fraud|stolen/i.test(response)) return "fraud_suspected"
  if (/pin|otp|cvv|invalid card/i.test(response)) return "incorrect_details"
  return "declined"
}

const statusOf = (status: string): GatewayPayment["status"] => {
  switch (status) {
    case "successful":
      return "captured"
    case "failed":
      return "failed"
    default:
      return "processing"
  }
}

export const payment = (transaction: Transaction): GatewayPayment => {
  const status = statusOf(transaction.status)
  const response = transaction.processor_response ?? "declined"
  return {
    reference: transaction.tx_ref,
    status,
    amount: money(transaction.amount, transaction.currency),
    nextAction: null,
    failure: status === "failed"
      ? { code: failureCode(response), message: "The payment was declined", gatewayCode: response }
      : null,
    savedMethod: status === "captured" ? saved(transaction) : null
  }
}

/** A payment whose buyer was sent to Flutterwave's page and has not tried to pay there. */
export const away = (reference: string, amount: Money, url: string | null): GatewayPayment => ({
  reference,
  status: "requires_action",
  amount,
  nextAction: url === null ? null : { _tag: "redirect", url },
  failure: null
})

/** "completed" alone says that it was begun; how the money went says that it is there. */
const refundStatusOf = (status: string): GatewayRefund["status"] =>
  status.startsWith("completed-") ? "succeeded" : status === "failed" ? "failed" : "pending"

export const refund = (made: Refund, currency: string): GatewayRefund => {
  const status = refundStatusOf(made.status)
  return {
    reference: String(made.id),
    status,
    amount: money(made.amount_refunded, currency),
    failure: status === "failed"
      ? { code: "declined", message: "The refund did not reach the buyer", gatewayCode: made.status }
      : null
  }
}

export const listed = (transaction: Transaction, refunds: ReadonlyArray<Refund>): ListedPayment => ({
  ...payment(transaction),
  paymentId: transaction.tx_ref.startsWith("pay_") ? transaction.tx_ref : null,
  refunded: sum(
    refunds.filter(({ status, tx_id }) => tx_id === transaction.id && status !== "failed").map((back) =>
      money(back.amount_refunded, transaction.currency)
    ),
    money(0, transaction.currency).currency
  ),
  fee: transaction.app_fee === null || transaction.app_fee === undefined
    ? null
    : units.fromMajor(transaction.app_fee, transaction.currency) ?? null,
  createdAt: Timestamp.fromMillis(Date.parse(transaction.created_at ?? "1970-01-01"))
})
