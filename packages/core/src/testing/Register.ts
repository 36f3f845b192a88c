/** Where the tests of a suite go: to vitest, or to whoever wants to look at how they end. */
import type * as Effect from "effect/Effect"

export interface Register {
  readonly describe: (name: string, body: () => void) => void
  readonly test: (name: string, body: () => Effect.Effect<unknown, unknown>) => void
}
