import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"

/** A sign-in with a provider that was begun. Of what the browser and the provider carry only hashes are kept. */
export interface StoredFlow {
  readonly stateHash: string
  readonly provider: string
  readonly browserHash: string
  /** Whose account is being linked; `null` for a sign-in. */
  readonly linksUserId: string | null
  readonly redirect: string | null
  readonly createdAt: Timestamp
  readonly expiresAt: Timestamp
}

/** An account at a provider that opens an account of the shop. */
export interface StoredIdentity {
  readonly issuer: string
  readonly subject: string
  readonly provider: string
  readonly userId: string
  /** The address as the provider told it, for the person to recognise the account by. */
  readonly email: string | null
  readonly linkedAt: Timestamp
  readonly lastUsedAt: Timestamp
}

/** Where sign-ins with others are kept, while they last, and who is linked to whom. */
export class OAuthRepository extends Context.Service<OAuthRepository, {
  readonly insertFlow: (flow: StoredFlow) => Effect.Effect<void, StorageError>
  /** Takes a flow of this provider and browser, which nobody can take again. */
  readonly takeFlow: (flow: {
    readonly stateHash: string
    readonly provider: string
    readonly browserHash: string
    readonly at: Timestamp
  }) => Effect.Effect<StoredFlow | undefined, StorageError>
  /** Lets whoever has a secret sign in as a user, once and until a moment. */
  readonly admit: (
    stateHash: string,
    admission: { readonly hash: string; readonly userId: string; readonly expiresAt: Timestamp }
  ) => Effect.Effect<void, StorageError>
  /** Who a secret admits, if it still does. */
  readonly admitted: (hash: string, at: Timestamp) => Effect.Effect<string | undefined, StorageError>
  /** Uses a secret up; says whether it was good until now. */
  readonly useAdmission: (hash: string, at: Timestamp) => Effect.Effect<boolean, StorageError>
  readonly findIdentity: (issuer: string, subject: string) => Effect.Effect<StoredIdentity | undefined, StorageError>
  /** Links, unless the identity belongs to somebody; says whether it did. */
  readonly insertIdentity: (identity: StoredIdentity) => Effect.Effect<boolean, StorageError>
  readonly touchIdentity: (issuer: string, subject: string, at: Timestamp) => Effect.Effect<void, StorageError>
  /** Those of a user, oldest first, at most 50. */
  readonly identitiesOf: (userId: string) => Effect.Effect<ReadonlyArray<StoredIdentity>, StorageError>
  /** Unlinks those of a user, or those at one provider; says how many. */
  readonly deleteIdentities: (userId: string, provider?: string) => Effect.Effect<number, StorageError>
  /** Deletes flows of every store that ended before a moment. */
  readonly deleteExpired: (before: Timestamp) => Effect.Effect<number, StorageError>
}>()("@stoa/core/identity/OAuthRepository") {}
