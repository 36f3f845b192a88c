/**
 * Messages that people read where they are signed in: the same that they get by mail.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

export const InboxMessageId = Id.define("note", "InboxMessageId")
export type InboxMessageId = typeof InboxMessageId.Type

/** The inbox that all who work for the shop share. Every other one is called by the id of its user. */
export const shopInbox = "shop"

/** How many messages an inbox holds. The oldest make room. */
export const inboxSize = 500

export const InboxMessage = Schema.Struct({
  id: InboxMessageId,
  /** The name of its template: `"order-shipped"`. */
  template: Schema.String,
  title: Schema.String,
  text: Schema.String,
  /** The page that it is about, where it has one. */
  link: Schema.NullOr(Schema.String),
  createdAt: Timestamp,
  readAt: Schema.NullOr(Timestamp)
}).annotate({ identifier: "InboxMessage" })
export interface InboxMessage extends Schema.Schema.Type<typeof InboxMessage> {}

/** The newest first. */
export const ListInbox = Schema.Struct({
  ...Page.PageRequest,
  /** Only those that were read, or only those that were not. */
  read: Schema.optionalKey(Schema.Boolean)
})

export const UnreadCount = Schema.Struct({ unread: Schema.Int }).annotate({ identifier: "UnreadCount" })
