/**
 * What the audit log holds, and what may be asked of it.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import { text } from "../kernel/Text.ts"
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

/** An entry as it is read, with what those that it names are called now. Names are no part of what is sealed. */
export const AuditEntryView = Schema.Struct({
  ...AuditEntry.fields,
  /** Left out for whoever is not there any more, and for people where the reader may not see customers. */
  actorName: Schema.optionalKey(Schema.String),
  /** What it was done to: a product by its title, an order by its number. */
  subjectName: Schema.optionalKey(Schema.String)
}).annotate({ identifier: "AuditEntryView" })
export interface AuditEntryView extends Schema.Schema.Type<typeof AuditEntryView> {}

export const ListAudit = Schema.Struct({
  ...Page.PageRequest,
  subject: Schema.optionalKey(text(300)),
  action: Schema.optionalKey(text(100)),
  /** Who did it, as entries say it: `"customer:user_01..."`. */
  actor: Schema.optionalKey(text(300)),
  /** From a moment on, and before another. */
  from: Schema.optionalKey(Timestamp.Timestamp),
  to: Schema.optionalKey(Timestamp.Timestamp)
}).annotate({ identifier: "ListAudit" })
export interface ListAudit extends Schema.Schema.Type<typeof ListAudit> {}
