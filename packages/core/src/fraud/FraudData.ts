import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Secret from "../kernel/Secret.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { FraudRepository } from "./FraudRepository.ts"

/**
 * What was counted of somebody's attempts to pay, as personal data, and the cards that they have paid with. Attempts are kept as
 * hashes, so there is nothing to hand out of them. Block and allow lists stay: a customer who is blocked does not get off the
 * list by being forgotten.
 */
export const layer = PersonalData.holder(Effect.map(FraudRepository, (fraud): PersonalData.PersonalDataHolder => ({
  name: "fraudAttempts",
  hand: (customerId) =>
    Stream.fromIterableEffect(Effect.map(fraud.cardsOfCustomer(customerId), (cards) =>
      cards.map(({ at, facts, gateway, orderId, paymentId }) => ({ orderId, paymentId, gateway, ...facts, checks: { ...facts.checks }, at })))),
  forget: (customerId) => fraud.forget(customerId, Secret.hash(customerId))
})))
