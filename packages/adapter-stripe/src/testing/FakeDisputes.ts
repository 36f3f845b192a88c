/**
 * The disputes of a fake Stripe: opened by a test, answered by the shop, decided by a test.
 */
import type { Intent } from "./StripeBooks.ts"
import { invalid } from "./StripeRules.ts"
import type * as FormBody from "./FormBody.ts"

interface Move {
  readonly amount: number
  readonly fee: number
}

interface FakeDispute {
  readonly id: string
  readonly intent: Intent
  readonly amount: number
  readonly dueBy: number
  readonly created: number
  status: "warning_needs_response" | "needs_response" | "under_review" | "won" | "lost"
  evidence: FormBody.FormValue | null
  readonly moves: Array<Move>
}

/** What Stripe keeps of a dispute in US dollars. */
const fee = 1_500

export const make = (newId: (prefix: string) => string, seconds: () => number) => {
  const disputes = new Map<string, FakeDispute>()

  const at = (id: string): FakeDispute => {
    const found = disputes.get(id)
    if (found === undefined) throw invalid("resource_missing", `No such dispute: '${id}'`, {}, 404)
    return found
  }

  const show = ({ amount, created, dueBy, evidence, id, intent, moves, status }: FakeDispute) => ({
    id,
    object: "dispute",
    created,
    amount,
    currency: intent.currency,
    charge: intent.charge?.id,
    payment_intent: intent.id,
    reason: "product_not_received",
    status,
    evidence: evidence ?? {},
    evidence_details: { due_by: dueBy, has_evidence: evidence !== null, submission_count: evidence === null ? 0 : 1 },
    metadata: {},
    balance_transactions: moves.map((move, index) => ({
      id: `txn_${id}_${index}`,
      object: "balance_transaction",
      currency: intent.currency,
      ...move
    }))
  })

  return {
    open: (intent: Intent, isInquiry: boolean): string => {
      const dispute: FakeDispute = {
        id: newId("dp"),
        intent,
        amount: intent.received,
        dueBy: seconds() + 7 * 86_400,
        created: seconds(),
        status: isInquiry ? "warning_needs_response" : "needs_response",
        evidence: null,
        moves: isInquiry ? [] : [{ amount: -intent.received, fee }]
      }
      disputes.set(dispute.id, dispute)
      return dispute.id
    },
    decide: (id: string, outcome: "won" | "lost"): void => {
      const dispute = at(id)
      dispute.status = outcome
      if (outcome === "won" && dispute.moves.length > 0) dispute.moves.push({ amount: dispute.amount, fee: 0 })
    },
    all: () => [...disputes.values()].map(show),
    read: (id: string) => show(at(id)),
    write: (id: string, fields: FormBody.FormFields) => {
      const dispute = at(id)
      if (dispute.status === "won" || dispute.status === "lost") {
        throw invalid("dispute_closed", "This dispute is already closed")
      }
      dispute.evidence = fields["evidence"] ?? null
      if (fields["submit"] === "true") dispute.status = "under_review"
      return show(dispute)
    },
    event: (id: string) => {
      const dispute = at(id)
      const isOver = dispute.status === "won" || dispute.status === "lost"
      return {
        id: `evt_${id}_${dispute.status}`,
        object: "event",
        api_version: "2026-10-28.endive",
        created: seconds(),
        livemode: false,
        type: isOver ? "charge.dispute.closed" : dispute.evidence === null ? "charge.dispute.created" : "charge.dispute.updated",
        data: { object: show(dispute) }
      }
    }
  }
}
