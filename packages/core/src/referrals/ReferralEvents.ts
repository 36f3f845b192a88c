/**
 * What happens to referrals. The subject is the referral.
 */
import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { ReferralDoubt, ReferralReward } from "./Referral.ts"

const people = { referrerId: Schema.String, friendId: Schema.String }

/** A friend has used the code of a customer. */
export const ReferralJoined = DomainEvent.define("referral.joined", Schema.Struct(people))

/** Both were rewarded; the referrer with `null` where the cap was reached. */
export const ReferralRewarded = DomainEvent.define(
  "referral.rewarded",
  Schema.Struct({
    ...people,
    orderId: Schema.String,
    referrerReward: Schema.NullOr(ReferralReward),
    friendReward: ReferralReward
  })
)

/** Nobody is rewarded, because both seem to be the same person. */
export const ReferralDoubted = DomainEvent.define("referral.refused", Schema.Struct({ ...people, doubt: ReferralDoubt }))

/** The order was given back after all, and what is left of the rewards was taken back. */
export const ReferralTakenBack = DomainEvent.define(
  "referral.taken_back",
  Schema.Struct({ ...people, orderId: Schema.String })
)
