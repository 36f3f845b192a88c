import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as PersonalData from "../privacy/PersonalData.ts"
import { TaxExemptionRepository } from "./TaxExemptionRepository.ts"

/** The VAT id and the exemption of somebody, as personal data. Orders keep what they were placed with. */
export const layer = PersonalData.holder(
  Effect.map(TaxExemptionRepository, (repository): PersonalData.PersonalDataHolder => ({
    name: "tax",
    hand: (userId) =>
      Stream.fromIterableEffect(Effect.gen(function*() {
        const vatId = yield* repository.vatId(userId)
        const exemption = yield* repository.exemption(userId)
        return [
          ...vatId === undefined ? [] : [{ vatId: vatId.number, status: vatId.status }],
          ...exemption === undefined ? [] : [{ exempt: exemption.reason }]
        ]
      })),
    forget: repository.forget
  }))
)
