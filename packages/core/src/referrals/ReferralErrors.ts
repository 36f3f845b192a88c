import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** There is no such code. */
export class ReferralCodeUnknown extends StoaError<ReferralCodeUnknown>()("ReferralCodeUnknown", {
  code: "referral_code_unknown",
  kind: "not_found"
}, {}) {
  override get message(): string {
    return "Nobody gave out this code"
  }
}

const reasons = {
  inactive: "There are no rewards for referrals at the moment",
  own: "This is your own code",
  not_new: "Referrals are for who has not ordered yet",
  used: "You have used another code already",
  circular: "You have referred whoever gave you this code"
} as const

/** The customer cannot use the code. */
export class ReferralRefused extends StoaError<ReferralRefused>()("ReferralRefused", {
  code: "referral_refused",
  kind: "conflict"
}, { reason: Schema.Literals(["inactive", "own", "not_new", "used", "circular"]) }) {
  override get message(): string {
    return reasons[this.reason]
  }
}
