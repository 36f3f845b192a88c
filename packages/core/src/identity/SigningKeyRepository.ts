import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { PublicKey } from "./Account.ts"

/**
 * A key pair that signs access tokens. `next` is published and does not sign yet, so that everybody who caches public
 * keys knows it in time; `active` signs; `retired` only verifies what it has signed.
 */
export interface SigningKey {
  readonly kid: string
  readonly status: "next" | "active" | "retired"
  readonly publicKey: PublicKey
  /** The private key as a JWK in JSON, encrypted by `Secrets`. */
  readonly privateKey: string
  readonly createdAt: Timestamp
  readonly activatedAt: Timestamp | null
  readonly retiredAt: Timestamp | null
}

/** Where the signing keys of a store are kept. */
export class SigningKeyRepository extends Context.Service<SigningKeyRepository, {
  /** Every key of the store, newest first. */
  readonly list: Effect.Effect<ReadonlyArray<SigningKey>, StorageError>
  /** Adds an active key, unless the store has one by now. One store has one active key. */
  readonly insertActive: (key: SigningKey) => Effect.Effect<void, StorageError>
  /** Adds a key that is next, unless the store has one by now. */
  readonly insertNext: (key: SigningKey) => Effect.Effect<void, StorageError>
  /** Makes the next key the active one, and that one a retired one; `false` if somebody else did. In a transaction. */
  readonly activate: (
    input: { readonly retire: string; readonly activate: string; readonly at: Timestamp }
  ) => Effect.Effect<boolean, StorageError>
  /** Deletes keys that were retired before a moment. */
  readonly deleteRetired: (before: Timestamp) => Effect.Effect<void, StorageError>
}>()("@stoa/core/identity/SigningKeyRepository") {}
