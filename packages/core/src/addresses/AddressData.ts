import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as PersonalData from "../privacy/PersonalData.ts"
import { AddressRepository } from "./AddressRepository.ts"

/** Address books, as personal data. */
export const layer = PersonalData.holder(Effect.map(AddressRepository, (addresses): PersonalData.PersonalDataHolder => ({
  name: "addresses",
  hand: (userId) => Stream.fromIterableEffect(addresses.list(userId)) as Stream.Stream<never, never>,
  forget: (userId) => Effect.asVoid(addresses.deleteAll(userId))
})))
