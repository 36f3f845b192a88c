import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { SavedMethod, SavedMethodStatus } from "./SavedMethod.ts"

/** A means of payment with what names it at the gateway, and what is needed to ask the gateway again. */
export interface StoredSavedMethod extends Omit<SavedMethod, "status" | "expired" | "isDefault"> {
  /** Whose it is; empty for one that only waits for the gateway to forget it. */
  readonly customerId: string
  /** `removed`: gone for everybody but the gateway, which is to forget it. */
  readonly status: SavedMethodStatus | "removed"
  /** What the gateway pays with. A secret of the shop's: for its gateway alone. */
  readonly token: string | null
  /** What is the same for the same card, where the gateway says it. */
  readonly fingerprint: string | null
  /** When it was made the default; the latest of a customer's counts, and the oldest of all where there is none. */
  readonly defaultAt: Timestamp | null
  /** What `setup` is asked with, until the gateway has answered for good. */
  readonly setupMethod: string | null
  readonly setupReference: string | null
  readonly returnUrl: string | null
}

/** Where means of payment are kept. */
export class SavedMethodRepository extends Context.Service<SavedMethodRepository, {
  readonly insert: (method: StoredSavedMethod) => Effect.Effect<void, StorageError>
  /** In whatever state it is. */
  readonly find: (id: string) => Effect.Effect<StoredSavedMethod | undefined, StorageError>
  /** By the gateway's id of what it was asked to keep. */
  readonly findBySetup: (gateway: string, reference: string) => Effect.Effect<StoredSavedMethod | undefined, StorageError>
  /** All of a customer that are not removed, oldest first; at most 100, of which those that have failed are the latest. */
  readonly ofCustomer: (customerId: string) => Effect.Effect<ReadonlyArray<StoredSavedMethod>, StorageError>
  /** The same, while others who want them wait; `undefined` where there is no such account that may sign in. */
  readonly lock: (customerId: string) => Effect.Effect<ReadonlyArray<StoredSavedMethod> | undefined, StorageError>
  /** Writes what changes of one, if it still has the version before. */
  readonly update: (method: StoredSavedMethod) => Effect.Effect<void, StorageError | VersionConflict>
  readonly delete: (id: string) => Effect.Effect<void, StorageError>
  /** Deletes what has failed, and was not touched since a moment. */
  readonly deleteFailed: (before: Timestamp) => Effect.Effect<void, StorageError>
  /** Whether somebody pays with the same at a gateway. */
  readonly isUsed: (gateway: string, token: string) => Effect.Effect<boolean, StorageError>
  /** Marks all of a customer as removed, and answers with which; what payments under way would keep is kept for nobody. */
  readonly removeAll: (customerId: string, at: Timestamp) => Effect.Effect<ReadonlyArray<string>, StorageError>
  /** Those in a state that were not touched since a moment, the longest untouched first. */
  readonly untouched: (
    status: StoredSavedMethod["status"],
    before: Timestamp,
    limit: number
  ) => Effect.Effect<ReadonlyArray<StoredSavedMethod>, StorageError>
}>()("@stoa/core/payments/SavedMethodRepository") {}
