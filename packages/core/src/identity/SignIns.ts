/**
 * What every way to sign in ends with: a session and its tokens. And the end of sessions.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Events } from "../events/Events.ts"
import { type Client, CurrentClient } from "../kernel/CurrentClient.ts"
import type { SecretUnreadable } from "../kernel/SecretsErrors.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { AccessTokens } from "./AccessTokens.ts"
import { SessionId, SignInId, type Tokens, type User } from "./Account.ts"
import { CeremonyRepository, FactorRepository, type StoredCeremony } from "./FactorRepository.ts"
import { SecondFactorRequired } from "./IdentityErrors.ts"
import { type RevocationReason, SessionRevoked, SessionStarted, type SignInMethod } from "./IdentityEvents.ts"
import { IdentitySettings } from "./IdentitySettings.ts"
import * as RefreshToken from "./RefreshToken.ts"
import { CeremonyId } from "./SecondFactor.ts"
import { SignInRepository } from "./SignInRepository.ts"
import { SessionRepository, type StoredSession } from "./SessionRepository.ts"

/** A session that is not there yet, and its tokens. */
export interface PreparedSession {
  readonly _tag: "session"
  readonly session: StoredSession
  readonly tokens: Tokens
}

/** A sign-in that has to wait for a second factor. */
export interface PreparedWait {
  readonly _tag: "second_factor"
  readonly ceremony: StoredCeremony
  readonly required: SecondFactorRequired
}

export class SignIns extends Context.Service<SignIns, {
  /**
   * Makes what comes of somebody having proved who they are: a session and its tokens, or, where they have a second
   * factor, something that waits for it. Outside of the transaction: where the signing key cannot be read, nobody gets a
   * session that they cannot use.
   */
  readonly prepare: (
    user: User,
    method: SignInMethod
  ) => Effect.Effect<PreparedSession | PreparedWait, SecretUnreadable | StorageError>
  /** Makes a session of somebody who has proved all that there is to prove. */
  readonly session: (
    user: User,
    methods: ReadonlyArray<string>
  ) => Effect.Effect<PreparedSession, SecretUnreadable | StorageError>
  /** Begins it in the current transaction. `false` for a user who is suspended or gone by now. */
  readonly start: (prepared: PreparedSession | PreparedWait) => Effect.Effect<boolean, StorageError>
  /** After the transaction: the tokens, or what is still to be proved. */
  readonly finish: (prepared: PreparedSession | PreparedWait) => Effect.Effect<Tokens, SecondFactorRequired>
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
  const { sessionLifetime } = yield* IdentitySettings

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
      refreshTokenExpiresAt: session.expiresAt,
      user
    }
    return tokens
  })

  const session: SignIns["Service"]["session"] = Effect.fnUntraced(function*(user, methods) {
    const refreshToken = yield* RefreshToken.first
    const now = yield* Timestamp.now
    const session: StoredSession = {
      id: yield* SessionId.generate,
      userId: user.id,
      familyHash: RefreshToken.familyHash(refreshToken),
      tokenHash: RefreshToken.leafHash(refreshToken),
      previousHash: null,
      rotatedAt: null,
      ...seen(yield* CurrentClient),
      methods,
      authenticatedAt: now,
      secondFactorAt: methods.some((method) => isSecondFactor.has(method)) ? now : null,
      createdAt: now,
      lastUsedAt: now,
      expiresAt: Timestamp.plus(now, sessionLifetime),
      revokedAt: null,
      revokedReason: null
    }
    return { _tag: "session", session, tokens: yield* tokensOf(session, refreshToken, user) }
  })

  const start: SignIns["Service"]["start"] = Effect.fnUntraced(function*(prepared) {
    if (prepared._tag === "second_factor") {
      yield* ceremonies.open(prepared.ceremony)
      return true
    }
    const { session } = prepared
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
      at: session.createdAt
    })
    return true
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

  return SignIns.of({
    prepare: Effect.fnUntraced(function*(user, method) {
      const { passkeys, recoveryCodes, totp } = yield* factors.of(user.id)
      if (!totp && passkeys === 0) return yield* session(user, [method])
      const now = yield* Timestamp.now
      const ceremony: StoredCeremony = {
        id: yield* CeremonyId.generate,
        kind: "second_factor",
        userId: user.id,
        data: { method },
        attempts: 0,
        createdAt: now,
        expiresAt: Timestamp.plus(now, "10 minutes"),
        closedAt: null
      }
      const required = new SecondFactorRequired({
        challengeId: ceremony.id,
        expiresAt: ceremony.expiresAt,
        methods: [
          ...(totp ? ["totp" as const] : []),
          ...(passkeys > 0 ? ["passkey" as const] : []),
          ...(recoveryCodes > 0 ? ["recovery_code" as const] : [])
        ]
      })
      return { _tag: "second_factor", ceremony, required }
    }),
    session,
    start,
    finish: (prepared) =>
      prepared._tag === "session" ? Effect.succeed(prepared.tokens) : Effect.fail(prepared.required),
    renew: (user, method) => session(user, [method]),
    replace: Effect.fnUntraced(function*(sessionId, prepared) {
      const ended = yield* revoke({ userId: prepared.session.userId, sessionId, reason: "renewed" })
      return ended.length > 0 && (yield* start(prepared))
    }),
    tokensOf,
    revoke
  })
})

export const layer: Layer.Layer<
  SignIns,
  never,
  SessionRepository | SignInRepository | FactorRepository | CeremonyRepository | AccessTokens | Events
> = Layer.effect(SignIns, make)
