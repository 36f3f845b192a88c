import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { AuditEntry, ListAudit } from "./AuditEntry.ts"
import type { AuditSeal } from "./AuditSeal.ts"

/** Where audit rows are kept. They are only ever added. */
export class AuditRepository extends Context.Service<AuditRepository, {
  readonly insert: (entry: AuditEntry) => Effect.Effect<void, StorageError>
  readonly insertAll: (entries: ReadonlyArray<AuditEntry>) => Effect.Effect<void, StorageError>
  readonly list: (query: ListAudit) => Effect.Effect<Page<AuditEntry>, StorageError | InvalidInput>
  /** What things of the store are called now, by their ids; those that have no name are left out. One statement, or none. */
  readonly namesOf: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, string>, StorageError>
  /** The end of the store's chain, to which nobody else adds until the transaction ends. */
  readonly lockChain: Effect.Effect<AuditSeal | undefined, StorageError>
  /** Entries that have no seal, the oldest first. */
  readonly unsealed: (limit: number) => Effect.Effect<ReadonlyArray<AuditEntry>, StorageError>
  /** Entries that have no seal and do not wait for one either, the oldest first. */
  readonly loose: (limit: number) => Effect.Effect<ReadonlyArray<AuditEntry["id"]>, StorageError>
  readonly countUnsealed: Effect.Effect<number, StorageError>
  readonly addSeals: (seals: ReadonlyArray<AuditSeal>) => Effect.Effect<void, StorageError>
  /** Seals after a place in the chain, in order, with their entries where these are there. */
  readonly sealed: (
    after: number,
    limit: number
  ) => Effect.Effect<ReadonlyArray<{ readonly seal: AuditSeal; readonly entry: AuditEntry | null }>, StorageError>
}>()("@stoa/core/audit/AuditRepository") {}
