import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as PersonalData from "../privacy/PersonalData.ts"
import { BackInStockRepository } from "./BackInStockRepository.ts"

/** What somebody waits for, as personal data. */
export const layer = PersonalData.holder(
  Effect.map(BackInStockRepository, (repository): PersonalData.PersonalDataHolder => ({
    name: "backInStock",
    hand: (userId) =>
      Stream.fromIterableEffect(Effect.map(repository.ofUser(userId), (waiting) =>
        waiting.map(({ address, variantId }) => ({ address, variantId })))),
    forget: repository.forget
  }))
)
