import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as PersonalData from "../privacy/PersonalData.ts"
import { CredentialRepository } from "./CredentialRepository.ts"
import { FactorRepository } from "./FactorRepository.ts"

/** What somebody signs in with, as far as it is personal: the number, and what their devices are called. */
export const layer = PersonalData.holder(Effect.gen(function*() {
  const credentials = yield* CredentialRepository
  const factors = yield* FactorRepository
  const holder: PersonalData.PersonalDataHolder = {
    name: "signIn",
    hand: (userId) =>
      Stream.fromIterableEffect(Effect.gen(function*() {
        const phone = yield* credentials.phone(userId)
        const passkeys = yield* factors.passkeys(userId)
        return [
          ...(phone === undefined ? [] : [{ ...phone }]),
          ...passkeys.map(({ createdAt, lastUsedAt, name }) => ({ passkey: name, createdAt, lastUsedAt }))
        ]
      })),
    forget: factors.forget
  }
  return holder
}))
