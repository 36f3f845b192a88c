/**
 * The key pairs that sign access tokens, one active for each store, made when the first token is. Each is of one
 * algorithm, which its tokens must name; a next one is published before it signs, and a retired one stays until the last
 * of its tokens has expired.
 *
 * **Details**
 *
 * Keys are kept in memory for five minutes, so signing and verifying ask the database nothing. A key id that is not
 * known is looked up at once: another process may have made it.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from "jose"
import { CurrentStore, type StoreId } from "../kernel/CurrentStore.ts"
import * as Id from "../kernel/Id.ts"
import { Secrets } from "../kernel/Secrets.ts"
import type { SecretUnreadable } from "../kernel/SecretsErrors.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { PublicKey } from "./Account.ts"
import { IdentitySettings } from "./IdentitySettings.ts"
import { type SigningKey, SigningKeyRepository } from "./SigningKeyRepository.ts"

export const KeyId = Id.define("jwk", "KeyId")

const isKeyId = (text: string): boolean => /^jwk_[0-9a-z]{26}$/.test(text)

/** A key and the one algorithm that it is for. */
export interface KeyOfAlgorithm {
  readonly key: CryptoKey
  readonly algorithm: string
}

export class SigningKeys extends Context.Service<SigningKeys, {
  /** The key that signs for the current store, made if there is none yet. */
  readonly active: Effect.Effect<KeyOfAlgorithm & { readonly kid: string }, SecretUnreadable | StorageError>
  /** The public key of an id, while there can be valid tokens of it. */
  readonly find: (kid: string) => Effect.Effect<KeyOfAlgorithm | undefined, StorageError>
  /** Every public key that there can be valid tokens of, now or soon. */
  readonly publicKeys: Effect.Effect<ReadonlyArray<PublicKey>, StorageError>
  /**
   * What is due: publishes the next key, puts it in the place of the active one once it was published for long enough,
   * and deletes keys whose tokens have long expired.
   */
  readonly rotateWhenDue: Effect.Effect<void, StorageError>
  /**
   * Puts a new key in the place of the active one at once. `distrust`: the tokens of all keys before are worth nothing
   * any more, as when a key was stolen; sessions go on with their refresh tokens.
   */
  readonly rotate: (options: { readonly distrust: boolean }) => Effect.Effect<void, StorageError>
}>()("@stoa/core/identity/SigningKeys") {}

interface KnownKeys {
  readonly loadedAt: number
  readonly stored: ReadonlyArray<SigningKey>
  readonly verifying: ReadonlyMap<string, KeyOfAlgorithm>
  signing: (KeyOfAlgorithm & { readonly kid: string }) | undefined
}

const rememberFor = Duration.toMillis("5 minutes")

const purposeOf = (storeId: string, kid: string): string => `signing_keys:${storeId}:${kid}`

/** `importJWK` gives bytes only for symmetric keys, which are never stored. */
const importKey = (jwk: JWK, algorithm: string): Effect.Effect<CryptoKey> =>
  Effect.promise(() => importJWK(jwk, algorithm) as Promise<CryptoKey>)

/** The others are what nobody signs with here, whatever a row says. */
const algorithms: ReadonlySet<string> = new Set(["EdDSA", "ES256", "RS256"])

export const make = Effect.gen(function*() {
  const repository = yield* SigningKeyRepository
  const secrets = yield* Secrets
  const transactor = yield* Transactor
  const { accessTokenLifetime, signingAlgorithm, signingKeyLifetime, signingKeyNotice } = yield* IdentitySettings
  const stores = new Map<StoreId, KnownKeys>()

  const load = Effect.fnUntraced(function*(storeId: StoreId) {
    const now = yield* Clock.currentTimeMillis
    // another process may sign with a retired key for as long as it remembers it
    const spent = now - Duration.toMillis(accessTokenLifetime) - rememberFor
    const stored = (yield* repository.list).filter(({ publicKey, retiredAt }) =>
      algorithms.has(publicKey.alg) && (retiredAt === null || Timestamp.toMillis(retiredAt) > spent)
    )
    const verifying = new Map<string, KeyOfAlgorithm>()
    for (const { kid, publicKey } of stored) {
      verifying.set(kid, { key: yield* importKey(publicKey, publicKey.alg), algorithm: publicKey.alg })
    }
    const known: KnownKeys = { loadedAt: now, stored, verifying, signing: undefined }
    stores.set(storeId, known)
    return known
  })

  const known = Effect.gen(function*() {
    const storeId = yield* CurrentStore
    const found = stores.get(storeId)
    const now = yield* Clock.currentTimeMillis
    return found !== undefined && now - found.loadedAt < rememberFor ? found : yield* load(storeId)
  })

  const generate = Effect.fnUntraced(function*(storeId: StoreId, status: "active" | "next") {
    if (!secrets.encrypts) {
      yield* Effect.logWarning(
        "The key that signs access tokens is stored unencrypted: no encryption secret is configured"
      )
    }
    const pair = yield* Effect.promise(() =>
      generateKeyPair(signingAlgorithm, {
        modulusLength: 3_072,
        extractable: true,
        ...(signingAlgorithm === "EdDSA" ? { crv: "Ed25519" } : {})
      })
    )
    const privateJwk = yield* Effect.promise(() => exportJWK(pair.privateKey))
    const publicJwk = yield* Effect.promise(() => exportJWK(pair.publicKey))
    const kid = yield* KeyId.generate
    const now = yield* Timestamp.now
    const made: SigningKey = {
      kid,
      status,
      publicKey: { ...publicJwk, kid, alg: signingAlgorithm, use: "sig" } as PublicKey,
      privateKey: yield* secrets.encrypt(JSON.stringify(privateJwk), purposeOf(storeId, kid)),
      createdAt: now,
      activatedAt: status === "active" ? now : null,
      retiredAt: null
    }
    yield* status === "active" ? repository.insertActive(made) : repository.insertNext(made)
  })

  const nextOf = (stored: ReadonlyArray<SigningKey>) => stored.find((key) => key.status === "next")

  /** Puts the next key in the place of the active one. */
  const activate = Effect.fnUntraced(function*(active: SigningKey, next: SigningKey) {
    const at = yield* Timestamp.now
    yield* transactor.transaction(repository.activate({ retire: active.kid, activate: next.kid, at }))
    stores.delete(yield* CurrentStore)
  })

  const isDue = (at: Timestamp.Timestamp | null, after: Duration.Duration, now: Timestamp.Timestamp) =>
    at !== null && Timestamp.plus(at, after) <= now

  const activeOf = (keys: KnownKeys) => keys.stored.find((key) => key.status === "active")

  const withActive = Effect.gen(function*() {
    const keys = yield* known
    if (activeOf(keys) !== undefined) return keys
    const storeId = yield* CurrentStore
    yield* generate(storeId, "active")
    // another process may have been faster: the key that counts is the one that is stored
    return yield* load(storeId)
  })

  return SigningKeys.of({
    active: Effect.gen(function*() {
      const keys = yield* withActive
      if (keys.signing !== undefined) return keys.signing
      const active = activeOf(keys)
      if (active === undefined) return yield* Effect.die(new Error("A store lost its signing key while it was made"))
      const jwk = yield* secrets.decrypt(active.privateKey, purposeOf(yield* CurrentStore, active.kid))
      const algorithm = active.publicKey.alg
      keys.signing = { kid: active.kid, algorithm, key: yield* importKey(JSON.parse(jwk) as JWK, algorithm) }
      return keys.signing
    }),
    find: Effect.fnUntraced(function*(kid) {
      if (!isKeyId(kid)) return undefined
      const key = (yield* known).verifying.get(kid)
      return key ?? (yield* load(yield* CurrentStore)).verifying.get(kid)
    }),
    publicKeys: Effect.map(withActive, (keys) => keys.stored.map((key) => key.publicKey)),
    rotateWhenDue: Effect.gen(function*() {
      const stored = yield* repository.list
      const now = yield* Timestamp.now
      yield* repository.deleteRetired(Timestamp.minus(now, "30 days"))
      const active = stored.find((key) => key.status === "active")
      if (active === undefined) return
      const next = nextOf(stored)
      const notice = Duration.subtract(signingKeyLifetime, signingKeyNotice)
      const isOther = active.publicKey.alg !== signingAlgorithm
      if (next === undefined) {
        if (!isOther && !isDue(active.activatedAt, notice, now)) return
        yield* generate(yield* CurrentStore, "next")
        stores.delete(yield* CurrentStore)
      } else if (isDue(next.createdAt, signingKeyNotice, now) && (isOther || isDue(active.activatedAt, signingKeyLifetime, now))) {
        yield* activate(active, next)
      }
    }),
    rotate: Effect.fnUntraced(function*({ distrust }) {
      const storeId = yield* CurrentStore
      yield* withActive
      if (nextOf(yield* repository.list) === undefined) yield* generate(storeId, "next")
      const stored = yield* repository.list
      const active = stored.find((key) => key.status === "active")
      const next = nextOf(stored)
      if (active !== undefined && next !== undefined) yield* activate(active, next)
      if (distrust) yield* repository.deleteRetired(Timestamp.plus(yield* Timestamp.now, 1))
      stores.delete(storeId)
    })
  })
})

export const layer: Layer.Layer<SigningKeys, never, SigningKeyRepository | Transactor> = Layer.effect(SigningKeys, make)
