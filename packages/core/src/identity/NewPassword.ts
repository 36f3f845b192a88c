import * as Effect from "effect/Effect"
import { InvalidInput } from "../kernel/Input.ts"
import { WeakPassword } from "./IdentityErrors.ts"
import { IdentitySettings } from "./IdentitySettings.ts"
import { isGuessable } from "./PasswordPolicy.ts"

/** A check of new passwords against the policy of the shop and what is known of their owner. */
export const make = Effect.map(IdentitySettings, ({ passwordMinimumLength }) =>
  (password: string, known: ReadonlyArray<string>): Effect.Effect<void, InvalidInput | WeakPassword> =>
    Effect.gen(function*() {
      if (password.length < passwordMinimumLength) {
        return yield* InvalidInput.at(["password"], `Expected at least ${passwordMinimumLength} characters`)
      }
      if (isGuessable(password, known)) return yield* new WeakPassword()
    }))
