import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as PersonalData from "../privacy/PersonalData.ts"
import { LicenseRepository } from "./LicenseRepository.ts"

/**
 * License keys, as personal data: which pieces of a person have one, and since when. The keys themselves are secrets, which the
 * person reads at the order; nothing here names who it is, so nothing is to be forgotten that does not go with the order.
 */
export const layer = PersonalData.holder(
  Effect.map(LicenseRepository, (licenses): PersonalData.PersonalDataHolder => ({
    name: "licenseKeys",
    hand: (userId) =>
      Stream.paginate(undefined as string | undefined, (after) =>
        Effect.map(licenses.ofCustomer(userId, after), (all) => [
          all.map(({ givenAt, id, orderId, state, variantId, voidedAt }) => ({ id, orderId, variantId, state, givenAt, voidedAt })),
          Option.fromUndefinedOr(all.at(-1)?.id)
        ])),
    forget: () => Effect.void
  }))
)
