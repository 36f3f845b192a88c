import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as PersonalData from "../privacy/PersonalData.ts"
import { MarketingRepository } from "./MarketingRepository.ts"

/** Messages that somebody could do without, as personal data. What an address wants none of stays, for it would get it again. */
export const layer = PersonalData.holder(
  Effect.map(MarketingRepository, (repository): PersonalData.PersonalDataHolder => ({
    name: "marketing",
    hand: (userId) =>
      Stream.fromIterableEffect(Effect.map(repository.ofUser(userId, 1_000), (messages) =>
        messages.map(({ address, channel, createdAt, data, dropped, kind, status, template }) =>
          ({ address, channel, createdAt, data, dropped, kind, status, template })))),
    forget: repository.forget
  }))
)
