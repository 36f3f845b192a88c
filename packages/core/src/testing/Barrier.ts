/**
 * Where many wait until all have come, and then go on at once.
 */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"

export interface Barrier {
  /** Waits while the barrier is closed and not everybody has come. */
  readonly arrive: Effect.Effect<void>
  /** Closes the barrier until so many have come. */
  readonly closeFor: (count: number) => void
}

/** One that is open. */
export const make = (): Barrier => {
  const latch = Latch.makeUnsafe(true)
  let missing = 0
  return {
    arrive: Effect.suspend(() => {
      missing -= 1
      if (missing <= 0) latch.openUnsafe()
      return latch.await
    }),
    closeFor: (count) => {
      missing = count
      latch.closeUnsafe()
    }
  }
}
