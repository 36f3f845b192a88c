/**
 * The state of something, in a colour that says whether somebody has to do anything about it. The words say it too.
 */
export type Tone = "good" | "busy" | "waits" | "bad" | "still"

const tones: Readonly<Record<string, Tone>> = {
  pending: "waits",
  unpaid: "waits",
  authorized: "busy",
  partially_paid: "waits",
  paid: "good",
  processing: "busy",
  on_hold: "waits",
  unfulfilled: "busy",
  partially_shipped: "busy",
  partially_refunded: "still",
  shipped: "good",
  delivered: "good",
  published: "good",
  active: "good",
  succeeded: "good",
  draft: "still",
  archived: "still",
  cancelled: "still",
  refunded: "still",
  rejected: "bad",
  draft_open: "still",
  draft_sent: "busy",
  draft_expired: "waits",
  draft_ordered: "good",
  report_waiting: "still",
  report_working: "busy",
  report_ready: "good",
  report_failed: "bad",
  return_requested: "waits",
  return_approved: "busy",
  return_received: "waits",
  return_refunding: "busy",
  return_partially_refunded: "waits",
  return_refunded: "good",
  return_exchanged: "good",
  claim_open: "waits",
  claim_replaced: "good",
  claim_refunded: "good",
  failed: "bad"
}

export const Badge = ({ state, text, tone = tones[state] ?? "still" }: {
  readonly state: string
  readonly text: string
  readonly tone?: Tone
}) => <span class={`badge ${tone}`}>{text}</span>
