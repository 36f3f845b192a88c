import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { AuditEntry, ListAudit } from "./AuditEntry.ts"

/** Where audit rows are kept. They are only ever added. */
export class AuditRepository extends Context.Service<AuditRepository, {
  readonly insert: (entry: AuditEntry) => Effect.Effect<void, StorageError>
  readonly list: (query: ListAudit) => Effect.Effect<Page<AuditEntry>, StorageError | InvalidInput>
}>()("@stoa/core/audit/AuditRepository") {}
