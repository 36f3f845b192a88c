import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { FraudEntry, FraudEntryKind, ListFraudEntries } from "./FraudEntry.ts"
import type { FraudEntryTaken } from "./FraudErrors.ts"
import type { FraudReview, ListFraudReviews } from "./FraudReview.ts"

/** Something that an order is known by. */
export interface FraudKey {
  readonly kind: FraudEntryKind
  readonly value: string
}

/** What to count attempts by, and since when. */
export interface FraudCount {
  readonly kind: FraudEntryKind
  readonly value: string
  readonly since: Timestamp
}

/** Where attempts to pay are counted, and where lists and reviews are kept. */
export class FraudRepository extends Context.Service<FraudRepository, {
  /** Writes down that somebody tries to pay an order, by everything that is counted. One statement. */
  readonly attempted: (orderId: string, keys: ReadonlyArray<FraudKey>, at: Timestamp) => Effect.Effect<void, StorageError>
  /** How many attempts there were, in the order of the questions. One statement. */
  readonly counts: (questions: ReadonlyArray<FraudCount>) => Effect.Effect<ReadonlyArray<number>, StorageError>
  /** Forgets attempts that were made before a moment, in every store. */
  readonly forgetAttempts: (before: Timestamp) => Effect.Effect<void, StorageError>
  /** Forgets every attempt to pay an order of a customer, who is given as they were counted. */
  readonly forget: (customer: string) => Effect.Effect<void, StorageError>
  /** The entries of both lists with one of these keys. One statement. */
  readonly listed: (keys: ReadonlyArray<FraudKey>) => Effect.Effect<ReadonlyArray<FraudEntry>, StorageError>
  readonly addEntry: (entry: FraudEntry) => Effect.Effect<void, StorageError | FraudEntryTaken>
  /** Answers what was removed. */
  readonly removeEntry: (id: string) => Effect.Effect<FraudEntry | undefined, StorageError>
  /** Newest first. */
  readonly entries: (query: ListFraudEntries) => Effect.Effect<Page<FraudEntry>, StorageError | InvalidInput>
  /** Writes reviews; an order that has one keeps it. */
  readonly openReviews: (reviews: ReadonlyArray<FraudReview>) => Effect.Effect<void, StorageError>
  readonly findReview: (id: string) => Effect.Effect<FraudReview | undefined, StorageError>
  /** Writes status, note and who decided, if the review still has the version before. */
  readonly decide: (review: FraudReview) => Effect.Effect<void, StorageError | VersionConflict>
  /** An open review of an order is `closed`. */
  readonly closeReview: (orderId: string) => Effect.Effect<void, StorageError>
  /** Newest first. */
  readonly reviews: (query: ListFraudReviews) => Effect.Effect<Page<FraudReview>, StorageError | InvalidInput>
}>()("@stoa/core/fraud/FraudRepository") {}
