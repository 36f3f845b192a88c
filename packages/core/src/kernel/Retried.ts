/**
 * Trying again what hardly ever fails.
 *
 * **Details**
 *
 * `Effect.retry` puts its schedule together and sets it up for every run, before anything has failed. A purchase runs
 * six things that are tried again when they meet somebody else, which is rare, so here that waits for the first failure.
 */
import * as Effect from "effect/Effect"
import type * as Schedule from "effect/Schedule"

/** When to try again: as `Effect.retry` takes it. */
export interface RetriedOptions {
  /** Which failures are tried again; any other is the outcome. */
  readonly while: (error: unknown) => boolean
  /** How long to wait before each time, and when to give up. At once and for ever if not given. */
  readonly schedule?: Schedule.Schedule<unknown>
  /** How often at most. */
  readonly times?: number
}

/** An effect that has run once and failed: from the second run on it runs. */
export const afterFailure = <A, E, R>(error: E, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> => {
  let next: Effect.Effect<A, E, R> = Effect.fail(error)
  return Effect.suspend(() => {
    const now = next
    next = effect
    return now
  })
}

/** The same as `Effect.retry`. */
export const retried = (options: RetriedOptions) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  effect.pipe(
    Effect.catch((error) =>
      options.while(error) ? Effect.retry(afterFailure(error, effect), options) : Effect.fail(error)
    )
  )
