/**
 * Runs an effect in one transaction, which every repository call inside joins.
 *
 * The transaction commits when the effect succeeds and rolls back when it fails, dies or is interrupted. Conflicts
 * with other transactions are retried a bounded number of times, so the effect may run more than once: no network
 * call, no message to the outside, nothing but storage belongs inside.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "./StorageError.ts"

export class Transactor extends Context.Service<Transactor, {
  readonly transaction: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E | StorageError, R>
  /** Whether the caller is in a transaction already. */
  readonly isOpen: Effect.Effect<boolean>
  /**
   * For how many milliseconds at most it pays to wait for others who could share a transaction, where many come at once: about as long as its
   * round trips take. Nothing where there are none.
   */
  readonly patience?: number
  /** Runs an effect after the outermost transaction has committed, or at once outside of one. May be lost in a crash. */
  readonly afterCommit: (effect: Effect.Effect<void>) => Effect.Effect<void>
}>()("@stoa/core/kernel/Transactor") {}
