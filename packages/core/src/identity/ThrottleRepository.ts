import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"

/** How failures are slowed down. */
export interface ThrottlePolicy {
  /** So many attempts cost no waiting. */
  readonly free: number
  /** The wait after the last free attempt; it doubles with each one after it. */
  readonly delay: Duration.Duration
  readonly maximumDelay: Duration.Duration
  /** The count starts again when there was no attempt for so long. */
  readonly forgetAfter: Duration.Duration
}

/** Where attempts are counted, so that all processes count together. */
export class ThrottleRepository extends Context.Service<ThrottleRepository, {
  /**
   * Counts an attempt before it is made, in one statement, so that attempts side by side are all counted. Returns how
   * many milliseconds to wait where it is too early; then it is neither counted nor allowed. 0 allows it.
   */
  readonly attempt: (key: string, policy: ThrottlePolicy, millis: number) => Effect.Effect<number, StorageError>
  /** Forgets the attempts of a key: one has succeeded. */
  readonly clear: (key: string) => Effect.Effect<void, StorageError>
  /**
   * Takes the attempt of a moment back: it was not a failure. What others have attempted since is counted as if it had
   * not been, and a wait that they began goes on.
   */
  readonly release: (key: string, policy: ThrottlePolicy, millis: number) => Effect.Effect<void, StorageError>
  /** Deletes counters of every store that were not touched since a moment (milliseconds since 1970). */
  readonly deleteOlder: (millis: number) => Effect.Effect<number, StorageError>
}>()("@stoa/core/identity/ThrottleRepository") {}
