/**
 * Signed addresses of private files: good for one file of one store, until a time.
 *
 * Each store has a key of its own, made at the first use and kept in the database, encrypted by the engine's secret.
 */
import * as Effect from "effect/Effect"
import { createHmac, timingSafeEqual } from "node:crypto"
import { CurrentStore, type StoreId } from "../kernel/CurrentStore.ts"
import { Entropy } from "../kernel/Entropy.ts"
import { Secrets } from "../kernel/Secrets.ts"
import type { MediaRepository } from "./MediaRepository.ts"

const purposeOf = (storeId: StoreId): string => `media_keys:${storeId}`

const signatureOf = (key: string, storeId: StoreId, fileName: string, expires: number): Buffer =>
  createHmac("sha256", Buffer.from(key, "base64url")).update(JSON.stringify([storeId, fileName, expires])).digest()

export const make = Effect.fnUntraced(function*(repository: MediaRepository["Service"]) {
  const secrets = yield* Secrets
  const entropy = yield* Entropy
  // a key never changes once it is there
  const keys = new Map<StoreId, string>()

  const keyOf = Effect.fnUntraced(function*(storeId: StoreId) {
    const known = keys.get(storeId)
    if (known !== undefined) return known
    const purpose = purposeOf(storeId)
    const made = yield* secrets.encrypt(Buffer.from(entropy.bytes(32)).toString("base64url"), purpose)
    const key = yield* Effect.orDie(secrets.decrypt(yield* repository.signingKey(made), purpose))
    keys.set(storeId, key)
    return key
  })

  return {
    /** `expires` in seconds since 1970. */
    sign: Effect.fnUntraced(function*(fileName: string, expires: number) {
      const storeId = yield* CurrentStore
      return signatureOf(yield* keyOf(storeId), storeId, fileName, expires).toString("base64url")
    }),
    isSigned: Effect.fnUntraced(function*(fileName: string, expires: number, signature: string) {
      const storeId = yield* CurrentStore
      const expected = signatureOf(yield* keyOf(storeId), storeId, fileName, expires)
      const given = Buffer.from(signature, "base64url")
      return given.length === expected.length && timingSafeEqual(given, expected)
    })
  }
})
