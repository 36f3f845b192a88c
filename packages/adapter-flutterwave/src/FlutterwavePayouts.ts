/**
 * Flutterwave's settlements in the engine's words. What went back and what was disputed are sums of the settlement; what
 * was paid is told one by one.
 */
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import type { GatewayPayout, GatewayPayoutEntry } from "@stoa/core/payments/PaymentGateway"
import * as Schema from "effect/Schema"
import * as Answers from "./FlutterwaveAnswers.ts"

const Sum = Schema.optionalKey(Schema.NullOr(Answers.Decimal))

export const Settlement = Schema.Struct({
  id: Schema.Number,
  status: Schema.String,
  currency: Schema.String,
  net_amount: Answers.Decimal,
  refund: Sum,
  chargeback: Sum,
  processed_date: Schema.optionalKey(Schema.NullOr(Schema.String)),
  due_date: Schema.optionalKey(Schema.NullOr(Schema.String)),
  created_at: Schema.String
})
export interface Settlement extends Schema.Schema.Type<typeof Settlement> {}

/** A settlement with the payments in it. */
export const Settled = Schema.Struct({
  currency: Schema.String,
  transactions: Schema.Array(Schema.Struct({
    id: Schema.Number,
    tx_ref: Schema.String,
    /** What of it comes to the bank. */
    settlement_amount: Answers.Decimal,
    app_fee: Sum,
    merchant_fee: Sum,
    stampduty_charge: Sum
  }))
})
type SettledTransaction = typeof Settled.Type["transactions"][number]

const stateOf = (status: string): GatewayPayout["state"] =>
  status === "completed" || status === "successful" ? "paid" : status === "failed" ? "failed" : "pending"

const time = (text: string) => Timestamp.fromMillis(Date.parse(text))

/** What is in one of the sums that are taken away. */
const taken = (
  reference: string,
  kind: "refund" | "dispute",
  sum: number | string | null | undefined,
  currency: string
): ReadonlyArray<GatewayPayoutEntry> => {
  const { amount, currency: code } = Answers.money(sum ?? 0, currency)
  return amount === 0 ? [] : [{
    reference,
    kind,
    paymentReference: null,
    amount: { amount: -amount, currency: code },
    fee: { amount: 0, currency: code }
  }]
}

export const payout = (settlement: Settlement): GatewayPayout => {
  const { chargeback, created_at, currency, due_date: due, id, net_amount, processed_date: processed, refund, status } = settlement
  const arrives = processed ?? due
  return {
    reference: String(id),
    state: stateOf(status),
    amount: Answers.money(net_amount, currency),
    arrivesAt: typeof arrives === "string" ? time(arrives) : null,
    createdAt: time(created_at),
    itemised: true,
    besides: [...taken("refunds", "refund", refund, currency), ...taken("chargebacks", "dispute", chargeback, currency)]
  }
}

export const entry = (transaction: SettledTransaction, currency: string): GatewayPayoutEntry => {
  const { app_fee, id, merchant_fee, settlement_amount, stampduty_charge, tx_ref } = transaction
  const net = Answers.money(settlement_amount, currency)
  const fee = [app_fee, merchant_fee, stampduty_charge].reduce((sum: number, one) => sum + Answers.money(one ?? 0, currency).amount, 0)
  return {
    reference: String(id),
    kind: "charge",
    paymentReference: tx_ref,
    amount: { ...net, amount: net.amount + fee },
    fee: { ...net, amount: fee }
  }
}
