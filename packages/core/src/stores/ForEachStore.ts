/**
 * Background work that belongs to stores: the same for each of them, one after the other.
 */
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import { within } from "../kernel/CurrentStore.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { StoreRepository } from "./StoreRepository.ts"

/**
 * Runs an effect in every store. One store's trouble does not keep the others waiting: all of them get their turn, and
 * then it fails with what went wrong.
 */
export const forEachStore = <A, E, R>(
  stores: StoreRepository["Service"],
  effect: Effect.Effect<A, E, R>
): Effect.Effect<void, E | StorageError, R> =>
  Effect.gen(function*() {
    let failures: Cause.Cause<E> = Cause.empty
    for (const store of yield* stores.list) {
      const exit = yield* Effect.exit(within(store.id)(effect))
      if (exit._tag === "Failure") failures = Cause.combine(failures, exit.cause)
    }
    if (failures.reasons.length > 0) return yield* Effect.failCause(failures)
  })
