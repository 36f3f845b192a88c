/**
 * Second factors that are codes: of an authenticator app (TOTP, RFC 6238) and for recovery. And what both prove.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { Entropy } from "../kernel/Entropy.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import { Unauthenticated } from "../kernel/Permission.ts"
import * as Secret from "../kernel/Secret.ts"
import { Secrets } from "../kernel/Secrets.ts"
import type { SecretUnreadable } from "../kernel/SecretsErrors.ts"
import type { StepUpRequired } from "../kernel/StepUp.ts"
import * as StepUp from "../kernel/StepUp.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Notifications } from "../notifications/Notifications.ts"
import { Stores } from "../stores/Stores.ts"
import type { Tokens, User, UserId } from "./Account.ts"
import * as Admission from "./Admission.ts"
import { Challenges } from "./Challenges.ts"
import { CredentialRepository } from "./CredentialRepository.ts"
import { CeremonyRepository, FactorRepository, type StoredCeremony } from "./FactorRepository.ts"
import { FactorNotFound, InvalidCode, TotpEnrolled, type TooManyAttempts } from "./IdentityErrors.ts"
import { SecondFactorChanged } from "./IdentityEvents.ts"
import { Passwords } from "./Passwords.ts"
import { ConfirmTotp, type FactorAdded, type Factors, type RecoveryCodes, type TotpEnrolment, VerifyMfa } from "./SecondFactor.ts"
import { signedIn } from "./SignedIn.ts"
import { SignIns } from "./SignIns.ts"
import * as Throttle from "./Throttle.ts"
import type { ThrottleRepository } from "./ThrottleRepository.ts"
import { UserRepository } from "./UserRepository.ts"

export class SecondFactors extends Context.Service<SecondFactors, {
  /** What the signed-in user has besides a password. */
  readonly factors: Effect.Effect<Factors, Unauthenticated | StorageError>
  /**
   * Ends a sign-in that waits for a second factor, or proves one again for the session of the call. Either gives a new
   * session. The last step of an authenticator is remembered, so a code is good once.
   */
  readonly verifyMfa: (
    input: typeof VerifyMfa.Encoded
  ) => Effect.Effect<
    Tokens,
    InvalidInput | InvalidCode | TooManyAttempts | Unauthenticated | SecretUnreadable | StorageError
  >
  /** A secret for an authenticator app. It counts once `confirmTotp` has a code of it. Needs a fresh proof. */
  readonly enrollTotp: Effect.Effect<
    TotpEnrolment,
    TotpEnrolled | StepUpRequired | Unauthenticated | StorageError
  >
  /**
   * Makes the authenticator a second factor. It is no proof of one: a session stays what it was. Other sessions end.
   * Gives recovery codes where it is the first factor.
   */
  readonly confirmTotp: (
    input: typeof ConfirmTotp.Encoded
  ) => Effect.Effect<
    FactorAdded,
    | InvalidInput
    | InvalidCode
    | TooManyAttempts
    | StepUpRequired
    | Unauthenticated
    | SecretUnreadable
    | StorageError
  >
  /** Removes the authenticator. Needs a fresh proof. Other sessions end. */
  readonly removeTotp: Effect.Effect<void, FactorNotFound | StepUpRequired | Unauthenticated | StorageError>
  /** Ten new recovery codes in place of all others. Needs a fresh proof, and a second factor to recover. */
  readonly newRecoveryCodes: Effect.Effect<
    RecoveryCodes,
    FactorNotFound | StepUpRequired | Unauthenticated | StorageError
  >
  /** In the current transaction: recovery codes for who has a first factor. For the engine itself. */
  readonly firstCodes: (userId: UserId) => Effect.Effect<ReadonlyArray<string> | null, StorageError>
  /** In the current transaction: other sessions end, and the owner is told. For the engine itself. */
  readonly changed: (
    user: User,
    change: { readonly sessionId: string; readonly action: string; readonly what: string }
  ) => Effect.Effect<void, StorageError>
}>()("@stoa/core/identity/SecondFactors") {}

const decodeVerify = Input.decoder(VerifyMfa)
const decodeConfirm = Input.decoder(ConfirmTotp)

const period = 30
/** So many steps of time before and after the present one are taken, for clocks that differ. */
const drift = 1

/** Tries of a code in one sign-in. */
const tries = 5

/** 24 digits of base 32 are 120 random bits, so a plain hash of them is enough (OWASP ASVS 6.5.2). */
const recoveryAlphabet = "abcdefghjkmnpqrstuvwxyz23456789a"

const recoveryCode = Effect.map(Entropy, (entropy) =>
  Array.from(entropy.bytes(24), (byte) => recoveryAlphabet[byte & 31]).join("").replace(/(.{6})(?!$)/g, "$1-"))

const recoveryHash = (code: string): string => Secret.hash(code.toLowerCase().replace(/[\s-]/g, ""))

const purposeOf = (userId: string): string => `totp:${userId}`

export const make = Effect.gen(function*() {
  const users = yield* UserRepository
  const factors = yield* FactorRepository
  const ceremonies = yield* CeremonyRepository
  const credentials = yield* CredentialRepository
  const passwords = yield* Passwords
  const signIns = yield* SignIns
  const challenges = yield* Challenges
  const notifications = yield* Notifications
  const stores = yield* Stores
  const secrets = yield* Secrets
  const admission = yield* Admission.make
  const transactor = yield* Transactor
  const events = yield* Events
  const audit = yield* AuditLog

  const me = Effect.gen(function*() {
    const { sessionId, userId } = yield* signedIn
    const user = yield* users.find(userId)
    return user === undefined ? yield* new Unauthenticated({ reason: "Sign in first" }) : { sessionId, user }
  })

  const totpOf = Effect.fnUntraced(function*(secret: string, user?: User) {
    const { Secret: Key, TOTP } = yield* Effect.promise(() => import("otpauth"))
    return new TOTP({
      issuer: user === undefined ? "" : (yield* stores.current).name.replaceAll(":", " "),
      label: user?.email ?? "",
      algorithm: "SHA1",
      digits: 6,
      period,
      secret: Key.fromBase32(secret)
    })
  })

  /** The step of time that a code is of, if it is of one that is near. */
  const stepOf = Effect.fnUntraced(function*(secret: string, code: string) {
    const millis = yield* Clock.currentTimeMillis
    const totp = yield* totpOf(secret)
    const delta = totp.validate({ token: code, timestamp: millis, window: drift })
    return delta === null ? undefined : Math.floor(millis / (period * 1_000)) + delta
  })

  /** Compares a code, and says how to use it up in a transaction. */
  const match = Effect.fnUntraced(function*(user: User, method: "totp" | "recovery_code", code: string) {
    if (method === "recovery_code") {
      const hash = recoveryHash(code)
      return { use: Effect.flatMap(Timestamp.now, (now) => factors.useRecoveryCode(user.id, hash, now)) }
    }
    const stored = yield* factors.totp(user.id)
    if (stored === undefined || stored.confirmedAt === null || !/^[0-9]{6}$/.test(code)) return undefined
    const step = yield* stepOf(yield* secrets.decrypt(stored.secret, purposeOf(user.id)), code)
    return step === undefined ? undefined : { use: factors.useStep(user.id, step) }
  })

  const changed: SecondFactors["Service"]["changed"] = Effect.fnUntraced(function*(user, { action, sessionId, what }) {
    yield* signIns.revoke({ userId: user.id, reason: "second_factor_changed", exceptSessionId: sessionId })
    yield* events.publish([SecondFactorChanged.make(user.id, { customerId: user.id, action })])
    yield* audit.record({ action: `user.${action}`, subject: user.id })
    yield* notifications.queue([
      {
        recipient: { channel: "email", address: user.email },
        inbox: user.id,
        template: "second-factor-changed",
        data: { what }
      }
    ])
  })

  const freshCodes = Effect.fnUntraced(function*(userId: UserId) {
    const codes: Array<string> = []
    while (codes.length < 10) codes.push(yield* recoveryCode)
    yield* factors.setRecoveryCodes(userId, codes.map(recoveryHash), yield* Timestamp.now)
    return codes
  })

  const firstCodes = Effect.fnUntraced(function*(userId: UserId) {
    const { passkeys, recoveryCodes, totp } = yield* factors.of(userId)
    return recoveryCodes === 0 && passkeys + (totp ? 1 : 0) === 1 ? yield* freshCodes(userId) : null
  })

  /** Proves something of the session of the call again, which becomes another one. */
  const again = Effect.fnUntraced(function*(method: "totp" | "recovery_code" | "password", code: string) {
    const { sessionId, user } = yield* me
    const counter = Throttle.ofSecondFactor(user.id)
    const admitted = yield* admission.admit([counter])
    const matched = method === "password"
      ? (yield* passwordProves(user, code)) ? { use: Effect.succeed(true) } : undefined
      : yield* match(user, method, code)
    if (matched === undefined) return yield* new InvalidCode()
    const prepared = yield* signIns.renew(user, method)
    const done = yield* transactor.transaction(Effect.gen(function*() {
      if (!(yield* matched.use)) return false
      yield* admission.succeeded({ account: counter, admitted })
      if (method === "recovery_code") yield* toldOfRecovery(user)
      return yield* signIns.replace(sessionId, prepared)
    }))
    return done ? prepared.tokens : yield* new InvalidCode()
  })

  /** A password proves nothing where a second factor could. */
  const passwordProves = Effect.fnUntraced(function*(user: User, password: string) {
    const { passkeys, totp } = yield* factors.of(user.id)
    const matches = yield* passwords.verify(password, yield* credentials.password(user.id))
    return matches && !totp && passkeys === 0
  })

  const toldOfRecovery = (user: User) =>
    notifications.queue([{
      recipient: { channel: "email", address: user.email },
      inbox: user.id,
      template: "second-factor-changed",
      data: { what: "A recovery code was used to sign in." }
    }])

  /** The code that went to the mailbox of whom a sign-in waits for. */
  const matchMailed = Effect.fnUntraced(function*({ data, userId }: StoredCeremony, code: string) {
    const mailed = data["mailed"]
    if (typeof mailed !== "string") return undefined
    const challenge = yield* challenges.prove(["sign_in_check"], { challengeId: mailed, code })
    return challenge.userId === userId ? { use: challenges.close(challenge) } : undefined
  })

  /** Ends a sign-in that waits for a second factor. */
  const complete = Effect.fnUntraced(function*(
    challengeId: string,
    method: "totp" | "recovery_code" | "email_code",
    code: string
  ) {
    const now = yield* Timestamp.now
    const ceremony = yield* ceremonies.attempt(challengeId, { maximum: tries, at: now })
    if (ceremony === undefined || ceremony.kind !== "second_factor") return yield* new InvalidCode()
    const user = yield* users.find(ceremony.userId ?? "")
    if (user === undefined || user.status !== "active") return yield* new InvalidCode()
    const counter = Throttle.ofSecondFactor(user.id)
    const admitted = yield* admission.admit([counter])
    const matched = yield* method === "email_code" ? matchMailed(ceremony, code) : match(user, method, code)
    if (matched === undefined) return yield* new InvalidCode()
    const prepared = yield* signIns.resume(user, ceremony, method)
    const done = yield* transactor.transaction(Effect.gen(function*() {
      if (!(yield* matched.use) || !(yield* ceremonies.close(ceremony.id, now))) return yield* Effect.fail("spent" as const)
      yield* admission.succeeded({ account: counter, admitted })
      if (method === "recovery_code") yield* toldOfRecovery(user)
      return yield* signIns.start(prepared)
    })).pipe(Effect.catchIf((error) => error === "spent", () => Effect.succeed(false)))
    return done ? prepared.tokens : yield* new InvalidCode()
  })

  return SecondFactors.of({
    factors: Effect.gen(function*() {
      const { userId } = yield* signedIn
      return yield* factors.of(userId)
    }).pipe(Effect.withSpan("SecondFactors.factors")),

    verifyMfa: Effect.fn("SecondFactors.verifyMfa")(function*(input) {
      const { challengeId, code, method } = yield* decodeVerify(input)
      if (challengeId === undefined) {
        return method === "email_code" ? yield* new InvalidCode() : yield* again(method, code)
      }
      return method === "password" ? yield* new InvalidCode() : yield* complete(challengeId, method, code)
    }),

    enrollTotp: Effect.gen(function*() {
      const { user } = yield* me
      yield* StepUp.require
      const bytes = (yield* Entropy).bytes(20)
      const { Secret: Key } = yield* Effect.promise(() => import("otpauth"))
      const secret = new Key({ buffer: Uint8Array.from(bytes).buffer }).base32
      const sealed = yield* secrets.encrypt(secret, purposeOf(user.id))
      if (!(yield* factors.offerTotp(user.id, sealed, yield* Timestamp.now))) return yield* new TotpEnrolled()
      const uri = (yield* totpOf(secret, user)).toString()
      const { encodeQR } = yield* Effect.promise(() => import("qr"))
      return { secret, uri, svg: encodeQR(uri, "svg") }
    }).pipe(Effect.withSpan("SecondFactors.enrollTotp")),

    confirmTotp: Effect.fn("SecondFactors.confirmTotp")(function*(input) {
      const { sessionId, user } = yield* me
      yield* StepUp.require
      const { code } = yield* decodeConfirm(input)
      const counter = Throttle.ofSecondFactor(user.id)
      const admitted = yield* admission.admit([counter])
      const stored = yield* factors.totp(user.id)
      if (stored === undefined || stored.confirmedAt !== null) return yield* new InvalidCode()
      const step = yield* stepOf(yield* secrets.decrypt(stored.secret, purposeOf(user.id)), code)
      if (step === undefined) return yield* new InvalidCode()
      return yield* transactor.transaction(Effect.gen(function*() {
        const at = yield* Timestamp.now
        if (!(yield* factors.confirmTotp(user.id, { secret: stored.secret, step, at }))) return yield* new InvalidCode()
        yield* admission.succeeded({ account: counter, admitted })
        const recoveryCodes = yield* firstCodes(user.id)
        yield* changed(user, { sessionId, action: "add-totp", what: "An authenticator app was added." })
        return { recoveryCodes }
      }))
    }),

    removeTotp: Effect.gen(function*() {
      const { sessionId, user } = yield* me
      yield* StepUp.require
      yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* factors.removeTotp(user.id))) return yield* new FactorNotFound()
        if ((yield* factors.of(user.id)).passkeys === 0) {
          yield* factors.setRecoveryCodes(user.id, [], yield* Timestamp.now)
        }
        yield* changed(user, { sessionId, action: "remove-totp", what: "The authenticator app was removed." })
      }))
    }).pipe(Effect.withSpan("SecondFactors.removeTotp")),

    newRecoveryCodes: Effect.gen(function*() {
      const { sessionId, user } = yield* me
      yield* StepUp.require
      return yield* transactor.transaction(Effect.gen(function*() {
        const { passkeys, totp } = yield* factors.of(user.id)
        if (passkeys === 0 && !totp) return yield* new FactorNotFound()
        const recoveryCodes = yield* freshCodes(user.id)
        yield* changed(user, { sessionId, action: "new-recovery-codes", what: "New recovery codes were made; the old ones are void." })
        return { recoveryCodes }
      }))
    }).pipe(Effect.withSpan("SecondFactors.newRecoveryCodes")),

    firstCodes,
    changed
  })
})

/** How long a ceremony may take. */
export const ceremonyLifetime = Duration.minutes(10)

export const layer: Layer.Layer<
  SecondFactors,
  never,
  | UserRepository
  | FactorRepository
  | CeremonyRepository
  | Challenges
  | CredentialRepository
  | Passwords
  | SignIns
  | Notifications
  | Stores
  | ThrottleRepository
  | Transactor
  | Events
  | AuditLog
> = Layer.effect(SecondFactors, make)
