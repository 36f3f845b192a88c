/**
 * The key pairs that sign access tokens, one active for each store, made when the first token is.
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
import type { PublicKey } from "./Account.ts"
import { IdentitySettings } from "./IdentitySettings.ts"
import { type SigningKey, SigningKeyRepository } from "./SigningKeyRepository.ts"

/** The only algorithm that tokens are signed with and verified by. */
export const algorithm = "EdDSA"

export const KeyId = Id.define("jwk", "KeyId")

const isKeyId = (text: string): boolean => /^jwk_[0-9a-z]{26}$/.test(text)

export class SigningKeys extends Context.Service<SigningKeys, {
  /** The key that signs for the current store, made if there is none yet. */
  readonly active: Effect.Effect<{ readonly kid: string; readonly key: CryptoKey }, SecretUnreadable | StorageError>
  /** The public key of an id, while there can be valid tokens of it. */
  readonly find: (kid: string) => Effect.Effect<CryptoKey | undefined, StorageError>
  /** Every public key that there can be valid tokens of, now or soon. */
  readonly publicKeys: Effect.Effect<ReadonlyArray<PublicKey>, StorageError>
}>()("@stoa/core/identity/SigningKeys") {}

interface KnownKeys {
  readonly loadedAt: number
  readonly stored: ReadonlyArray<SigningKey>
  readonly verifying: ReadonlyMap<string, CryptoKey>
  signing: { readonly kid: string; readonly key: CryptoKey } | undefined
}

const rememberFor = Duration.toMillis("5 minutes")

const purposeOf = (storeId: string, kid: string): string => `signing_keys:${storeId}:${kid}`

/** `importJWK` gives bytes only for symmetric keys, which are never stored. */
const importKey = (jwk: JWK): Effect.Effect<CryptoKey> =>
  Effect.promise(() => importJWK(jwk, algorithm) as Promise<CryptoKey>)

export const make = Effect.gen(function*() {
  const repository = yield* SigningKeyRepository
  const secrets = yield* Secrets
  const { accessTokenLifetime } = yield* IdentitySettings
  const stores = new Map<StoreId, KnownKeys>()

  const load = Effect.fnUntraced(function*(storeId: StoreId) {
    const now = yield* Clock.currentTimeMillis
    const spent = now - Duration.toMillis(accessTokenLifetime)
    const stored = (yield* repository.list).filter(({ publicKey, retiredAt }) =>
      publicKey.alg === algorithm && (retiredAt === null || Timestamp.toMillis(retiredAt) > spent)
    )
    const verifying = new Map<string, CryptoKey>()
    for (const { kid, publicKey } of stored) verifying.set(kid, yield* importKey(publicKey))
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

  const generate = Effect.fnUntraced(function*(storeId: StoreId) {
    if (!secrets.encrypts) {
      yield* Effect.logWarning(
        "The key that signs access tokens is stored unencrypted: no encryption secret is configured"
      )
    }
    const pair = yield* Effect.promise(() => generateKeyPair(algorithm, { crv: "Ed25519", extractable: true }))
    const privateJwk = yield* Effect.promise(() => exportJWK(pair.privateKey))
    const { d: _, ...publicJwk } = privateJwk
    const kid = yield* KeyId.generate
    const now = yield* Timestamp.now
    yield* repository.insertActive({
      kid,
      status: "active",
      publicKey: { ...publicJwk, kid, alg: algorithm, use: "sig" } as PublicKey,
      privateKey: yield* secrets.encrypt(JSON.stringify(privateJwk), purposeOf(storeId, kid)),
      createdAt: now,
      activatedAt: now,
      retiredAt: null
    })
  })

  const activeOf = (keys: KnownKeys) => keys.stored.find((key) => key.status === "active")

  const withActive = Effect.gen(function*() {
    const keys = yield* known
    if (activeOf(keys) !== undefined) return keys
    const storeId = yield* CurrentStore
    yield* generate(storeId)
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
      keys.signing = { kid: active.kid, key: yield* importKey(JSON.parse(jwk) as JWK) }
      return keys.signing
    }),
    find: Effect.fnUntraced(function*(kid) {
      if (!isKeyId(kid)) return undefined
      const key = (yield* known).verifying.get(kid)
      return key ?? (yield* load(yield* CurrentStore)).verifying.get(kid)
    }),
    publicKeys: Effect.map(withActive, (keys) => keys.stored.map((key) => key.publicKey))
  })
})

export const layer: Layer.Layer<SigningKeys, never, SigningKeyRepository> = Layer.effect(SigningKeys, make)
