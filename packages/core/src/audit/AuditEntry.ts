/**
 * What the audit log holds, and what may be asked of it.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import * as Timestamp from "../kernel/Timestamp.ts"

export const AuditEntryId = Id.define("aud", "AuditEntryId")

export const AuditEntry = Schema.Struct({
  id: AuditEntryId,
  /** What was done, as `thing.verb`: `"order.refund"`. */
  action: Schema.String,
  /** The id of what it was done to. */
  subject: Schema.String,
  /** Who did it, without secrets: `"staff:key_01..."`. */
  actor: Schema.String,
  requestId: Schema.NullOr(Schema.String),
  /** What a reader needs to understand it. Never a secret, a password or a token. */
  details: Schema.Record(Schema.String, Schema.Json),
  at: Timestamp.Timestamp
}).annotate({ identifier: "AuditEntry" })
export interface AuditEntry extends Schema.Schema.Type<typeof AuditEntry> {}

export const ListAudit = Schema.Struct({
  ...Page.PageRequest,
  subject: Schema.optionalKey(Schema.String),
  action: Schema.optionalKey(Schema.String)
})
export interface ListAudit extends Schema.Schema.Type<typeof ListAudit> {}
