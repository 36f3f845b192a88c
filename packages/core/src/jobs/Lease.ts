/**
 * Work that only one process at a time may do: it holds a lease meanwhile, and prolongs it.
 *
 * **Details**
 *
 * A process that is killed prolongs nothing, so others may go on within `duration`. One that is cut off from the
 * storage for as long, or stands still, has lost the lease, and its work is interrupted as soon as it can tell.
 */
import * as Clock from "effect/Clock"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Holder, LeaseRepository } from "./LeaseRepository.ts"

/** For how long a process that says nothing is taken for alive, in milliseconds. */
export const duration = 10_000

/** How often the holder says that it is alive. */
export const interval = duration / 4

/** Somebody else does the work now. */
export class LeaseLost extends Data.TaggedError("LeaseLost")<{ readonly name: string }> {
  override get message(): string {
    return `The lease ${this.name} was lost while its work went on`
  }
}

/** Runs an effect while holding a lease. Nothing happens, and it answers with none, while somebody else holds it. */
export const whileHeld = (repository: LeaseRepository["Service"], holder: Holder) =>
<A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<Option.Option<A>, E | StorageError | LeaseLost, R> =>
  Effect.gen(function*() {
    let until = 0
    const take = Effect.gen(function*() {
      const now = yield* Clock.currentTimeMillis
      const taken = yield* repository.take({ ...holder, now, until: now + duration })
      if (taken) until = now + duration
      return taken
    })
    if (!(yield* take)) return Option.none()
    const prolong: Effect.Effect<never, LeaseLost> = Effect.gen(function*() {
      yield* Effect.sleep(interval)
      const taken = yield* take.pipe(Effect.catchTag("StorageError", (error) =>
        Effect.logWarning("A lease could not be prolonged; trying again", error).pipe(
          Effect.andThen(Clock.currentTimeMillis),
          Effect.map((now) => now < until)
        )))
      if (!taken) return yield* new LeaseLost({ name: holder.name })
    }).pipe(Effect.forever)
    return yield* Effect.raceFirst(Effect.map(effect, Option.some), prolong).pipe(
      // if it cannot be given back, it runs out
      Effect.ensuring(Effect.ignore(repository.release(holder)))
    )
  })
