/**
 * Stripe's payouts in the engine's words. What one is made of are its balance transactions; Stripe knows them of payouts
 * that it makes by itself, and not of those that somebody asks for by hand.
 */
import type { Money } from "@stoa/core/kernel/Money"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import type { GatewayPayout, GatewayPayoutEntry } from "@stoa/core/payments/PaymentGateway"
import type Stripe from "stripe"
import { units } from "./StripeUnits.ts"

/** An amount in a currency that is not in the table is no amount, which the engine takes for no answer. */
const money = (amount: number, currency: string): Money =>
  units.fromGateway(amount, currency) ?? { amount: Number.NaN, currency: currency.toUpperCase() as Money["currency"] }

const stateOf = (status: string): GatewayPayout["state"] =>
  status === "paid" ? "paid" : status === "failed" || status === "canceled" ? "failed" : "pending"

export const payout = ({ amount, arrival_date, automatic, created, currency, id, status }: Stripe.Payout): GatewayPayout => ({
  reference: id,
  state: stateOf(status),
  amount: money(amount, currency),
  arrivesAt: Timestamp.fromMillis(arrival_date * 1_000),
  createdAt: Timestamp.fromMillis(created * 1_000),
  itemised: automatic,
  besides: []
})

const kindOf = (type: string, isDispute: boolean): GatewayPayoutEntry["kind"] => {
  switch (type) {
    case "charge":
    case "payment":
      return "charge"
    case "refund":
    case "payment_refund":
    // the money of one came back
    case "refund_failure":
      return "refund"
    case "adjustment":
      return isDispute ? "dispute" : "other"
    case "stripe_fee":
    case "stripe_fx_fee":
    case "tax_fee":
      return "fee"
    default:
      return "other"
  }
}

const idOf = (found: string | { readonly id: string } | null | undefined): string | null =>
  typeof found === "string" ? found : found?.id ?? null

/** What the payout itself took from the balance is not what it is made of. */
export const isEntry = ({ type }: Stripe.BalanceTransaction): boolean => type !== "payout"

export const entry = ({ amount, currency, fee, id, source, type }: Stripe.BalanceTransaction): GatewayPayoutEntry => {
  const about = typeof source === "object" && source !== null ? source : undefined
  const isDispute = about?.object === "dispute"
  return {
    reference: id,
    kind: kindOf(type, isDispute),
    paymentReference: about?.object === "charge" || about?.object === "refund" || about?.object === "dispute"
      ? idOf(about.payment_intent)
      : null,
    amount: money(amount, currency),
    fee: money(fee, currency)
  }
}
