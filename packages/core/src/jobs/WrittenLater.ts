/**
 * Figures that are counted in memory, apart from the answers that they are about, and written down some seconds later, many at once.
 * What a process has counted in its last seconds is lost if it dies.
 */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import { type StoreId, within } from "../kernel/CurrentStore.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import { JobRegistry } from "./JobRegistry.ts"

const writeEvery = "5 seconds"

/**
 * Writes what waits: every five seconds while there is something, when jobs are drained, and when the engine ends. What could not
 * be written is kept for the next time.
 */
export const make = Effect.fnUntraced(function*<A extends { readonly storeId: StoreId }>(options: {
  /** What is counted, for the log. */
  readonly what: string
  /** Hands over all that waits, and forgets it. */
  readonly take: () => ReadonlyArray<A>
  /** Adds it to what waits. */
  readonly keep: (counted: A) => void
  /** Writes what was counted in the current store. */
  readonly write: (counted: ReadonlyArray<A>) => Effect.Effect<void, StorageError>
}): Effect.fn.Return<{ readonly wake: () => void }, never, JobRegistry | Scope.Scope> {
  const { keep, take, what } = options
  const oneAtATime = yield* Semaphore.make(1)
  const something = Latch.makeUnsafe(false)

  const write = Effect.gen(function*() {
    const counted = take()
    if (counted.length === 0) return 0
    const left = Map.groupBy(counted, ({ storeId }) => storeId)
    const writeAll = Effect.forEach([...left], Effect.fnUntraced(function*([storeId, ofStore]) {
      yield* within(storeId)(options.write(ofStore))
      left.delete(storeId)
    }), { discard: true })
    yield* Effect.onError(writeAll, () => Effect.sync(() => [...left.values()].flat().forEach(keep)))
    return counted.length
  }).pipe(oneAtATime.withPermits(1))

  yield* (yield* JobRegistry).source(write)
  yield* Effect.addFinalizer(() =>
    Effect.catchCause(write, (cause) => Effect.logWarning(`The last of ${what} could not be written`, cause))
  )
  yield* something.await.pipe(
    Effect.andThen(Effect.sync(() => something.closeUnsafe())),
    Effect.andThen(Effect.sleep(writeEvery)),
    Effect.andThen(write),
    Effect.catchCause((cause) =>
      Effect.andThen(
        Effect.logWarning(`${what} could not be written; trying again`, cause),
        Effect.sync(() => something.openUnsafe())
      )),
    Effect.forever,
    Effect.forkScoped
  )
  return { wake: () => void something.openUnsafe() }
})
