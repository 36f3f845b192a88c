import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { Claim, ListClaims } from "./Claim.ts"

/** What claims ask of storage. */
export class ClaimRepository extends Context.Service<ClaimRepository, {
  readonly insert: (claim: Claim) => Effect.Effect<void, StorageError>
  readonly find: (id: string) => Effect.Effect<Claim | undefined, StorageError>
  /** Oldest first. */
  readonly ofOrder: (orderId: string) => Effect.Effect<ReadonlyArray<Claim>, StorageError>
  readonly list: (
    query: ListClaims & { readonly customerId?: string }
  ) => Effect.Effect<Page<Claim>, StorageError | InvalidInput>
  /** Writes everything but the order and the lines if the claim still has the version before (`version - 1`). */
  readonly update: (claim: Claim) => Effect.Effect<void, StorageError | VersionConflict>
  /** Takes notes, pictures and answers out of the claims of a customer. */
  readonly forget: (customerId: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/returns/ClaimRepository") {}
