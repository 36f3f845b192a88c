/**
 * Waiting for a lock that another connection holds.
 *
 * SQLite's own busy timeout sleeps in the thread: the whole process would stand still, and two clients of one file in
 * one process would wait for each other until the time is over. So the driver never waits, and this does, in between
 * which everything else runs.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { resultCode } from "./SqliteErrors.ts"

/** How long a statement has waited. */
export interface LockWait {
  /** In milliseconds of the system's clock. */
  readonly until: number
  readonly tries: number
}

/** Whether SQLite found a lock in its way that another connection holds and will let go. */
export const isBusy = (cause: unknown): boolean => ((resultCode(cause) ?? 0) & 0xff) === 5

// Other processes live in real time, whatever clock a test has set.
const systemClock = Clock.Clock.defaultValue()

// the pauses of SQLite's own handler, in milliseconds
const pauses = [1, 2, 5, 10, 15, 20, 25, 25, 25, 50]

/** Pauses and tries again, or fails with `error` when the time is over. */
export const waitForLock = <A, E>(
  error: E,
  busyTimeout: number,
  wait: LockWait | undefined,
  again: (wait: LockWait) => Effect.Effect<A, E>
): Effect.Effect<A, E> =>
  Effect.suspend(() => {
    const now = systemClock.currentTimeMillisUnsafe()
    const { tries, until } = wait ?? { tries: 0, until: now + busyTimeout }
    if (now >= until) return Effect.fail(error)
    const pause = Math.min(pauses[tries] ?? 50, until - now)
    return Effect.sleep(pause).pipe(
      Effect.provideService(Clock.Clock, systemClock),
      Effect.andThen(again({ until, tries: tries + 1 }))
    )
  })
