/**
 * Who waits, in this process, for something to happen to a thing.
 */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import type * as Scope from "effect/Scope"

export interface News {
  /** Tells everybody who listens for one of these things. */
  readonly tell: (subjects: ReadonlyArray<string>) => void
  /**
   * Listens for news of a thing until the scope closes. The effect that it answers with ends at the next news, or at
   * once if there were some since the last time.
   */
  readonly listen: (subject: string) => Effect.Effect<Effect.Effect<void>, never, Scope.Scope>
}

export const make = (): News => {
  const listening = new Map<string, Set<Latch.Latch>>()
  const leave = (subject: string, latch: Latch.Latch) => {
    const others = listening.get(subject)
    others?.delete(latch)
    if (others?.size === 0) listening.delete(subject)
  }
  return {
    tell: (subjects) => {
      for (const subject of subjects) for (const latch of listening.get(subject) ?? []) latch.openUnsafe()
    },
    listen: (subject) =>
      Effect.map(
        Effect.acquireRelease(
          Effect.sync(() => {
            const latch = Latch.makeUnsafe(false)
            listening.set(subject, (listening.get(subject) ?? new Set()).add(latch))
            return latch
          }),
          (latch) => Effect.sync(() => leave(subject, latch))
        ),
        (latch) => Effect.andThen(latch.await, Effect.sync(() => void latch.closeUnsafe()))
      )
  }
}
