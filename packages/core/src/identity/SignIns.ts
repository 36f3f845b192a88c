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
import { SessionId, type Tokens, type User } from "./Account.ts"
import { type RevocationReason, SessionRevoked, SessionStarted, type SignInMethod } from "./IdentityEvents.ts"
import { IdentitySettings } from "./IdentitySettings.ts"
import * as RefreshToken from "./RefreshToken.ts"
import { SessionRepository, type StoredSession } from "./SessionRepository.ts"

/** A session that is not there yet, and its tokens. */
export interface PreparedSignIn {
  readonly session: StoredSession
  readonly tokens: Tokens
  readonly method: SignInMethod
}

export class SignIns extends Context.Service<SignIns, {
  /**
   * Makes the session and the tokens of somebody who has proved who they are. Outside of the transaction: where the
   * signing key cannot be read, nobody gets a session that they cannot use.
   */
  readonly prepare: (
    user: User,
    method: SignInMethod
  ) => Effect.Effect<PreparedSignIn, SecretUnreadable | StorageError>
  /** Begins the session in the current transaction. `false` for a user who is suspended or gone by now. */
  readonly start: (prepared: PreparedSignIn) => Effect.Effect<boolean, StorageError>
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

/** What is kept of a client: enough to recognise a device by. */
export const seen = ({ address, userAgent }: Client) => ({
  address: address?.slice(0, 100) ?? null,
  userAgent: userAgent?.slice(0, 400) ?? null
})

export const make = Effect.gen(function*() {
  const sessions = yield* SessionRepository
  const accessTokens = yield* AccessTokens
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

  return SignIns.of({
    prepare: Effect.fnUntraced(function*(user, method) {
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
        createdAt: now,
        lastUsedAt: now,
        expiresAt: Timestamp.plus(now, sessionLifetime),
        revokedAt: null,
        revokedReason: null
      }
      return { session, method, tokens: yield* tokensOf(session, refreshToken, user) }
    }),
    start: Effect.fnUntraced(function*({ method, session }) {
      if (!(yield* sessions.insert(session))) return false
      yield* events.publish([
        SessionStarted.make(session.id, { customerId: session.userId, sessionId: session.id, method })
      ])
      return true
    }),
    tokensOf,
    revoke: Effect.fnUntraced(function*(input) {
      const ended = yield* sessions.revoke({ ...input, at: yield* Timestamp.now })
      if (ended.length > 0) {
        yield* events.publish(ended.map((sessionId) =>
          SessionRevoked.make(sessionId, { customerId: input.userId, sessionId, reason: input.reason })
        ))
      }
      return ended
    })
  })
})

export const layer: Layer.Layer<SignIns, never, SessionRepository | AccessTokens | Events> = Layer.effect(SignIns, make)
