/**
 * Seals of the audit log: each entry has a place in a chain, and a hash over itself and the one before it, so that nobody
 * changes, takes away or puts in an entry without breaking the chain from there on.
 */
import * as Schema from "effect/Schema"
import { Timestamp } from "../kernel/Timestamp.ts"
import { AuditEntryId } from "./AuditEntry.ts"

/** What the first entry of a chain follows. */
export const beginning = { position: 0, hash: "" } as const

export interface AuditSeal {
  /** The place in the chain, from 1 on, without gaps. */
  readonly position: number
  readonly entryId: string
  /** SHA-256 in hexadecimal. */
  readonly hash: string
  /** The place and the hash, encrypted with the shop's secret; of the last entry of each time that entries were sealed. */
  readonly stamp: string | null
  readonly sealedAt: Timestamp
}

/** What was found where the chain is broken. */
export const AuditFault = Schema.Struct({
  position: Schema.Int,
  entryId: AuditEntryId,
  /**
   * `changed`: the entry is not as it was sealed, or not where it was; `missing`: it is gone; `gap`: seals before it are gone;
   * `stamp`: the shop's secret did not stamp this chain.
   */
  fault: Schema.Literals(["changed", "missing", "gap", "stamp"])
}).annotate({ identifier: "AuditFault" })
export interface AuditFault extends Schema.Schema.Type<typeof AuditFault> {}

export const AuditVerification = Schema.Struct({
  /** Whether nothing was found. */
  whole: Schema.Boolean,
  /** How many entries are sealed. */
  sealed: Schema.Int,
  /** How many wait to be, for a minute at most while a server works. */
  waiting: Schema.Int,
  /** Whether the shop's secret was needed for the seals, so that access to the database alone does not do to forge them. */
  secret: Schema.Boolean,
  /** The end of the chain. Keep it elsewhere: a later chain that does not go through it is another one. */
  head: Schema.NullOr(Schema.Struct({ position: Schema.Int, hash: Schema.String, sealedAt: Timestamp })),
  /** The first faults, up to 100. */
  faults: Schema.Array(AuditFault)
}).annotate({ identifier: "AuditVerification" })
export interface AuditVerification extends Schema.Schema.Type<typeof AuditVerification> {}
