import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { SessionId } from "./Account.ts"

/** A session in which staff act as its user. */
export interface StoredImpersonation {
  readonly sessionId: SessionId
  readonly staffId: string
  readonly reason: string
  readonly createdAt: Timestamp
}

/** Where it is kept which sessions are not their user's own. */
export class ImpersonationRepository extends Context.Service<ImpersonationRepository, {
  readonly insert: (impersonation: StoredImpersonation) => Effect.Effect<void, StorageError>
}>()("@stoa/core/identity/ImpersonationRepository") {}
