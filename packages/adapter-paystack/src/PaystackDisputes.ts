/**
 * Paystack's disputes in the engine's words. The money is taken once the dispute is lost, not before.
 */
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import type { GatewayDispute } from "@stoa/core/payments/PaymentGateway"
import * as Schema from "effect/Schema"
import * as Answers from "./PaystackAnswers.ts"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))

export const Dispute = Schema.Struct({
  id: Schema.Union([Schema.Number, Schema.String]),
  status: Schema.String,
  resolution: Text,
  /** What the buyer wants back; all of it where it is not said. */
  refund_amount: Schema.optionalKey(Schema.NullOr(Answers.Whole)),
  currency: Text,
  category: Text,
  dueAt: Text,
  transaction: Schema.Struct({ reference: Schema.String, amount: Answers.Whole, currency: Schema.String })
})
export interface Dispute extends Schema.Schema.Type<typeof Dispute> {}

/** Only the ids of a list. */
export const Listed = Schema.Struct({ id: Schema.Union([Schema.Number, Schema.String]), createdAt: Schema.String })

const statusOf = ({ resolution, status }: Dispute): GatewayDispute["status"] => {
  if (status === "awaiting-merchant-feedback") return "needs_response"
  // a state or a resolution that this version does not know decides nothing
  if (status !== "resolved" && status !== "archived") return "under_review"
  if (resolution === "declined") return "won"
  return resolution === "merchant-accepted" || resolution === "auto-accepted" ? "lost" : "under_review"
}

export const dispute = (said: Dispute): GatewayDispute => {
  const { category, currency, dueAt, id, refund_amount: wanted, transaction } = said
  const status = statusOf(said)
  return {
    reference: String(id),
    paymentReference: transaction.reference,
    status,
    amount: Answers.money(wanted ?? transaction.amount, currency ?? transaction.currency),
    fee: null,
    withdrawn: status === "lost",
    reason: category ?? "dispute",
    respondBy: typeof dueAt === "string" ? Timestamp.fromMillis(Date.parse(dueAt)) : null
  }
}
