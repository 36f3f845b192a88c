/**
 * Disputes that a gateway tells of and the shop cannot place: their payment is not known here, or is in another currency.
 * They are asked about ever more seldom for some days, and then left to a person.
 */
import * as Schema from "effect/Schema"
import * as Page from "../kernel/Page.ts"
import { StoaError } from "../kernel/StoaError.ts"
import { name, text } from "../kernel/Text.ts"
import * as Timestamp from "../kernel/Timestamp.ts"

export const UnmatchedDispute = Schema.Struct({
  gateway: Schema.String,
  /** The gateway's own id of the dispute. */
  reference: Schema.String,
  /** How often the gateway was asked about it. */
  attempts: Schema.Int,
  /** When it is asked again; `null` if that is left to a person. */
  nextAttemptAt: Schema.NullOr(Timestamp.Timestamp),
  firstSeenAt: Timestamp.Timestamp,
  askedAt: Timestamp.Timestamp
}).annotate({ identifier: "UnmatchedDispute" })
export interface UnmatchedDispute extends Schema.Schema.Type<typeof UnmatchedDispute> {}

export const ListUnmatchedDisputes = Schema.Struct({ ...Page.PageRequest, gateway: Schema.optionalKey(text(50)) })
  .annotate({ identifier: "ListUnmatchedDisputes" })
export interface ListUnmatchedDisputes extends Schema.Schema.Type<typeof ListUnmatchedDisputes> {}

/** Which one to ask about again. */
export const MatchDispute = Schema.Struct({ gateway: name(50), reference: name(200) }).annotate({ identifier: "MatchDispute" })
export interface MatchDispute extends Schema.Schema.Type<typeof MatchDispute> {}

/** The shop still knows no payment that the dispute is about. */
export class DisputeUnmatched extends StoaError<DisputeUnmatched>()("DisputeUnmatched", {
  code: "dispute_unmatched",
  kind: "conflict"
}, { gateway: Schema.String, reference: Schema.String }) {
  override get message(): string {
    return `The shop knows no payment that the dispute ${this.reference} of ${this.gateway} is about`
  }
}

/** For so long after it was first seen, it is asked about by itself. */
const patience = "3 days"

/** What is known of a dispute after it could not be placed once more: asked again after 1, 2, 4, ... hours, 24 at most. */
export const missed = (
  before: UnmatchedDispute | undefined,
  about: { readonly gateway: string; readonly reference: string },
  at: Timestamp.Timestamp
): UnmatchedDispute => {
  const attempts = (before?.attempts ?? 0) + 1
  const firstSeenAt = before?.firstSeenAt ?? at
  const next = Timestamp.plus(at, { hours: Math.min(2 ** Math.min(attempts - 1, 10), 24) })
  return {
    gateway: about.gateway,
    reference: about.reference,
    attempts,
    nextAttemptAt: next > Timestamp.plus(firstSeenAt, patience) ? null : next,
    firstSeenAt,
    askedAt: at
  }
}
