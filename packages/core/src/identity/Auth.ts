/**
 * Signing in and out, sessions, and the tokens that prove them.
 */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { AuditLog } from "../audit/AuditLog.ts"
import * as Actor from "../kernel/Actor.ts"
import { CurrentClient } from "../kernel/CurrentClient.ts"
import { DeniedAccess } from "../kernel/DeniedAccess.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import type { Page } from "../kernel/Page.ts"
import type { Denied, Unauthenticated } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { SecretUnreadable } from "../kernel/SecretsErrors.ts"
import type { StepUpRequired } from "../kernel/StepUp.ts"
import * as StepUp from "../kernel/StepUp.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { AccessTokens } from "./AccessTokens.ts"
import {
  ListSignIns,
  Login,
  type PublicKeys,
  Refresh,
  type Session,
  type SignIn,
  SignInId,
  type Tokens
} from "./Account.ts"
import * as Admission from "./Admission.ts"
import {
  InvalidCredentials,
  InvalidToken,
  type SecondFactorRequired,
  SessionNotFound,
  type TooManyAttempts
} from "./IdentityErrors.ts"
import { IdentitySettings } from "./IdentitySettings.ts"
import { Passwords } from "./Passwords.ts"
import * as PlaceLocator from "../kernel/PlaceLocator.ts"
import * as RefreshToken from "./RefreshToken.ts"
import { builtInRoles, union } from "./Role.ts"
import { endOf } from "./SessionEnd.ts"
import { SessionRepository, type Standing, type StoredSession } from "./SessionRepository.ts"
import { SignInRepository } from "./SignInRepository.ts"
import { SigningKeys } from "./SigningKeys.ts"
import { signedIn } from "./SignedIn.ts"
import * as SignInsService from "./SignIns.ts"
import { SignIns } from "./SignIns.ts"
import * as Throttle from "./Throttle.ts"
import type { ThrottleRepository } from "./ThrottleRepository.ts"
import { UserRepository } from "./UserRepository.ts"

export class Auth extends Context.Service<Auth, {
  /**
   * Signs in with a password. An unknown address, a wrong password and a suspended account are answered alike and
   * take the same time. After five failures from one network the next attempt has to wait, and longer each time. Who
   * has a second factor is asked for it: `SecondFactorRequired` says how to go on.
   */
  readonly login: (
    input: typeof Login.Encoded
  ) => Effect.Effect<
    Tokens,
    InvalidInput | InvalidCredentials | SecondFactorRequired | TooManyAttempts | SecretUnreadable | StorageError
  >
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
  /** When the signed-in user signed in over the last months, and who failed to with their password; newest first. */
  readonly loginHistory: (
    input?: typeof ListSignIns.Encoded
  ) => Effect.Effect<Page<SignIn>, InvalidInput | Unauthenticated | StorageError>
  /** Ends one session of the signed-in user. */
  readonly endSession: (id: string) => Effect.Effect<void, InvalidInput | SessionNotFound | Unauthenticated | StorageError>
  /**
   * Who an access token (JWT) speaks for. One statement, which sees a session that has ended or a user who was
   * suspended a moment ago.
   */
  readonly authenticate: (accessToken: string) => Effect.Effect<Actor.Actor, InvalidToken | StorageError>
  /** The public keys of access tokens, for others who verify them. They must not rely on a token alone to revoke. */
  readonly publicKeys: Effect.Effect<PublicKeys, StorageError>
  /**
   * Signs with a new key from now on, which otherwise happens by itself after `signingKeyLifetime`. `distrust`: tokens
   * of keys before are worth nothing any more, as when one was stolen; other processes hear of it within five minutes,
   * and sessions go on with their refresh tokens. Needs `settings:write` and a fresh proof.
   */
  readonly rotateKeys: (
    options?: { readonly distrust?: boolean }
  ) => Effect.Effect<void, InvalidInput | StepUpRequired | Denied | StorageError>
}>()("@stoa/core/identity/Auth") {}

const allowed = ({ granted, roles }: Standing): ReadonlyArray<string> =>
  union([...roles.map((role) => builtInRoles.get(role)?.permissions ?? []), granted])

const rights = (permissions: ReadonlyArray<string>) => permissions.length === 0 ? {} : { permissions }

const decodeLogin = Input.decoder(Login)
const decodeRefresh = Input.decoder(Refresh)

const decodeHistory = Input.decoder(ListSignIns)
const decodeRotation = Input.decoder(Schema.Struct({ distrust: Schema.optionalKey(Schema.Boolean) }))

const never = Timestamp.fromMillis(0)

const checked = Input.textParameters<Auth["Service"]>({
  endSession: ["id"]
})

export const make = Effect.gen(function*() {
  const { watched } = yield* DeniedAccess
  const users = yield* UserRepository
  const sessions = yield* SessionRepository
  const admission = yield* Admission.make
  const signIns = yield* SignIns
  const history = yield* SignInRepository
  const passwords = yield* Passwords
  const accessTokens = yield* AccessTokens
  const signingKeys = yield* SigningKeys
  const transactor = yield* Transactor
  const audit = yield* AuditLog
  const locate = PlaceLocator.locate(yield* PlaceLocator.PlaceLocator)
  const { refreshGrace, secondFactorRoles, sessionIdleLifetime, stepUpFreshness } = yield* IdentitySettings
  const grace = Duration.toMillis(refreshGrace)

  /** Until when what a session was proved with is fresh. */
  const assuranceOf = ({ authenticatedAt, secondFactor, secondFactorAt }: {
    readonly authenticatedAt: Timestamp.Timestamp | null
    readonly secondFactorAt: Timestamp.Timestamp | null
    readonly secondFactor: boolean
  }) => {
    const proved = secondFactor ? secondFactorAt : authenticatedAt
    return { secondFactor, freshUntil: proved === null ? never : Timestamp.plus(proved, stepUpFreshness) }
  }

  return watched(checked(Auth.of({
    login: Effect.fn("Auth.login")(function*(input) {
      const { email, password } = yield* decodeLogin(input)
      const client = yield* CurrentClient
      const counters = Throttle.ofSignIn(email, client)
      const admitted = yield* admission.admit([counters.network, counters.account])
      const found = yield* users.findByEmail(email)
      const passwordHash = found?.passwordHash ?? null
      const matches = yield* passwords.verify(password, passwordHash)
      if (found === undefined || passwordHash === null || !matches || found.user.status !== "active") {
        yield* history.addFailure(email, {
          id: yield* SignInId.generate,
          outcome: "failed",
          method: "password",
          sessionId: null,
          ...SignInsService.seen(client),
          place: (yield* locate(client.address))?.name ?? null,
          risk: null,
          at: yield* Timestamp.now
        })
        return yield* new InvalidCredentials()
      }
      const { user } = found
      const rehashed = passwords.isOutdated(passwordHash) ? yield* passwords.hash(password) : undefined

      const prepared = yield* signIns.prepare(user, "password")
      const started = yield* transactor.transaction(Effect.gen(function*() {
        if (!(yield* signIns.start(prepared))) return false
        yield* admission.succeeded({ ...counters, admitted })
        if (rehashed !== undefined) yield* users.rehash(user.id, passwordHash, rehashed, yield* Timestamp.now)
        return true
      }))
      return started ? yield* signIns.finish(prepared) : yield* new InvalidCredentials()
    }),

    refresh: Effect.fn("Auth.refresh")(function*(input) {
      const decoded = yield* decodeRefresh(input)
      const presented = RefreshToken.parse(decoded.refreshToken)
      if (presented === undefined) return yield* new InvalidToken()
      const client = yield* CurrentClient
      const replacement = yield* RefreshToken.next(presented.family)
      const place = (yield* locate(client.address))?.name ?? null

      // A reuse is a result and not a failure in here, for a failure would take the revocation back.
      const rotated = yield* transactor.transaction(Effect.gen(function*() {
        const found = yield* sessions.findByFamily(RefreshToken.familyHash(presented))
        if (found === undefined || found.user.status !== "active") return undefined
        const { session, user } = found
        const now = yield* Timestamp.now
        const decision = RefreshToken.decide(session, presented.leaf, {
          now: Timestamp.toMillis(now),
          expiresAt: Timestamp.toMillis(endOf(session, sessionIdleLifetime)),
          rotatedAt: session.rotatedAt === null ? null : Timestamp.toMillis(session.rotatedAt),
          grace
        })
        if (decision === "ended") return undefined
        if (decision === "reuse") {
          yield* signIns.revoke({ userId: user.id, sessionId: session.id, reason: "refresh_token_reused" })
          return undefined
        }
        const next: StoredSession = {
          ...session,
          ...(decision === "rotate" ? { previousHash: session.tokenHash, rotatedAt: now } : {}),
          tokenHash: RefreshToken.leafHash(replacement),
          ...SignInsService.seen(client),
          place,
          lastUsedAt: now
        }
        yield* sessions.rotate(next)
        return { session: next, user }
      }))
      return rotated === undefined
        ? yield* new InvalidToken()
        : yield* signIns.tokensOf(rotated.session, replacement, rotated.user)
    }),

    logout: Effect.gen(function*() {
      const { sessionId, userId } = yield* signedIn
      yield* transactor.transaction(signIns.revoke({ userId, sessionId, reason: "logout" }))
    }).pipe(Effect.withSpan("Auth.logout")),

    logoutAll: Effect.gen(function*() {
      const { userId } = yield* signedIn
      yield* transactor.transaction(signIns.revoke({ userId, reason: "logout_all" }))
    }).pipe(Effect.withSpan("Auth.logoutAll")),

    sessions: Effect.gen(function*() {
      const { sessionId, userId } = yield* signedIn
      const now = yield* Timestamp.now
      const stored = yield* sessions.listOfUser(userId, now)
      return stored.filter((session) => endOf(session, sessionIdleLifetime) > now).map((session): Session => ({
        id: session.id,
        address: session.address,
        userAgent: session.userAgent,
        place: session.place,
        current: session.id === sessionId,
        createdAt: session.createdAt,
        lastUsedAt: session.lastUsedAt,
        expiresAt: endOf(session, sessionIdleLifetime)
      }))
    }).pipe(Effect.withSpan("Auth.sessions")),

    loginHistory: Effect.fn("Auth.loginHistory")(function*(input = {}) {
      const { userId } = yield* signedIn
      return yield* history.list(userId, yield* decodeHistory(input))
    }),

    endSession: Effect.fn("Auth.endSession")(function*(id) {
      const { userId } = yield* signedIn
      const ended = yield* transactor.transaction(signIns.revoke({ userId, sessionId: id, reason: "ended_by_owner" }))
      if (ended.length === 0) return yield* new SessionNotFound({ sessionId: id })
    }),

    authenticate: Effect.fn("Auth.authenticate")(function*(accessToken) {
      const { sessionId, userId } = yield* accessTokens.verify(accessToken)
      const live = yield* sessions.live(sessionId, yield* Timestamp.now)
      if (live === undefined || live.userId !== userId) return yield* new InvalidToken()
      const assurance = assuranceOf(live)
      // whoever may change much has to have proved more
      const proved = live.secondFactorAt !== null || !live.roles.some((role) => secondFactorRoles.includes(role))
      const permissions = proved ? allowed(live) : []
      const { impersonator } = live
      if (impersonator === null) return Actor.customer(userId, { sessionId, assurance, ...rights(permissions) })
      const theirs = allowed(impersonator)
      const stillMay = ["users:impersonate", ...permissions].every((permission) => Permission.covers(theirs, permission))
      if (!stillMay) return yield* new InvalidToken()
      return Actor.customer(userId, { sessionId, assurance, ...rights(permissions), impersonatedBy: impersonator.userId })
    }),

    publicKeys: Effect.map(signingKeys.publicKeys, (keys): PublicKeys => ({ keys })),

    rotateKeys: Effect.fn("Auth.rotateKeys")(function*(options = {}) {
      yield* Permission.require("settings:write")
      yield* StepUp.require
      const { distrust = false } = yield* decodeRotation(options)
      yield* signingKeys.rotate({ distrust })
      yield* audit.record({ action: "signing-keys.rotate", subject: yield* CurrentStore, details: { distrust } })
    })
  })))
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
  | SignIns
  | SignInRepository
  | Transactor
  | AuditLog
> = Layer.effect(Auth, make)
