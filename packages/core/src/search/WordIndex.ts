/**
 * Keeps the database's index of words in few pieces.
 *
 * **Details**
 *
 * What is written to such an index comes as a piece of its own, as otherwise every product would write into the places of all its words. A search
 * looks into each piece, so after an import it takes several times as long. Once an hour those of like sizes are joined, a bounded number of pages
 * at a time, so that nobody waits long; what was joined before is left alone until there is as much again.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import type { StorageError } from "../kernel/StorageError.ts"

/** So many times at most, while others write: what is left is joined in an hour. */
const most = 1_000

export class WordIndex extends Context.Service<WordIndex, {
  /** Joins some pages of the index, of all stores. Whether there was anything to join. */
  readonly join: Effect.Effect<boolean, StorageError>
}>()("@stoa/core/search/WordIndex") {}

export const layer: Layer.Layer<never, never, JobRegistry | WordIndex> = Layer.effectDiscard(
  Effect.gen(function*() {
    const registry = yield* JobRegistry
    const { join } = yield* WordIndex
    yield* registry.cron({
      name: "search.join",
      cron: "47 * * * *",
      run: Effect.gen(function*() {
        for (let times = 0; times < most && (yield* join); times++) yield* Effect.yieldNow
      })
    })
  })
)
