/**
 * New passwords: for who has forgotten theirs, and for who knows it.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { CurrentClient } from "../kernel/CurrentClient.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import { Unauthenticated } from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Notifications } from "../notifications/Notifications.ts"
import type { User } from "./Account.ts"
import * as Admission from "./Admission.ts"
import { type Challenge, ChangePassword, ForgotPassword, ResetPassword } from "./Challenge.ts"
import { Challenges } from "./Challenges.ts"
import { CredentialRepository } from "./CredentialRepository.ts"
import type { FactorRepository } from "./FactorRepository.ts"
import * as FirstProof from "./FirstProof.ts"
import { InvalidCode, InvalidCredentials, type TooManyAttempts, type WeakPassword } from "./IdentityErrors.ts"
import { CustomerPasswordChanged } from "./IdentityEvents.ts"
import { IdentitySettings } from "./IdentitySettings.ts"
import * as NewPassword from "./NewPassword.ts"
import type { OAuthRepository } from "./OAuthRepository.ts"
import { Passwords } from "./Passwords.ts"
import { signedIn } from "./SignedIn.ts"
import { SignIns } from "./SignIns.ts"
import * as Throttle from "./Throttle.ts"
import type { ThrottleRepository } from "./ThrottleRepository.ts"
import { UserRepository } from "./UserRepository.ts"

export class PasswordChanges extends Context.Service<PasswordChanges, {
  /** Sends a code to choose a new password with. The answer is the same whether there is an account or not. */
  readonly forgotPassword: (
    input: typeof ForgotPassword.Encoded
  ) => Effect.Effect<Challenge, InvalidInput | TooManyAttempts | StorageError>
  /**
   * Sets a password with the code of a message, or with the token of its link, and ends every session. It signs nobody
   * in, so a second factor is asked for as ever.
   */
  readonly resetPassword: (
    input: typeof ResetPassword.Encoded
  ) => Effect.Effect<void, InvalidInput | WeakPassword | InvalidCode | TooManyAttempts | StorageError>
  /** Replaces the signed-in user's password, whose knowledge is proved again, and ends every other session. */
  readonly changePassword: (
    input: typeof ChangePassword.Encoded
  ) => Effect.Effect<
    void,
    InvalidInput | WeakPassword | InvalidCredentials | TooManyAttempts | Unauthenticated | StorageError
  >
}>()("@stoa/core/identity/PasswordChanges") {}

const decodeForgot = Input.decoder(ForgotPassword)
const decodeReset = Input.decoder(ResetPassword)
const decodeChange = Input.decoder(ChangePassword)

/** What a password of somebody must not be. */
const knownOf = ({ email, name }: User): ReadonlyArray<string> => name === null ? [email] : [email, name]

export const make = Effect.gen(function*() {
  const users = yield* UserRepository
  const credentials = yield* CredentialRepository
  const challenges = yield* Challenges
  const passwords = yield* Passwords
  const signIns = yield* SignIns
  const firstProof = yield* FirstProof.make
  const notifications = yield* Notifications
  const admission = yield* Admission.make
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog
  const { acceptable, fits } = yield* NewPassword.make
  const { links } = yield* IdentitySettings

  yield* challenges.letters("password_reset", ({ address }) =>
    Effect.map(users.findByEmail(address), (found) =>
      found?.user.status === "active" ? { template: "reset-password", link: links.resetPassword } : undefined))

  /** Sets a password in the current transaction, ends sessions and tells the owner. */
  const set = Effect.fnUntraced(function*(user: User, hash: string, exceptSessionId?: string) {
    const now = yield* Timestamp.now
    yield* credentials.setPassword(user.id, hash, now)
    yield* signIns.revoke({
      userId: user.id,
      reason: "password_changed",
      ...(exceptSessionId === undefined ? {} : { exceptSessionId })
    })
    yield* events.publish([CustomerPasswordChanged.make(user.id, { customerId: user.id })])
    yield* audit.record({ action: "user.change-password", subject: user.id })
    yield* notifications.queue([
      {
        recipient: { channel: "email", address: user.email },
        inbox: user.id,
        template: "password-changed",
        data: { at: now }
      }
    ])
  })

  return PasswordChanges.of({
    forgotPassword: Effect.fn("PasswordChanges.forgotPassword")(function*(input) {
      const { email } = yield* decodeForgot(input)
      yield* challenges.admit(email)
      return yield* transactor.transaction(
        challenges.open({ purpose: "password_reset", subject: email, channel: "email", address: email })
      )
    }),

    resetPassword: Effect.fn("PasswordChanges.resetPassword")(function*(input) {
      const { password, ...proof } = yield* decodeReset(input)
      yield* acceptable(password, [])
      const challenge = yield* challenges.prove(["password_reset"], proof)
      const found = yield* users.findByEmail(challenge.address)
      if (found === undefined || found.user.status !== "active") return yield* new InvalidCode()
      const { user } = found
      yield* fits(password, knownOf(user))
      const hash = yield* passwords.hash(password)
      const done = yield* transactor.transaction(Effect.gen(function*() {
        const confirms = !user.emailVerified && (yield* users.findForUpdate(user.id))?.emailVerified === false
        if (!(yield* challenges.close(challenge))) return false
        if (confirms) yield* firstProof(user.id, yield* Timestamp.now)
        yield* set(user, hash)
        return true
      }))
      if (!done) return yield* new InvalidCode()
    }),

    changePassword: Effect.fn("PasswordChanges.changePassword")(function*(input) {
      const { sessionId, userId } = yield* signedIn
      const { currentPassword, password } = yield* decodeChange(input)
      const counters = Throttle.ofSignIn(userId, yield* CurrentClient)
      const admitted = yield* admission.admit([counters.network, counters.account])
      const user = yield* users.find(userId)
      if (user === undefined) return yield* new Unauthenticated({ reason: "Sign in first" })
      if (!(yield* passwords.verify(currentPassword, yield* credentials.password(userId)))) {
        return yield* new InvalidCredentials()
      }
      yield* acceptable(password, knownOf(user))
      const hash = yield* passwords.hash(password)
      yield* transactor.transaction(Effect.andThen(admission.succeeded({ ...counters, admitted }), set(user, hash, sessionId)))
    })
  })
})

export const layer: Layer.Layer<
  PasswordChanges,
  never,
  | UserRepository
  | CredentialRepository
  | FactorRepository
  | OAuthRepository
  | Challenges
  | Passwords
  | SignIns
  | Notifications
  | ThrottleRepository
  | Transactor
  | Events
  | AuditLog
> = Layer.effect(PasswordChanges, make)
