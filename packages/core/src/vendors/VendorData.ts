import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as PersonalData from "../privacy/PersonalData.ts"
import { VendorRepository } from "./VendorRepository.ts"

/** For which vendor a person works, as personal data. */
export const layer = PersonalData.holder(Effect.map(VendorRepository, (vendors): PersonalData.PersonalDataHolder => ({
  name: "vendorMemberships",
  hand: (userId) => Stream.fromIterableEffect(vendors.membership(userId)),
  forget: vendors.forget
})))
