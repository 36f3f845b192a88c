import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { PushSubscription, PushSubscriptionId } from "./PushSubscription.ts"

/** A subscription with what it takes to reach it. */
export interface StoredSubscription {
  readonly subscription: PushSubscription
  readonly userId: string
  readonly endpoint: string
  /** Its keys, encrypted. */
  readonly keys: string
}

/** Where subscriptions to pushes are kept. */
export class PushRepository extends Context.Service<PushRepository, {
  /**
   * Adds a subscription in place of one with the same endpoint, whosever that was, and removes the oldest of the person where
   * there are too many.
   */
  readonly save: (stored: StoredSubscription) => Effect.Effect<void, StorageError>
  /** Those of a person, newest first; at most `maximumSubscriptions`. */
  readonly ofUser: (userId: string) => Effect.Effect<ReadonlyArray<PushSubscription>, StorageError>
  readonly find: (id: string) => Effect.Effect<StoredSubscription | undefined, StorageError>
  /** Removes a subscription, if it is this person's where one is named; returns whether it did. */
  readonly remove: (id: PushSubscriptionId | string, userId?: string) => Effect.Effect<boolean, StorageError>
  readonly removeAll: (userId: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/notifications/PushRepository") {}
