/**
 * The record of privileged actions: who did what to which thing, when, in which request. Rows are written in the
 * transaction of the action itself, so there is no action without its row and no row without its action.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import * as Actor from "../kernel/Actor.ts"
import { CurrentRequest } from "../kernel/CurrentRequest.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import type * as Page from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { type AuditEntry, AuditEntryId, type AuditEntryView, ListAudit } from "./AuditEntry.ts"
import { AuditRepository } from "./AuditRepository.ts"

/** What somebody did; who, when and in which request follows from the call. */
export interface NewAuditEntry {
  readonly action: string
  readonly subject: string
  readonly details?: Record<string, Schema.Json>
}

export class AuditLog extends Context.Service<AuditLog, {
  /** Writes a row in the current transaction. */
  readonly record: (entry: NewAuditEntry) => Effect.Effect<void, StorageError>
  /** Writes a row for each of any number, in one statement. */
  readonly recordAll: (entries: ReadonlyArray<NewAuditEntry>) => Effect.Effect<void, StorageError>
  /** Entries with the names of those in them, newest first. Needs `audit:read`; names of people need `customers:read` besides. */
  readonly list: (
    input: typeof ListAudit.Encoded
  ) => Effect.Effect<Page.Page<AuditEntryView>, InvalidInput | StorageError | Denied>
}>()("@stoa/core/audit/AuditLog") {}

/** The ids in the description of an actor, the one who did it first, or in a subject. */
const idsIn = (text: string): ReadonlyArray<string> => text.match(/[a-z]+_[0-7][0-9a-hjkmnp-tv-z]{25}/g) ?? []

const named = (entry: AuditEntry, names: ReadonlyMap<string, string>): AuditEntryView => {
  const [actorName, subjectName] = [entry.actor, entry.subject].map((text) => names.get(idsIn(text)[0] ?? ""))
  return {
    ...entry,
    ...(actorName === undefined ? {} : { actorName }),
    ...(subjectName === undefined ? {} : { subjectName })
  }
}

const decodeList = Input.decoder(ListAudit)

export const make = Effect.gen(function*() {
  const repository = yield* AuditRepository
  const entryOf = Effect.fnUntraced(function*({ action, details = {}, subject }: NewAuditEntry) {
    return {
      id: yield* AuditEntryId.generate,
      action,
      subject,
      actor: Actor.describe(yield* Actor.CurrentActor),
      requestId: yield* CurrentRequest,
      details,
      at: yield* Timestamp.now
    }
  })
  return AuditLog.of({
    record: (entry) => Effect.flatMap(entryOf(entry), repository.insert),
    recordAll: (entries) =>
      entries.length === 0 ? Effect.void : Effect.flatMap(Effect.forEach(entries, entryOf), repository.insertAll),
    list: Effect.fn("AuditLog.list")(function*(input) {
      yield* Permission.require("audit:read")
      const page = yield* repository.list(yield* decodeList(input))
      const people = yield* Permission.check("customers:read")
      const ids = new Set(page.items.flatMap(({ actor, subject }) => [...idsIn(actor), ...idsIn(subject)]))
      const names = yield* repository.namesOf([...ids].filter((id) => people || !id.startsWith("user_")))
      return { ...page, items: page.items.map((entry) => named(entry, names)) }
    })
  })
})

export const layer: Layer.Layer<AuditLog, never, AuditRepository> = Layer.effect(AuditLog, make)
