/**
 * What every way to sign in ends with: a session and its tokens. And the end of sessions.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import { type Client, CurrentClient } from "../kernel/CurrentClient.ts"
import type { SecretUnreadable } from "../kernel/SecretsErrors.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Notifications } from "../notifications/Notifications.ts"
import { AccessTokens } from "./AccessTokens.ts"
import { SessionId, SignInId, type Tokens, type User } from "./Account.ts"
import { ChallengeId } from "./Challenge.ts"
import { Challenges } from "./Challenges.ts"
import { CeremonyRepository, FactorRepository, type StoredCeremony } from "./FactorRepository.ts"
import { type SecondFactorMethod, SecondFactorRequired, type TooManyAttempts } from "./IdentityErrors.ts"
import {
  type RevocationReason,
  SessionRevoked,
  SessionStarted,
  SignInChallenged,
  type SignInMethod,
  SignInRefused
} from "./IdentityEvents.ts"
import { IdentitySettings } from "./IdentitySettings.ts"
import * as PlaceLocator from "../kernel/PlaceLocator.ts"
import * as RefreshToken from "./RefreshToken.ts"
import * as Risk from "./Risk.ts"
import type { Assessed } from "./Risk.ts"
import { Assessment } from "./RiskAssessor.ts"
import { CeremonyId } from "./SecondFactor.ts"
import { SignInRepository } from "./SignInRepository.ts"
import { endOf } from "./SessionEnd.ts"
import { SessionRepository, type StoredSession } from "./SessionRepository.ts"
import * as Throttle from "./Throttle.ts"
import { ThrottleRepository } from "./ThrottleRepository.ts"

/** What a mail about a sign-in says of it. */
export interface Told {
  readonly at: Timestamp.Timestamp
  readonly address: string | null
  readonly device: string | null
  readonly place: string | null
}

/** A session that is not there yet, and its tokens. */
export interface PreparedSession {
  readonly _tag: "session"
  readonly user: User
  readonly session: StoredSession
  readonly tokens: Tokens
  /** What was thought of it; nothing where it follows from another session. */
  readonly assessed: Assessed | null
}

/** A sign-in that has to wait for a second factor, or for a code that goes to its owner's mailbox. */
export interface PreparedWait {
  readonly _tag: "second_factor"
  readonly user: User
  readonly method: SignInMethod
  readonly ceremony: StoredCeremony
  readonly required: SecondFactorRequired
  readonly assessed: Assessed
  /** The code that goes to the owner with it, where there is no second factor to ask for. */
  readonly mailed: { readonly id: ChallengeId; readonly told: Told } | null
}

/** A sign-in that looks too much like somebody else's. */
export interface PreparedRefusal {
  readonly _tag: "refusal"
  readonly user: User
  readonly method: SignInMethod
  readonly assessed: Assessed
  readonly told: Told
}

export type Prepared = PreparedSession | PreparedWait | PreparedRefusal

export class SignIns extends Context.Service<SignIns, {
  /**
   * Makes what comes of somebody having proved who they are: a session and its tokens, or, where they have a second
   * factor or the sign-in looks unlike them, something that waits for more, or a refusal. Outside of the transaction:
   * where the signing key cannot be read, nobody gets a session that they cannot use.
   */
  readonly prepare: (
    user: User,
    method: SignInMethod
  ) => Effect.Effect<Prepared, TooManyAttempts | SecretUnreadable | StorageError>
  /** The same for somebody who has proved two factors in one: nothing more is asked for. */
  readonly prepareProven: (
    user: User,
    method: SignInMethod
  ) => Effect.Effect<PreparedSession | PreparedRefusal, SecretUnreadable | StorageError>
  /** Makes the session of a sign-in that waited, and has what it waited for. */
  readonly resume: (
    user: User,
    ceremony: StoredCeremony,
    method: SignInMethod
  ) => Effect.Effect<PreparedSession, SecretUnreadable | StorageError>
  /** Makes a session that nothing is thought of: of the first proof of an address. */
  readonly session: (
    user: User,
    methods: ReadonlyArray<string>
  ) => Effect.Effect<PreparedSession, SecretUnreadable | StorageError>
  /**
   * Begins it in the current transaction. `false` for a user who is suspended or gone by now, and for a refusal, which it
   * writes down.
   */
  readonly start: (prepared: Prepared) => Effect.Effect<boolean, StorageError>
  /** After the transaction, where it began: the tokens, or what is still to be proved. */
  readonly finish: (prepared: Prepared) => Effect.Effect<Tokens, SecondFactorRequired>
  /** Makes a session in place of one whose user has proved something again. */
  readonly renew: (
    user: User,
    method: SignInMethod
  ) => Effect.Effect<PreparedSession, SecretUnreadable | StorageError>
  /** Begins a session in the current transaction and ends the one that it replaces, which must be live. */
  readonly replace: (sessionId: string, prepared: PreparedSession) => Effect.Effect<boolean, StorageError>
  /** The tokens of a session and its refresh token. */
  readonly tokensOf: (
    session: StoredSession,
    refreshToken: RefreshToken.RefreshToken,
    user: User
  ) => Effect.Effect<Tokens, SecretUnreadable | StorageError>
  /** Ends sessions of a user in the current transaction and tells of it; returns those that it ended. */
  readonly revoke: (input: {
    readonly userId: string
    readonly sessionId?: string
    readonly exceptSessionId?: string
    readonly reason: RevocationReason
  }) => Effect.Effect<ReadonlyArray<SessionId>, StorageError>
}>()("@stoa/core/identity/SignIns") {}

/** What counts as something that one has. */
const isSecondFactor: ReadonlySet<string> = new Set(["totp", "recovery_code", "passkey"])

/** What was thought of a sign-in when it began to wait. */
const waitedWith = Schema.decodeUnknownOption(Schema.Struct({
  assessment: Assessment,
  newDevice: Schema.Boolean,
  place: Schema.NullOr(Schema.String)
}))

/** What is kept of a client: enough to recognise a device by. */
export const seen = ({ address, userAgent }: Client) => ({
  address: address?.slice(0, 100) ?? null,
  userAgent: userAgent?.slice(0, 400) ?? null
})

export const make = Effect.gen(function*() {
  const sessions = yield* SessionRepository
  const accessTokens = yield* AccessTokens
  const factors = yield* FactorRepository
  const ceremonies = yield* CeremonyRepository
  const history = yield* SignInRepository
  const events = yield* Events
  const challenges = yield* Challenges
  const notifications = yield* Notifications
  const audit = yield* AuditLog
  const throttles = yield* ThrottleRepository
  const assess = yield* Risk.make
  const locate = PlaceLocator.locate(yield* PlaceLocator.PlaceLocator)
  const { sessionIdleLifetime, sessionLifetime, tellOfNewDevices } = yield* IdentitySettings

  yield* challenges.letters("sign_in_check", ({ data }) => Effect.succeed({ template: "check-sign-in", data }))

  const tokensOf = Effect.fnUntraced(function*(
    session: StoredSession,
    refreshToken: RefreshToken.RefreshToken,
    user: User
  ) {
    const access = yield* accessTokens.sign({ userId: user.id, sessionId: session.id })
    const tokens: Tokens = {
      accessToken: access.token,
      accessTokenExpiresAt: access.expiresAt,
      refreshToken: RefreshToken.format(refreshToken),
      refreshTokenExpiresAt: endOf(session, sessionIdleLifetime),
      user
    }
    return tokens
  })

  const begin = Effect.fnUntraced(function*(
    user: User,
    methods: ReadonlyArray<string>,
    assessed: Assessed | null
  ) {
    const refreshToken = yield* RefreshToken.first
    const now = yield* Timestamp.now
    const client = yield* CurrentClient
    const session: StoredSession = {
      id: yield* SessionId.generate,
      userId: user.id,
      familyHash: RefreshToken.familyHash(refreshToken),
      tokenHash: RefreshToken.leafHash(refreshToken),
      previousHash: null,
      rotatedAt: null,
      ...seen(client),
      place: (yield* locate(client.address))?.name ?? null,
      methods,
      authenticatedAt: now,
      secondFactorAt: methods.some((method) => isSecondFactor.has(method)) ? now : null,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: Timestamp.plus(now, sessionLifetime),
      revokedAt: null,
      revokedReason: null
    }
    const prepared: PreparedSession = {
      _tag: "session",
      user,
      session,
      tokens: yield* tokensOf(session, refreshToken, user),
      assessed
    }
    return prepared
  })

  const toldOf = Effect.fnUntraced(function*({ place }: Assessed) {
    const { address, userAgent } = seen(yield* CurrentClient)
    const told: Told = { at: yield* Timestamp.now, address, device: userAgent, place }
    return told
  })

  /** Writes a decision down that its owner, or somebody who looks into it, may want to understand. */
  const decided = Effect.fnUntraced(function*({ assessed: { assessment }, method, user }: PreparedWait | PreparedRefusal) {
    const { reasons, score, verdict } = assessment
    if (verdict === "allow") return
    const event = verdict === "deny" ? SignInRefused : SignInChallenged
    yield* events.publish([event.make(user.id, { customerId: user.id, method, score, reasons: [...reasons] })])
    yield* audit.record({
      action: verdict === "deny" ? "user.sign-in-refused" : "user.sign-in-challenged",
      subject: user.id,
      details: { method, score, reasons: [...reasons] }
    })
  })

  const startSession = Effect.fnUntraced(function*({ assessed, session, user }: PreparedSession) {
    if (!(yield* sessions.insert(session))) return false
    yield* events.publish([
      SessionStarted.make(session.id, {
        customerId: session.userId,
        sessionId: session.id,
        method: session.methods[0] as SignInMethod
      })
    ])
    yield* history.add(session.userId, {
      id: yield* SignInId.generate,
      outcome: "succeeded",
      method: session.methods.join("+"),
      sessionId: session.id,
      address: session.address,
      userAgent: session.userAgent,
      place: session.place,
      risk: assessed?.assessment ?? null,
      at: session.createdAt
    })
    // whoever has read a code in the mailbox knows of it
    if (tellOfNewDevices && assessed?.newDevice === true && !session.methods.includes("email_code")) {
      const { address, createdAt, place, userAgent } = session
      yield* notifications.queue([{
        recipient: { channel: "email", address: user.email },
        inbox: user.id,
        template: "new-sign-in",
        data: { at: createdAt, address, place, device: userAgent }
      }])
    }
    return true
  })

  const startWait = Effect.fnUntraced(function*(prepared: PreparedWait) {
    const { ceremony, mailed, user } = prepared
    yield* ceremonies.open(ceremony)
    if (mailed !== null) {
      yield* challenges.open({
        id: mailed.id,
        purpose: "sign_in_check",
        subject: user.id,
        channel: "email",
        address: user.email,
        userId: user.id,
        data: { ...mailed.told }
      })
    }
    yield* decided(prepared)
    return true
  })

  const startRefusal = Effect.fnUntraced(function*(prepared: PreparedRefusal) {
    const { assessed, method, told, user } = prepared
    yield* history.add(user.id, {
      id: yield* SignInId.generate,
      outcome: "failed",
      method,
      sessionId: null,
      ...seen(yield* CurrentClient),
      place: told.place,
      risk: assessed.assessment,
      at: told.at
    })
    yield* decided(prepared)
    const { key, policy } = Throttle.ofRefusal(user.id)
    if ((yield* throttles.attempt(key, policy, Timestamp.toMillis(told.at))) === 0) {
      yield* notifications.queue([{
        recipient: { channel: "email", address: user.email },
        inbox: user.id,
        template: "sign-in-refused",
        data: { ...told }
      }])
    }
    return false
  })

  const revoke: SignIns["Service"]["revoke"] = Effect.fnUntraced(function*(input) {
    const ended = yield* sessions.revoke({ ...input, at: yield* Timestamp.now })
    if (ended.length > 0) {
      yield* events.publish(ended.map((sessionId) =>
        SessionRevoked.make(sessionId, { customerId: input.userId, sessionId, reason: input.reason })
      ))
    }
    return ended
  })

  const wait = Effect.fnUntraced(function*(
    user: User,
    method: SignInMethod,
    assessed: Assessed,
    input: { readonly methods: ReadonlyArray<SecondFactorMethod>; readonly mails: boolean }
  ) {
    const now = yield* Timestamp.now
    const mailed = input.mails ? { id: yield* ChallengeId.generate, told: yield* toldOf(assessed) } : null
    const ceremony: StoredCeremony = {
      id: yield* CeremonyId.generate,
      kind: "second_factor",
      userId: user.id,
      data: {
        method,
        waitedWith: { ...assessed, assessment: { ...assessed.assessment, reasons: [...assessed.assessment.reasons] } },
        ...(mailed === null ? {} : { mailed: mailed.id })
      },
      attempts: 0,
      createdAt: now,
      expiresAt: Timestamp.plus(now, "10 minutes"),
      closedAt: null
    }
    const { expiresAt, id: challengeId } = ceremony
    const required = new SecondFactorRequired({ challengeId, expiresAt, methods: input.methods })
    const prepared: PreparedWait = { _tag: "second_factor", user, method, ceremony, required, assessed, mailed }
    return prepared
  })

  const refuse = Effect.fnUntraced(function*(user: User, method: SignInMethod, assessed: Assessed) {
    const prepared: PreparedRefusal = { _tag: "refusal", user, method, assessed, told: yield* toldOf(assessed) }
    return prepared
  })

  return SignIns.of({
    prepare: Effect.fnUntraced(function*(user, method) {
      const { passkeys, recoveryCodes, totp } = yield* factors.of(user.id)
      const assessed = yield* assess(user, method)
      const { verdict } = assessed.assessment
      if (verdict === "deny") return yield* refuse(user, method, assessed)
      if (totp || passkeys > 0) {
        return yield* wait(user, method, assessed, {
          methods: [
            ...(totp ? ["totp" as const] : []),
            ...(passkeys > 0 ? ["passkey" as const] : []),
            ...(recoveryCodes > 0 ? ["recovery_code" as const] : [])
          ],
          mails: false
        })
      }
      // a code by e-mail is all that could be asked for
      if (verdict === "allow" || method === "email_code") return yield* begin(user, [method], assessed)
      yield* challenges.admit(user.email)
      return yield* wait(user, method, assessed, { methods: ["email_code"], mails: true })
    }),
    prepareProven: Effect.fnUntraced(function*(user, method) {
      const assessed = yield* assess(user, method)
      return assessed.assessment.verdict === "deny"
        ? yield* refuse(user, method, assessed)
        : yield* begin(user, [method], assessed)
    }),
    resume: (user, { data }, method) =>
      begin(user, [String(data["method"]), method], Option.getOrNull(waitedWith(data["waitedWith"]))),
    session: (user, methods) => begin(user, methods, null),
    start: (prepared) => {
      switch (prepared._tag) {
        case "session":
          return startSession(prepared)
        case "second_factor":
          return startWait(prepared)
        case "refusal":
          return startRefusal(prepared)
      }
    },
    finish: (prepared) => {
      switch (prepared._tag) {
        case "session":
          return Effect.succeed(prepared.tokens)
        case "second_factor":
          return Effect.fail(prepared.required)
        case "refusal":
          return Effect.die(new Error("A sign-in that was refused has not begun"))
      }
    },
    renew: (user, method) => begin(user, [method], null),
    replace: Effect.fnUntraced(function*(sessionId, prepared) {
      const ended = yield* revoke({ userId: prepared.session.userId, sessionId, reason: "renewed" })
      return ended.length > 0 && (yield* startSession(prepared))
    }),
    tokensOf,
    revoke
  })
})

export const layer: Layer.Layer<
  SignIns,
  never,
  | SessionRepository
  | SignInRepository
  | FactorRepository
  | CeremonyRepository
  | ThrottleRepository
  | AccessTokens
  | Challenges
  | Notifications
  | AuditLog
  | Events
> = Layer.effect(SignIns, make)
