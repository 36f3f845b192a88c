import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { ApiKey, ListApiKeys } from "./Account.ts"

/** Where API keys are kept; of their secrets only the hashes. */
export class ApiKeyRepository extends Context.Service<ApiKeyRepository, {
  /** `createdBy` names the actor, as in the audit log. */
  readonly insert: (apiKey: ApiKey, secretHash: string, createdBy: string) => Effect.Effect<void, StorageError>
  readonly find: (id: string) => Effect.Effect<ApiKey | undefined, StorageError>
  /** One statement by key. */
  readonly findBySecret: (secretHash: string) => Effect.Effect<ApiKey | undefined, StorageError>
  readonly list: (query: ListApiKeys) => Effect.Effect<Page<ApiKey>, StorageError | InvalidInput>
  /** Revokes a key that is not revoked yet; returns whether it did. */
  readonly revoke: (id: string, at: Timestamp) => Effect.Effect<boolean, StorageError>
  /** Notes that a key was used, unless it was noted after `since` already. */
  readonly touch: (id: string, at: Timestamp, since: Timestamp) => Effect.Effect<void, StorageError>
}>()("@stoa/core/identity/ApiKeyRepository") {}
