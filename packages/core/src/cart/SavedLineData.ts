import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as PersonalData from "../privacy/PersonalData.ts"
import { SavedLineRepository } from "./SavedLineRepository.ts"

/** What somebody has set aside, as personal data. */
export const layer = PersonalData.holder(
  Effect.map(SavedLineRepository, (saved): PersonalData.PersonalDataHolder => ({
    name: "savedLines",
    hand: (customerId) =>
      Stream.fromIterableEffect(Effect.map(saved.of({ customerId }), (lines) =>
        lines.map(({ gift, ...line }) => ({ ...line, ...(gift === undefined ? {} : { gift: { ...gift } }) })))),
    forget: saved.forget
  }))
)
