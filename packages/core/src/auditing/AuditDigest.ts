/**
 * The hash of an entry of the audit log, apart from what clients read of seals, for it needs Node.
 */
import type * as Schema from "effect/Schema"
import { createHash } from "node:crypto"
import type { AuditEntry } from "../audit/AuditEntry.ts"

const sorted = (value: Schema.Json): Schema.Json => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sorted(one)]))
}

/** The hash of an entry at a place of the chain. */
export const digest = (before: string, position: number, entry: AuditEntry): string =>
  createHash("sha256").update(JSON.stringify([
    before,
    position,
    entry.id,
    entry.action,
    entry.subject,
    entry.actor,
    entry.requestId,
    sorted(entry.details),
    entry.at
  ])).digest("hex")
