import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Secret from "../kernel/Secret.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { FraudRepository } from "./FraudRepository.ts"

/**
 * What was counted of somebody's attempts to pay, as personal data. It is kept as hashes, so there is nothing to hand out.
 * Block and allow lists stay: a customer who is blocked does not get off the list by being forgotten.
 */
export const layer = PersonalData.holder(Effect.map(FraudRepository, (fraud): PersonalData.PersonalDataHolder => ({
  name: "fraud-attempts",
  hand: () => Stream.empty,
  forget: (customerId) => fraud.forget(Secret.hash(customerId))
})))
