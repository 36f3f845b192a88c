import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as PersonalData from "../privacy/PersonalData.ts"
import { ReferralRepository } from "./ReferralRepository.ts"

/** Whom somebody referred and by whom they were, as personal data; the code goes, and so nobody can use it any more. */
export const layer = PersonalData.holder(
  Effect.map(ReferralRepository, (repository): PersonalData.PersonalDataHolder => ({
    name: "referrals",
    hand: (userId) =>
      Stream.fromIterableEffect(Effect.gen(function*() {
        const { items } = yield* repository.list({ referrerId: userId, limit: 100 })
        const used = yield* repository.ofFriend(userId)
        return [
          ...items.map(({ createdAt, referrerReward, state }) => ({ referred: state, reward: referrerReward, createdAt })),
          ...used === undefined ? [] : [{ wasReferred: used.state, reward: used.friendReward, createdAt: used.createdAt }]
        ]
      })),
    forget: repository.forget
  }))
)
