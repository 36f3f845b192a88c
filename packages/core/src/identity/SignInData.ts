import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as PersonalData from "../privacy/PersonalData.ts"
import { CredentialRepository } from "./CredentialRepository.ts"
import { FactorRepository } from "./FactorRepository.ts"
import { SignInRepository } from "./SignInRepository.ts"

/** What somebody signs in with, as far as it is personal: the number, what their devices are called, and their latest sign-ins. */
export const layer = PersonalData.holder(Effect.gen(function*() {
  const credentials = yield* CredentialRepository
  const factors = yield* FactorRepository
  const signIns = yield* SignInRepository
  const holder: PersonalData.PersonalDataHolder = {
    name: "signIn",
    hand: (userId) =>
      Stream.fromIterableEffect(Effect.gen(function*() {
        const phone = yield* credentials.phone(userId)
        const passkeys = yield* factors.passkeys(userId)
        const { items } = yield* signIns.list(userId, { limit: 100 })
        return [
          ...items.map(({ address, at, method, outcome, place, userAgent }) => ({
            signIn: outcome,
            method,
            address,
            userAgent,
            place,
            at
          })),
          ...(phone === undefined ? [] : [{ ...phone }]),
          ...passkeys.map(({ createdAt, lastUsedAt, name }) => ({ passkey: name, createdAt, lastUsedAt }))
        ]
      })),
    forget: factors.forget
  }
  return holder
}))
