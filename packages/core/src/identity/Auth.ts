/**
 * Signing in and out, sessions, and the tokens that prove them.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Events } from "../events/Events.ts"
import * as Actor from "../kernel/Actor.ts"
import { type Client, CurrentClient } from "../kernel/CurrentClient.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import { Unauthenticated } from "../kernel/Permission.ts"
import type { SecretUnreadable } from "../kernel/SecretsErrors.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { AccessTokens } from "./AccessTokens.ts"
import { Login, type PublicKeys, Refresh, type Session, SessionId, type Tokens, type User } from "./Account.ts"
import { InvalidCredentials, InvalidToken, SessionNotFound, TooManyAttempts } from "./IdentityErrors.ts"
import { type RevocationReason, SessionRevoked, SessionStarted } from "./IdentityEvents.ts"
import { IdentitySettings } from "./IdentitySettings.ts"
import { Passwords } from "./Passwords.ts"
import * as RefreshToken from "./RefreshToken.ts"
import { SessionRepository, type StoredSession } from "./SessionRepository.ts"
import { SigningKeys } from "./SigningKeys.ts"
import * as Throttle from "./Throttle.ts"
import { ThrottleRepository } from "./ThrottleRepository.ts"
import { UserRepository } from "./UserRepository.ts"

export class Auth extends Context.Service<Auth, {
  /**
   * Signs in with a password. An unknown address, a wrong password and a suspended account are answered alike and
   * take the same time. After five failures from one network the next attempt has to wait, and longer each time.
   */
  readonly login: (
    input: typeof Login.Encoded
  ) => Effect.Effect<Tokens, InvalidInput | InvalidCredentials | TooManyAttempts | SecretUnreadable | StorageError>
  /**
   * Exchanges a refresh token for new tokens. A token is good once, and a little longer for two tabs that refresh at
   * the same time; after that its second use ends the session, for somebody else has it.
   */
  readonly refresh: (
    input: typeof Refresh.Encoded
  ) => Effect.Effect<Tokens, InvalidInput | InvalidToken | SecretUnreadable | StorageError>
  /** Ends this session, at once and for good. */
  readonly logout: Effect.Effect<void, Unauthenticated | StorageError>
  /** Ends every session of the signed-in user, this one included. */
  readonly logoutAll: Effect.Effect<void, Unauthenticated | StorageError>
  /** The sessions of the signed-in user that have not ended, the last used first. */
  readonly sessions: Effect.Effect<ReadonlyArray<Session>, Unauthenticated | StorageError>
  /** Ends one session of the signed-in user. */
  readonly endSession: (id: string) => Effect.Effect<void, InvalidInput | SessionNotFound | Unauthenticated | StorageError>
  /**
   * Who an access token (JWT) speaks for. One statement, which sees a session that has ended or a user who was
   * suspended a moment ago.
   */
  readonly authenticate: (accessToken: string) => Effect.Effect<Actor.Actor, InvalidToken | StorageError>
  /** The public keys of access tokens, for others who verify them. They must not rely on a token alone to revoke. */
  readonly publicKeys: Effect.Effect<PublicKeys, StorageError>
}>()("@stoa/core/identity/Auth") {}

const decodeLogin = Input.decoder(Login)
const decodeRefresh = Input.decoder(Refresh)

/** The signed-in user and session of the call. */
const signedIn = Effect.flatMap(Actor.CurrentActor, (actor) =>
  actor._tag === "customer" && actor.sessionId !== undefined
    ? Effect.succeed({ userId: actor.customerId, sessionId: actor.sessionId })
    : Effect.fail(new Unauthenticated({ reason: "Sign in first" })))

/** What is kept of a client: enough to recognise a device by. */
const seen = ({ address, userAgent }: Client) => ({
  address: address?.slice(0, 100) ?? null,
  userAgent: userAgent?.slice(0, 400) ?? null
})

const checked = Input.textParameters<Auth["Service"]>({
  endSession: ["id"]
})

export const make = Effect.gen(function*() {
  const users = yield* UserRepository
  const sessions = yield* SessionRepository
  const throttles = yield* ThrottleRepository
  const passwords = yield* Passwords
  const accessTokens = yield* AccessTokens
  const signingKeys = yield* SigningKeys
  const transactor = yield* Transactor
  const events = yield* Events
  const settings = yield* IdentitySettings
  const grace = Duration.toMillis(settings.refreshGrace)

  /** Counts attempts before they are made, all or none. */
  const admit = Effect.fnUntraced(function*(counters: ReadonlyArray<Throttle.Counter | undefined>) {
    const now = Timestamp.toMillis(yield* Timestamp.now)
    yield* transactor.transaction(Effect.gen(function*() {
      for (const counter of counters) {
        if (counter === undefined) continue
        const wait = yield* throttles.attempt(counter.key, counter.policy, now)
        if (wait > 0) return yield* new TooManyAttempts({ retryAfterSeconds: Math.ceil(wait / 1_000) })
      }
    }))
  })

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

  /** Ends sessions in the current transaction and tells of it. */
  const revoke = Effect.fnUntraced(function*(input: {
    readonly userId: string
    readonly sessionId?: string
    readonly reason: RevocationReason
  }) {
    const ended = yield* sessions.revoke({ ...input, at: yield* Timestamp.now })
    if (ended.length > 0) {
      yield* events.publish(ended.map((sessionId) =>
        SessionRevoked.make(sessionId, { customerId: input.userId, sessionId, reason: input.reason })
      ))
    }
    return ended
  })

  return checked(Auth.of({
    login: Effect.fn("Auth.login")(function*(input) {
      const { email, password } = yield* decodeLogin(input)
      const client = yield* CurrentClient
      const counters = Throttle.ofSignIn(email, client)
      yield* admit([counters.network, counters.account])
      const found = yield* users.findByEmail(email)
      const passwordHash = found?.passwordHash ?? null
      const matches = yield* passwords.verify(password, passwordHash)
      if (found === undefined || passwordHash === null || !matches || found.user.status !== "active") {
        return yield* new InvalidCredentials()
      }
      const { user } = found
      const rehashed = passwords.isOutdated(passwordHash) ? yield* passwords.hash(password) : undefined

      const refreshToken = yield* RefreshToken.first
      const now = yield* Timestamp.now
      const session: StoredSession = {
        id: yield* SessionId.generate,
        userId: user.id,
        familyHash: RefreshToken.familyHash(refreshToken),
        tokenHash: RefreshToken.leafHash(refreshToken),
        previousHash: null,
        rotatedAt: null,
        ...seen(client),
        createdAt: now,
        lastUsedAt: now,
        expiresAt: Timestamp.plus(now, settings.sessionLifetime),
        revokedAt: null,
        revokedReason: null
      }
      // signed first: where the key cannot be read, nobody gets a session that they cannot use
      const tokens = yield* tokensOf(session, refreshToken, user)
      const started = yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* sessions.insert(session))) return false
        yield* throttles.clear(counters.account.key)
        if (counters.network !== undefined) yield* throttles.release(counters.network.key)
        if (rehashed !== undefined) yield* users.rehash(user.id, passwordHash, rehashed, now)
        yield* events.publish([
          SessionStarted.make(session.id, { customerId: user.id, sessionId: session.id, method: "password" })
        ])
        return true
      }))
      return started ? tokens : yield* new InvalidCredentials()
    }),

    refresh: Effect.fn("Auth.refresh")(function*(input) {
      const decoded = yield* decodeRefresh(input)
      const presented = RefreshToken.parse(decoded.refreshToken)
      if (presented === undefined) return yield* new InvalidToken()
      const client = yield* CurrentClient
      const replacement = yield* RefreshToken.next(presented.family)

      // A reuse is a result and not a failure in here, for a failure would take the revocation back.
      const rotated = yield* transactor.transaction(Effect.gen(function*() {
        const found = yield* sessions.findByFamily(RefreshToken.familyHash(presented))
        if (found === undefined || found.user.status !== "active") return undefined
        const { session, user } = found
        const now = yield* Timestamp.now
        const decision = RefreshToken.decide(session, presented.leaf, {
          now: Timestamp.toMillis(now),
          expiresAt: Timestamp.toMillis(session.expiresAt),
          rotatedAt: session.rotatedAt === null ? null : Timestamp.toMillis(session.rotatedAt),
          grace
        })
        if (decision === "ended") return undefined
        if (decision === "reuse") {
          yield* revoke({ userId: user.id, sessionId: session.id, reason: "refresh_token_reused" })
          return undefined
        }
        const next: StoredSession = {
          ...session,
          ...(decision === "rotate" ? { previousHash: session.tokenHash, rotatedAt: now } : {}),
          tokenHash: RefreshToken.leafHash(replacement),
          ...seen(client),
          lastUsedAt: now
        }
        yield* sessions.rotate(next)
        return { session: next, user }
      }))
      return rotated === undefined
        ? yield* new InvalidToken()
        : yield* tokensOf(rotated.session, replacement, rotated.user)
    }),

    logout: Effect.gen(function*() {
      const { sessionId, userId } = yield* signedIn
      yield* transactor.transaction(revoke({ userId, sessionId, reason: "logout" }))
    }).pipe(Effect.withSpan("Auth.logout")),

    logoutAll: Effect.gen(function*() {
      const { userId } = yield* signedIn
      yield* transactor.transaction(revoke({ userId, reason: "logout_all" }))
    }).pipe(Effect.withSpan("Auth.logoutAll")),

    sessions: Effect.gen(function*() {
      const { sessionId, userId } = yield* signedIn
      const stored = yield* sessions.listOfUser(userId, yield* Timestamp.now)
      return stored.map((session): Session => ({
        id: session.id,
        address: session.address,
        userAgent: session.userAgent,
        current: session.id === sessionId,
        createdAt: session.createdAt,
        lastUsedAt: session.lastUsedAt,
        expiresAt: session.expiresAt
      }))
    }).pipe(Effect.withSpan("Auth.sessions")),

    endSession: Effect.fn("Auth.endSession")(function*(id) {
      const { userId } = yield* signedIn
      const ended = yield* transactor.transaction(revoke({ userId, sessionId: id, reason: "ended_by_owner" }))
      if (ended.length === 0) return yield* new SessionNotFound({ sessionId: id })
    }),

    authenticate: Effect.fn("Auth.authenticate")(function*(accessToken) {
      const { sessionId, userId } = yield* accessTokens.verify(accessToken)
      const live = yield* sessions.live(sessionId, yield* Timestamp.now)
      if (live === undefined || live.userId !== userId) return yield* new InvalidToken()
      return Actor.customer(userId, { sessionId })
    }),

    publicKeys: Effect.map(signingKeys.publicKeys, (keys): PublicKeys => ({ keys }))
  }))
})

export const layer: Layer.Layer<
  Auth,
  never,
  | UserRepository
  | SessionRepository
  | ThrottleRepository
  | Passwords
  | AccessTokens
  | SigningKeys
  | Transactor
  | Events
> = Layer.effect(Auth, make)
