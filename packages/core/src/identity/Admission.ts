/**
 * Counting attempts before they are made.
 */
import * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { TooManyAttempts } from "./IdentityErrors.ts"
import type * as Throttle from "./Throttle.ts"
import { ThrottleRepository } from "./ThrottleRepository.ts"

export interface Admission {
  /**
   * Counts an attempt on each of the counters, all or none, or says how long to wait. Returns when it was counted, in
   * milliseconds.
   */
  readonly admit: (
    counters: ReadonlyArray<Throttle.Counter | undefined>
  ) => Effect.Effect<number, TooManyAttempts | StorageError>
  /** Forgets the failures of an account, and takes the attempt back that was counted for its network, and no other. */
  readonly succeeded: (counters: {
    readonly account?: Throttle.Counter | undefined
    readonly network?: Throttle.Counter | undefined
    /** What `admit` returned. */
    readonly admitted: number
  }) => Effect.Effect<void, StorageError>
}

export const make: Effect.Effect<Admission, never, ThrottleRepository | Transactor> = Effect.gen(function*() {
  const throttles = yield* ThrottleRepository
  const transactor = yield* Transactor
  return {
    admit: Effect.fnUntraced(function*(counters) {
      const now = Timestamp.toMillis(yield* Timestamp.now)
      yield* transactor.transaction(Effect.gen(function*() {
        for (const counter of counters) {
          if (counter === undefined) continue
          const wait = yield* throttles.attempt(counter.key, counter.policy, now)
          if (wait > 0) return yield* new TooManyAttempts({ retryAfterSeconds: Math.ceil(wait / 1_000) })
        }
      }))
      return now
    }),
    succeeded: Effect.fnUntraced(function*({ account, admitted, network }) {
      if (account !== undefined) yield* throttles.clear(account.key)
      if (network !== undefined) yield* throttles.release(network.key, network.policy, admitted)
    })
  }
})
