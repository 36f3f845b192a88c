/**
 * Time for what waits between two tries, on a storage that answers in its own time.
 */
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"

/**
 * Runs an effect while the test clock goes on, step by step, until it is done. Between two steps the storage, which may
 * be another process, gets the chance to answer; how much time has passed in the end depends on how long it takes.
 */
export const whileTimePasses = (step: Duration.Input) => <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function*() {
    const fiber = yield* Effect.forkChild(effect)
    while (fiber.pollUnsafe() === undefined) {
      yield* TestClock.withLive(Effect.sleep("1 millis"))
      yield* TestClock.adjust(step)
    }
    return yield* Fiber.join(fiber)
  })
