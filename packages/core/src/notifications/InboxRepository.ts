import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { InboxMessage, ListInbox } from "./InboxMessage.ts"

/** Where the inboxes of people and of the shop are kept. */
export class InboxRepository extends Context.Service<InboxRepository, {
  /**
   * Puts a message into an inbox unless one of the same `source` is or was there, and takes out the oldest where there are
   * too many; returns whether it did.
   */
  readonly add: (inbox: string, source: string, message: InboxMessage) => Effect.Effect<boolean, StorageError>
  readonly list: (
    inbox: string,
    query: typeof ListInbox.Type
  ) => Effect.Effect<Page<InboxMessage>, StorageError | InvalidInput>
  readonly unread: (inbox: string) => Effect.Effect<number, StorageError>
  /** A message, if it is in this inbox. */
  readonly find: (inbox: string, id: string) => Effect.Effect<InboxMessage | undefined, StorageError>
  /** Marks a message, or all of an inbox, as read, but for those that were. */
  readonly markRead: (inbox: string, id: string | undefined, at: Timestamp) => Effect.Effect<void, StorageError>
  /** Empties an inbox. */
  readonly empty: (inbox: string) => Effect.Effect<void, StorageError>
  /** Throws away up to 10,000 messages of every store that are older than a moment; returns how many. */
  readonly deleteBefore: (before: Timestamp) => Effect.Effect<number, StorageError>
}>()("@stoa/core/notifications/InboxRepository") {}
