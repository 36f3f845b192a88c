/**
 * Paystack's settlements in the engine's words: what was paid, less fees, less what Paystack takes back. What it takes back
 * for refunds and disputes is one sum, which Paystack does not tell apart.
 */
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import type { GatewayPayout, GatewayPayoutEntry } from "@stoa/core/payments/PaymentGateway"
import * as Schema from "effect/Schema"
import * as Answers from "./PaystackAnswers.ts"

export const Settlement = Schema.Struct({
  id: Schema.Union([Schema.Number, Schema.String]),
  status: Schema.String,
  currency: Schema.String,
  /** What was paid, less fees. */
  total_amount: Answers.Whole,
  /** What comes to the bank: the same, less what is taken back. */
  effective_amount: Schema.optionalKey(Schema.NullOr(Answers.Whole)),
  settlement_date: Schema.optionalKey(Schema.NullOr(Schema.String)),
  createdAt: Schema.String
})
export interface Settlement extends Schema.Schema.Type<typeof Settlement> {}

const stateOf = (status: string): GatewayPayout["state"] =>
  status === "success" || status === "processed" ? "paid" : status === "failed" ? "failed" : "pending"

export const payout = (settlement: Settlement): GatewayPayout => {
  const { createdAt, currency, effective_amount: effective, id, settlement_date: arrives, status, total_amount: total } = settlement
  const taken = (effective ?? total) - total
  return {
    reference: String(id),
    state: stateOf(status),
    amount: Answers.money(effective ?? total, currency),
    arrivesAt: typeof arrives === "string" ? Timestamp.fromMillis(Date.parse(arrives)) : null,
    createdAt: Timestamp.fromMillis(Date.parse(createdAt)),
    itemised: true,
    besides: taken === 0 ? [] : [{
      reference: "deductions",
      kind: "other",
      paymentReference: null,
      amount: Answers.money(taken, currency),
      fee: Answers.money(0, currency)
    }]
  }
}

/** A payment that is paid out. What the buyer has paid above what was asked is fees that the buyer bears. */
export const entry = (transaction: Answers.Transaction): GatewayPayoutEntry => ({
  reference: transaction.reference,
  kind: "charge",
  paymentReference: transaction.reference,
  amount: Answers.money(Answers.amountOf(transaction), transaction.currency),
  fee: Answers.money(Answers.feeOf(transaction) ?? 0, transaction.currency)
})
