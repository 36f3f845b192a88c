/**
 * Access tokens: JWTs (RFC 9068, `at+jwt`) of one algorithm for each key, for one store, that name a user and a session.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { decodeProtectedHeader, type JWTPayload, jwtVerify, SignJWT } from "jose"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import { Entropy } from "../kernel/Entropy.ts"
import type { SecretUnreadable } from "../kernel/SecretsErrors.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { SessionId, UserId } from "./Account.ts"
import { InvalidToken } from "./IdentityErrors.ts"
import { IdentitySettings } from "./IdentitySettings.ts"
import { SigningKeys } from "./SigningKeys.ts"

/** Of whom a token speaks. */
export interface Subject {
  readonly userId: UserId
  readonly sessionId: SessionId
}

export class AccessTokens extends Context.Service<AccessTokens, {
  readonly sign: (
    subject: Subject
  ) => Effect.Effect<
    { readonly token: string; readonly expiresAt: Timestamp.Timestamp },
    SecretUnreadable | StorageError
  >
  /** Checks everything about a token but whether its session has ended. No statement while the keys are known. */
  readonly verify: (token: string) => Effect.Effect<Subject, InvalidToken | StorageError>
}>()("@stoa/core/identity/AccessTokens") {}

const type = "at+jwt"

/** Checked first, because a decoder of base64 forgives what is around it. */
const isCompact = (token: unknown): token is string =>
  typeof token === "string" && token.length <= 4_096 && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(token)

/** What a token says of its key, before anything of it is believed. */
const keyOf = (token: string): { readonly kid: string; readonly alg: string } | undefined => {
  try {
    const { alg, kid } = decodeProtectedHeader(token)
    return typeof alg === "string" && typeof kid === "string" ? { alg, kid } : undefined
  } catch {
    return undefined
  }
}

const subjectOf = ({ payload }: { readonly payload: JWTPayload }): Subject | undefined =>
  typeof payload.sub === "string" && typeof payload["sid"] === "string" && typeof payload.jti === "string"
    ? { userId: payload.sub as UserId, sessionId: payload["sid"] as SessionId }
    : undefined

export const make = Effect.gen(function*() {
  const keys = yield* SigningKeys
  const { accessTokenLifetime, issuer } = yield* IdentitySettings
  const lifetime = Math.floor(Duration.toSeconds(accessTokenLifetime))

  return AccessTokens.of({
    sign: Effect.fnUntraced(function*({ sessionId, userId }) {
      const { algorithm, key, kid } = yield* keys.active
      const audience = yield* CurrentStore
      const jti = Buffer.from((yield* Entropy).bytes(16)).toString("base64url")
      const now = Math.floor((yield* Clock.currentTimeMillis) / 1_000)
      const token = yield* Effect.promise(() =>
        new SignJWT({ sid: sessionId })
          .setProtectedHeader({ alg: algorithm, typ: type, kid })
          .setIssuer(issuer)
          .setAudience(audience)
          .setSubject(userId)
          .setJti(jti)
          .setIssuedAt(now)
          .setExpirationTime(now + lifetime)
          .sign(key)
      )
      return { token, expiresAt: Timestamp.fromMillis((now + lifetime) * 1_000) }
    }),
    verify: Effect.fnUntraced(function*(token) {
      if (!isCompact(token)) return yield* new InvalidToken()
      const named = keyOf(token)
      if (named === undefined) return yield* new InvalidToken()
      const found = yield* keys.find(named.kid)
      // the key says which algorithm it is for, never the token
      if (found === undefined || found.algorithm !== named.alg) return yield* new InvalidToken()
      const audience = yield* CurrentStore
      const millis = yield* Clock.currentTimeMillis
      const verified = yield* Effect.tryPromise({
        try: () =>
          jwtVerify(token, found.key, {
            algorithms: [found.algorithm],
            issuer,
            audience,
            typ: type,
            requiredClaims: ["sub", "sid", "jti", "iat", "exp"],
            currentDate: dateOf(millis)
          }),
        catch: () => new InvalidToken()
      })
      const subject = subjectOf(verified)
      return subject === undefined ? yield* new InvalidToken() : subject
    })
  })
})

const dateOf = (millis: number): Date => new Date(millis)

export const layer: Layer.Layer<AccessTokens, never, SigningKeys> = Layer.effect(AccessTokens, make)
