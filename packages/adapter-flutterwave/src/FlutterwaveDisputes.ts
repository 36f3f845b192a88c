/**
 * Flutterwave's chargebacks in the engine's words. Flutterwave holds the money from the beginning, and finds a chargeback by
 * the payment's reference of its own (`flw_ref`), so both make its name here.
 */
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import type { GatewayDispute } from "@stoa/core/payments/PaymentGateway"
import * as Schema from "effect/Schema"
import * as Answers from "./FlutterwaveAnswers.ts"

export const Chargeback = Schema.Struct({
  id: Schema.Number,
  amount: Answers.Decimal,
  flw_ref: Schema.String,
  tx_ref: Schema.String,
  status: Schema.String,
  comment: Schema.optionalKey(Schema.NullOr(Schema.String)),
  due_date: Schema.optionalKey(Schema.NullOr(Schema.String)),
  created_at: Schema.String
})
export interface Chargeback extends Schema.Schema.Type<typeof Chargeback> {}

export const referenceOf = ({ flw_ref, id }: Pick<Chargeback, "flw_ref" | "id">): string => `${id}/${flw_ref}`

/** The two parts of such a name; `undefined` for what is none. */
export const partsOf = (reference: string): { readonly id: number; readonly flwRef: string } | undefined => {
  const [, id, flwRef] = /^(\d{1,15})\/(\S{1,150})$/.exec(reference) ?? []
  return id === undefined || flwRef === undefined ? undefined : { id: Number(id), flwRef }
}

const statusOf = (status: string): GatewayDispute["status"] => {
  switch (status) {
    case "initiated":
    case "pending":
      return "needs_response"
    case "won":
      return "won"
    case "lost":
    case "accepted":
      return "lost"
    // "declined": the shop has said no, and the bank decides
    default:
      return "under_review"
  }
}

export const dispute = (chargeback: Chargeback, currency: string): GatewayDispute => {
  const { amount, comment, due_date: due, tx_ref } = chargeback
  const status = statusOf(chargeback.status)
  return {
    reference: referenceOf(chargeback),
    paymentReference: tx_ref,
    status,
    amount: Answers.money(amount, currency),
    fee: null,
    withdrawn: status !== "won",
    reason: comment ?? "chargeback",
    respondBy: typeof due === "string" ? Timestamp.fromMillis(Date.parse(due)) : null
  }
}
