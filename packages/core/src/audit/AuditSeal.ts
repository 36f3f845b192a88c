/**
 * Seals of the audit log: each entry has a place in a chain, and a mark over itself and the mark before it that needs the shop's
 * secret, so that nobody who has only the database changes, takes away or puts in an entry without breaking the chain.
 */
import * as Schema from "effect/Schema"
import { Timestamp } from "../kernel/Timestamp.ts"
import { type AuditEntry, AuditEntryId } from "./AuditEntry.ts"

/** What the first entry of a chain follows. */
export const beginning = { position: 0, hash: "" } as const

export interface AuditSeal {
  /** The place in the chain, from 1 on, without gaps. */
  readonly position: number
  readonly entryId: string
  /** The mark that `Secrets.sign` makes of the `textOf` the entry. */
  readonly hash: string
  readonly sealedAt: Timestamp
}

/** What was found where the chain is broken. */
export const AuditFault = Schema.Struct({
  /** The place in the chain; none of an entry that is not in it. */
  position: Schema.NullOr(Schema.Int),
  entryId: AuditEntryId,
  /**
   * `changed`: the entry is not as it was sealed, or not where it was; `missing`: it is gone; `gap`: seals before it are gone;
   * `secret`: it was sealed with a secret that this shop does not have, or without one though those before it were sealed with
   * one; `unsealed`: it has no seal and does not wait for one.
   */
  fault: Schema.Literals(["changed", "missing", "gap", "secret", "unsealed"])
}).annotate({ identifier: "AuditFault" })
export interface AuditFault extends Schema.Schema.Type<typeof AuditFault> {}

export const AuditVerification = Schema.Struct({
  /** Whether nothing was found. */
  whole: Schema.Boolean,
  /** How many entries are sealed. */
  sealed: Schema.Int,
  /** How many wait to be, for a minute at most while a server works. */
  waiting: Schema.Int,
  /** How many were sealed while the shop had no secret: whoever can write to the database could have made these seals. */
  unprotected: Schema.Int,
  /** The end of the chain. Keep it elsewhere: a later chain that does not go through it is another one. */
  head: Schema.NullOr(Schema.Struct({ position: Schema.Int, hash: Schema.String, sealedAt: Timestamp })),
  /** The first faults, up to 100. */
  faults: Schema.Array(AuditFault)
}).annotate({ identifier: "AuditVerification" })
export interface AuditVerification extends Schema.Schema.Type<typeof AuditVerification> {}

const sorted = (value: Schema.Json): Schema.Json => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]))
}

/** What is sealed: an entry, its place and the mark of the entry before it. */
export const textOf = (before: string, position: number, entry: AuditEntry): string =>
  JSON.stringify([
    before,
    position,
    entry.id,
    entry.action,
    entry.subject,
    entry.actor,
    entry.requestId,
    sorted(entry.details),
    entry.at
  ])
