import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { UserRepository } from "../identity/UserRepository.ts"
import * as PersonalData from "../privacy/PersonalData.ts"
import { StoredValueRepository } from "./StoredValueRepository.ts"

/**
 * Gift cards and credit, as personal data: the credit is handed out; what gift cards say of who they were sent to goes.
 * Balances and movements stay, for the books.
 */
export const layer = PersonalData.holder(Effect.gen(function*() {
  const values = yield* StoredValueRepository
  const users = yield* UserRepository
  return {
    name: "storedValue",
    hand: (userId) =>
      Stream.fromIterableEffect(Effect.map(
        values.spendable([], userId),
        (all) => all.map(({ balance, createdAt, currency, kind }) => ({ kind, balance, currency, createdAt }))
      )),
    forget: (userId) =>
      Effect.flatMap(users.find(userId), (user) => values.forget(user?.email ?? null, userId))
  } satisfies PersonalData.PersonalDataHolder
}))
