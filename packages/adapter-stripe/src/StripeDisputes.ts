/**
 * Stripe's disputes in the engine's words.
 *
 * What Stripe has taken and given back are its balance transactions of the dispute; an inquiry (`warning_...`) takes
 * nothing. An appeal begins after the dispute was lost, and the money is gone until it is won.
 */
import type { Money } from "@stoa/core/kernel/Money"
import * as Timestamp from "@stoa/core/kernel/Timestamp"
import type { GatewayDispute } from "@stoa/core/payments/PaymentGateway"
import type Stripe from "stripe"
import { units } from "./StripeUnits.ts"

/** The kinds of files that Stripe tells apart. */
const fileKinds = [
  "cancellation_policy",
  "customer_communication",
  "customer_signature",
  "duplicate_charge_documentation",
  "receipt",
  "refund_policy",
  "service_documentation",
  "shipping_documentation",
  "uncategorized_file"
] as const
type FileKind = typeof fileKinds[number]

const isKind = (text: string): text is FileKind => fileKinds.some((kind) => kind === text)

const statusOf = (status: string, isTaken: boolean): GatewayDispute["status"] => {
  switch (status) {
    case "needs_response":
    case "warning_needs_response":
      return "needs_response"
    case "won":
    case "warning_closed":
      return "won"
    case "lost":
    case "appeal_needs_response":
    case "appeal_under_review":
      return "lost"
    case "prevented":
      return isTaken ? "lost" : "won"
    default:
      // a state that this version does not know decides nothing
      return "under_review"
  }
}

/** An amount in a currency that is not in the table is no amount, which the engine takes for no answer. */
const money = (amount: number, currency: string): Money =>
  units.fromGateway(amount, currency) ?? { amount: Number.NaN, currency: currency.toUpperCase() as Money["currency"] }

export const dispute = (said: Stripe.Dispute): GatewayDispute => {
  const { amount, balance_transactions: moves, currency, evidence_details: details, id, payment_intent: intent, reason, status } =
    said
  const isTaken = moves.reduce((sum, move) => sum + move.amount, 0) < 0
  const fees = moves.filter((move) => move.currency === currency && move.fee > 0)
  const fee = fees.reduce((sum, move) => sum + move.fee, 0)
  return {
    reference: id,
    paymentReference: typeof intent === "string" ? intent : intent?.id ?? "",
    status: statusOf(status, isTaken),
    amount: money(amount, currency),
    // in the currency of the shop's bank account, which may be another
    fee: fees.length === 0 ? null : units.fromGateway(fee, currency) ?? null,
    withdrawn: isTaken,
    reason,
    respondBy: details.due_by === null ? null : Timestamp.fromMillis(details.due_by * 1_000)
  }
}

/**
 * The evidence as Stripe takes it. A file is what Stripe calls it (`file_...`), or that after its kind:
 * `"receipt:file_..."`. `undefined` if two files are of one kind, or a kind is none.
 */
export const evidence = (text: string, files: ReadonlyArray<string>): Stripe.DisputeUpdateParams.Evidence | undefined => {
  const byKind: Partial<Record<FileKind, string>> = {}
  for (const file of files) {
    const [before, after] = file.split(":", 2)
    const kind = after === undefined ? "uncategorized_file" : before ?? ""
    if (!isKind(kind) || byKind[kind] !== undefined) return undefined
    byKind[kind] = after ?? file
  }
  return { uncategorized_text: text, ...byKind }
}
