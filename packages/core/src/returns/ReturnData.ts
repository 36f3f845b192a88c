import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Page from "../kernel/Page.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { ClaimRepository } from "./ClaimRepository.ts"
import { ReturnRepository } from "./ReturnRepository.ts"

/** Returns and claims, as personal data: they are handed out whole; what was written and pictured goes, the figures stay. */
export const layer = Layer.merge(
  PersonalData.holder(Effect.map(ReturnRepository, (returns): PersonalData.PersonalDataHolder => ({
    name: "returns",
    hand: (customerId) =>
      Page.all((page) => returns.list({ customerId, ...page })),
    forget: returns.forget
  }))),
  PersonalData.holder(Effect.map(ClaimRepository, (claims): PersonalData.PersonalDataHolder => ({
    name: "claims",
    hand: (customerId) =>
      Page.all((page) => claims.list({ customerId, ...page })),
    forget: claims.forget
  })))
)
