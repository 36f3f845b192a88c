import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { CardFacts } from "./Card.ts"
import type { FraudEntry, FraudEntryKind, ListFraudEntries } from "./FraudEntry.ts"
import type { FraudEntryTaken } from "./FraudErrors.ts"
import type { FraudReason, FraudReview, ListFraudReviews } from "./FraudReview.ts"

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
  /** Counts how many different ones of this kind the same orders have, instead of attempts. */
  readonly related?: FraudEntryKind
}

/** What was made of an order before its card was known. */
export interface FraudLook {
  readonly orderId: string
  readonly customerId: string | null
  readonly score: number
  readonly reasons: ReadonlyArray<FraudReason>
  /** Whether it is let through without rules. */
  readonly allowed: boolean
  /** Where the buyer's network is, if a rule needs it. */
  readonly network: string | null
  readonly at: Timestamp
}

/** A card that somebody paid with or tried to. */
export interface NotedCard {
  readonly paymentId: string
  readonly orderId: string
  readonly gateway: string
  /** What it is known by, a hash; `null` if the gateway does not say which card it is. */
  readonly key: string | null
  readonly facts: CardFacts
  readonly at: Timestamp
}

/** Where attempts to pay are counted, and where lists and reviews are kept. */
export class FraudRepository extends Context.Service<FraudRepository, {
  /** Writes down that somebody tries to pay an order, by everything that is counted. One statement. */
  readonly attempted: (orderId: string, keys: ReadonlyArray<FraudKey>, at: Timestamp) => Effect.Effect<void, StorageError>
  /** How many attempts there were, in the order of the questions. One statement. */
  readonly counts: (questions: ReadonlyArray<FraudCount>) => Effect.Effect<ReadonlyArray<number>, StorageError>
  /** Forgets attempts that were made before a moment, in every store. */
  readonly forgetAttempts: (before: Timestamp) => Effect.Effect<void, StorageError>
  /** Forgets every attempt to pay an order of a customer, who is given as they were counted, too, and their cards. */
  readonly forget: (customerId: string, counted: string) => Effect.Effect<void, StorageError>
  /** The entries of both lists with one of these keys, and one of a card besides, if that is asked for. One statement. */
  readonly listed: (
    keys: ReadonlyArray<FraudKey>,
    options?: { readonly andACard: boolean }
  ) => Effect.Effect<ReadonlyArray<FraudEntry>, StorageError>
  /** Writes down what was made of an order, instead of what was made of it before. */
  readonly looked: (look: FraudLook) => Effect.Effect<void, StorageError>
  readonly lookOf: (orderId: string) => Effect.Effect<FraudLook | undefined, StorageError>
  /** Writes a card down; `false` if that of its payment is there already. */
  readonly noteCard: (card: NotedCard) => Effect.Effect<boolean, StorageError>
  /** Says that a card was looked at, and whose it is; `false` if it was before. In the current transaction. */
  readonly claimCard: (paymentId: string, customerId: string | null) => Effect.Effect<boolean, StorageError>
  /** What the card of a payment is known by. */
  readonly keyOfCard: (paymentId: string) => Effect.Effect<string | undefined, StorageError>
  /** The cards of an order, oldest first. */
  readonly cardsOfOrder: (orderId: string) => Effect.Effect<ReadonlyArray<NotedCard>, StorageError>
  /** The cards of a customer, oldest first. */
  readonly cardsOfCustomer: (customerId: string) => Effect.Effect<ReadonlyArray<NotedCard>, StorageError>
  /** Forgets the cards of payments that were made before a moment, in every store. */
  readonly forgetCards: (before: Timestamp) => Effect.Effect<void, StorageError>
  readonly addEntry: (entry: FraudEntry) => Effect.Effect<void, StorageError | FraudEntryTaken>
  /** Answers what was removed. */
  readonly removeEntry: (id: string) => Effect.Effect<FraudEntry | undefined, StorageError>
  /** Newest first. */
  readonly entries: (query: ListFraudEntries) => Effect.Effect<Page<FraudEntry>, StorageError | InvalidInput>
  /** Writes reviews; an order that has one keeps it. */
  readonly openReviews: (reviews: ReadonlyArray<FraudReview>) => Effect.Effect<void, StorageError>
  readonly reviewOf: (orderId: string) => Effect.Effect<FraudReview | undefined, StorageError>
  readonly findReview: (id: string) => Effect.Effect<FraudReview | undefined, StorageError>
  /** Writes all that changes of a review, if it still has the version before. */
  readonly decide: (review: FraudReview) => Effect.Effect<void, StorageError | VersionConflict>
  /** An open review of an order is `closed`. */
  readonly closeReview: (orderId: string) => Effect.Effect<void, StorageError>
  /** Newest first. */
  readonly reviews: (query: ListFraudReviews) => Effect.Effect<Page<FraudReview>, StorageError | InvalidInput>
}>()("@stoa/core/fraud/FraudRepository") {}
