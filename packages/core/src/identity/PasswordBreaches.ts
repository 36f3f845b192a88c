/**
 * The port that says whether a password is known from a breach. Asked about every new password, after the engine's own
 * list of common ones; nobody is asked unless the options say so. `PwnedPasswords` is an adapter.
 *
 * **Gotchas**
 *
 * Whoever fails or takes longer than two seconds keeps nobody from choosing a password: a service that is down must not
 * close the shop. It is logged.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"

export interface PasswordBreaches {
  /** Never asked inside of a transaction. Whoever implements it must not pass on, keep or log the password. */
  readonly isBreached: (password: string) => Effect.Effect<boolean, unknown>
}

/** Read when the services are built. Nothing is checked unless another is given. */
export const PasswordBreaches: Context.Reference<PasswordBreaches> = Context.Reference<PasswordBreaches>(
  "@stoa/core/identity/PasswordBreaches",
  { defaultValue: () => ({ isBreached: () => Effect.succeed(false) }) }
)
