/**
 * Answers that were given already, by the key the caller sent: a repeated request gets the same answer and does
 * nothing twice. Keys belong to a store and to whoever sent them, and are forgotten after a day.
 *
 * @see https://docs.stripe.com/api/idempotent_requests
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"

export interface StoredAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What is known of a key. */
export type Claim =
  /** New, or left behind by a process that died: it is the caller's now, until the lease ends. */
  | { readonly _tag: "claimed" }
  /** Somebody is working on it. */
  | { readonly _tag: "in_progress" }
  /** It was used for another request. */
  | { readonly _tag: "mismatch" }
  | { readonly _tag: "answered"; readonly answer: StoredAnswer }

export class IdempotencyStore extends Context.Service<IdempotencyStore, {
  /**
   * Asks for a key. Of any number of callers at once exactly one gets it. Not inside a transaction, for the others
   * would not see it.
   */
  readonly claim: (request: {
    readonly key: string
    /** Who sends it and to which operation. */
    readonly scope: string
    /** A hash of the request. */
    readonly fingerprint: string
    readonly now: Timestamp
    readonly leaseUntil: Timestamp
  }) => Effect.Effect<Claim, StorageError>
  /**
   * Puts the end of one's lease off, while the work goes on. `false` if the lease was lost to somebody else, or there is
   * an answer already.
   */
  readonly prolong: (request: {
    readonly key: string
    readonly scope: string
    readonly leaseUntil: Timestamp
    readonly until: Timestamp
  }) => Effect.Effect<boolean, StorageError>
  /**
   * Keeps the answer of a claim; the first one stays. Who names the end of its lease does nothing if the lease was lost
   * to somebody else since.
   */
  readonly answer: (request: {
    readonly key: string
    readonly scope: string
    readonly answer: StoredAnswer
    readonly leaseUntil?: Timestamp
  }) => Effect.Effect<void, StorageError>
  /** Gives a claim up, so that the request may be sent again: for answers that are not final. The lease as above. */
  readonly release: (request: {
    readonly key: string
    readonly scope: string
    readonly leaseUntil?: Timestamp
  }) => Effect.Effect<void, StorageError>
  /**
   * Forgets the answers of the current store whose scope names a user, by their id. What is still being worked on stays.
   * In the current transaction.
   */
  readonly forget: (userId: string) => Effect.Effect<void, StorageError>
  /** Forgets the keys of every store that were first used before a moment. */
  readonly deleteBefore: (before: Timestamp) => Effect.Effect<void, StorageError>
}>()("@stoa/core/idempotency/IdempotencyStore") {}
