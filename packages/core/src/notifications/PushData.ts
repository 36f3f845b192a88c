import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as PersonalData from "../privacy/PersonalData.ts"
import { PushRepository } from "./PushRepository.ts"

/** The browsers that somebody has subscribed, as personal data. */
export const layer = PersonalData.holder(
  Effect.map(PushRepository, (repository): PersonalData.PersonalDataHolder => ({
    name: "pushSubscriptions",
    hand: (userId) =>
      Stream.fromIterableEffect(Effect.map(repository.ofUser(userId), (subscriptions) =>
        subscriptions.map((subscription) => ({ ...subscription })))),
    forget: repository.removeAll
  }))
)
