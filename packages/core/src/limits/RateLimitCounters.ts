/**
 * Rate limits that all processes on one storage share.
 *
 * A counter is a bucket of `limit` tokens that fills evenly over a window. All that is kept of it is the moment at
 * which it will be full again: from then on it says nothing and can be forgotten. (The generic cell rate algorithm.)
 *
 * @see https://www.itu.int/rec/T-REC-I.371 (annex A.1, the virtual scheduling algorithm)
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"

/** Microseconds since 1970: the time between two tokens is often no whole number of milliseconds. */
export type Micros = number

/** Whether a token was there, and when the bucket will be full again if nothing more is taken. */
export interface Taken {
  readonly granted: boolean
  readonly fullAt: Micros
}

/** Tokens that were given out already, by a process that counts by itself and tells the others afterwards. */
export interface Spent {
  readonly key: string
  /** How long the bucket needs to earn them again, in microseconds. */
  readonly cost: Micros
}

/**
 * Counters of the current store, by keys that hold nothing personal. The time is the caller's, so the clocks of the
 * processes should agree; one that is behind gives nobody more.
 */
export class RateLimitCounters extends Context.Service<RateLimitCounters, {
  /**
   * Takes one token, if there is one, in one statement, so that of any number of callers at once exactly as many get
   * one as there are. Not inside a transaction, for the others would wait for its end.
   */
  readonly take: (request: {
    readonly key: string
    /** How long the bucket needs to earn one token. */
    readonly cost: Micros
    /** How long it needs to fill. */
    readonly window: Micros
    readonly now: Micros
  }) => Effect.Effect<Taken, StorageError>
  /**
   * Takes tokens off any number of buckets, each named once, whether they are there or not, in one statement. Answers
   * with the moment at which each will be full again.
   */
  readonly spend: (
    spent: ReadonlyArray<Spent>,
    now: Micros
  ) => Effect.Effect<ReadonlyMap<string, Micros>, StorageError>
  /** Forgets the buckets of every store that were full at a moment, and says how many those were. */
  readonly deleteFull: (before: Micros) => Effect.Effect<number, StorageError>
}>()("@stoa/core/limits/RateLimitCounters") {}
