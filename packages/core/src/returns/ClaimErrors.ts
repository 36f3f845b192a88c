import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such claim, or it is of no order that this caller may see. */
export class ClaimNotFound extends StoaError<ClaimNotFound>()("ClaimNotFound", {
  code: "claim_not_found",
  kind: "not_found"
}, { claimId: Schema.String }) {
  override get message(): string {
    return `There is no claim ${this.claimId}`
  }
}

/** More is claimed than has left the shop and was neither claimed nor given back yet. */
export class ClaimExceedsOrder extends StoaError<ClaimExceedsOrder>()("ClaimExceedsOrder", {
  code: "claim_exceeds_order",
  kind: "conflict"
}, { lines: Schema.Array(Schema.Struct({ lineId: Schema.String, wanted: Schema.Int, left: Schema.Int })) }) {
  override get message(): string {
    return this.lines.map(({ left, lineId, wanted }) => `${wanted} of ${lineId} cannot be claimed: ${left} are left`).join("; ")
  }
}
