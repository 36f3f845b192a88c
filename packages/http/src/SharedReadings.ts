/**
 * One reading for all who ask for the same at the same time.
 *
 * **Details**
 *
 * Who comes while something is being read waits for the next reading of it, which begins when that one has ended and is for
 * all who came meanwhile. So nobody gets what was read before they asked: whoever asks after a change is told of it, as if
 * they had read by themselves. Nothing is remembered once it is answered.
 *
 * A reading for several goes on when one of them hangs up.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type * as Scope from "effect/Scope"

export interface SharedReadings<A, E> {
  /** The answer of `reading`, or of another one of the same name that began after this call. */
  readonly read: <R>(name: string, reading: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
}

interface Waiting<A, E> {
  readonly reading: Effect.Effect<A, E>
  readonly answer: Deferred.Deferred<A, E>
}

/** Readings are given up with the scope. */
export const make = <A, E>(): Effect.Effect<SharedReadings<A, E>, never, Scope.Scope> =>
  Effect.gen(function*() {
    const run = yield* FiberSet.runtime(yield* FiberSet.make<A, E>())()
    /** What is being read, and who waits for the next reading of it. */
    const readings = new Map<string, Array<Waiting<A, E>>>()

    const ended = (name: string): void => {
      const waiting = readings.get(name)
      const first = waiting?.[0]
      if (waiting === undefined || first === undefined) {
        readings.delete(name)
        return
      }
      readings.set(name, [])
      run(Effect.onExit(first.reading, (exit) =>
        Effect.sync(() => {
          for (const { answer } of waiting) Deferred.doneUnsafe(answer, exit)
          ended(name)
        })))
    }

    const shared: SharedReadings<A, E> = {
      read: <R>(name: string, reading: Effect.Effect<A, E, R>) =>
        Effect.contextWith((context: Parameters<typeof Effect.provideContext<R>>[0]) =>
          // who has begun to read, or to wait, is not interrupted before it is certain that this ends
          Effect.uninterruptibleMask((restore) => {
            const others = readings.get(name)
            if (others === undefined) {
              readings.set(name, [])
              return Effect.onExit(restore(reading), () => Effect.sync(() => ended(name)))
            }
            const waiting: Waiting<A, E> = { reading: Effect.provideContext(reading, context), answer: Deferred.makeUnsafe() }
            others.push(waiting)
            return Effect.onInterrupt(restore(Deferred.await(waiting.answer)), () =>
              Effect.sync(() => {
                const place = others.indexOf(waiting)
                if (place >= 0) others.splice(place, 1)
              }))
          })
        )
    }
    return shared
  })
