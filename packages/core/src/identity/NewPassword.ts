import * as Effect from "effect/Effect"
import { InvalidInput } from "../kernel/Input.ts"
import { WeakPassword } from "./IdentityErrors.ts"
import { IdentitySettings } from "./IdentitySettings.ts"
import { PasswordBreaches } from "./PasswordBreaches.ts"
import { isGuessable } from "./PasswordPolicy.ts"

/** What is checked of new passwords. */
export interface NewPassword {
  /** Against the policy and the words of the shop, and what is known of the owner. */
  readonly fits: (password: string, known: ReadonlyArray<string>) => Effect.Effect<void, InvalidInput | WeakPassword>
  /** As `fits`, and whether it is known from a breach. Never inside of a transaction. */
  readonly acceptable: (
    password: string,
    known: ReadonlyArray<string>
  ) => Effect.Effect<void, InvalidInput | WeakPassword>
}

export const make: Effect.Effect<NewPassword> = Effect.gen(function*() {
  const { passwordMinimumLength, passwordWords } = yield* IdentitySettings
  const breaches = yield* PasswordBreaches

  const fits: NewPassword["fits"] = Effect.fnUntraced(function*(password, known) {
    if (password.length < passwordMinimumLength) {
      return yield* InvalidInput.at(["password"], `Expected at least ${passwordMinimumLength} characters`, { code: "too_short", params: { minimum: passwordMinimumLength } })
    }
    if (isGuessable(password, [...passwordWords, ...known])) return yield* new WeakPassword()
  })

  // what went wrong may quote the password, so it is not told
  const unanswered = Effect.as(
    Effect.logWarning("A new password was not checked against breaches: nobody answered"),
    false
  )

  const isBreached = (password: string) =>
    breaches.isBreached(password).pipe(
      Effect.timeout("2 seconds"),
      Effect.catch(() => unanswered),
      Effect.catchDefect(() => unanswered)
    )

  return {
    fits,
    acceptable: Effect.fnUntraced(function*(password, known) {
      yield* fits(password, known)
      if (yield* isBreached(password)) return yield* new WeakPassword()
    })
  }
})
