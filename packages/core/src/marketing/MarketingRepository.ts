import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StoreId } from "../kernel/CurrentStore.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { MarketingChannel, MarketingKind } from "../notifications/MarketingKind.ts"
import type { AddressedMessage, Decision, MarketingMessage, MarketingMessageId } from "./MarketingMessage.ts"

/** A message on which it is to be decided. */
export interface DueMessage {
  readonly storeId: StoreId
  readonly id: MarketingMessageId
  readonly tried: number
}

/** An address that wants nothing of a kind by a channel. */
export interface Refusal {
  readonly channel: MarketingChannel
  readonly address: string
  readonly kind: MarketingKind
}

/** Where messages wait until they may be sent, and what addresses want none of. */
export class MarketingRepository extends Context.Service<MarketingRepository, {
  /** Adds messages but for those whose source is there; returns the ids of those added. One statement. */
  readonly insert: (
    messages: ReadonlyArray<MarketingMessage>
  ) => Effect.Effect<ReadonlyArray<MarketingMessageId>, StorageError>
  /** Messages with the accounts that they go to, in the order of the ids; those that are gone are left out. One statement. */
  readonly read: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<AddressedMessage>, StorageError>
  /**
   * Writes what was decided on messages, which were tried once more by it; returns the ids of those on which nobody else has decided
   * meanwhile. One statement.
   */
  readonly decide: (decisions: ReadonlyArray<Decision>, at: Timestamp) => Effect.Effect<ReadonlySet<string>, StorageError>
  /**
   * Messages of every store that wait and are due by now, the longest overdue, at most so many. They are due again at another
   * moment, unless it was decided on them until then, so that none of them keeps the others waiting.
   */
  readonly claim: (now: Timestamp, again: Timestamp, limit: number) => Effect.Effect<ReadonlyArray<DueMessage>, StorageError>
  /**
   * Counts a message of a day for each of some readers, of whom none stands there twice, unless there were `maximum`; returns those for
   * whom it did. Of two at once, both count. One statement.
   */
  readonly count: (
    channel: MarketingChannel,
    readers: ReadonlyArray<{ readonly reader: string; readonly day: string }>,
    maximum: number
  ) => Effect.Effect<ReadonlySet<string>, StorageError>
  readonly refuse: (refusal: Refusal, at: Timestamp) => Effect.Effect<void, StorageError>
  /** Those that there are. One statement. */
  readonly refused: (refusals: ReadonlyArray<Refusal>) => Effect.Effect<ReadonlyArray<Refusal>, StorageError>
  /** The key that links of the current store are made with, sealed; the given one if there was none. */
  readonly key: (sealed: string) => Effect.Effect<string, StorageError>
  /** The messages to an account, newest first, at most so many. */
  readonly ofUser: (userId: string, limit: number) => Effect.Effect<ReadonlyArray<MarketingMessage>, StorageError>
  /** Throws away what concerns an account, but for refusals. */
  readonly forget: (userId: string) => Effect.Effect<void, StorageError>
  /** Throws away messages of every store that were decided on, and counts, from before a moment. */
  readonly deleteBefore: (before: Timestamp) => Effect.Effect<void, StorageError>
}>()("@stoa/core/marketing/MarketingRepository") {}
