/**
 * Keeps the database's index of words in few pieces.
 *
 * **Details**
 *
 * What is written to such an index comes as a piece of its own, as otherwise every product would write into the places of all its words. A search
 * looks into each piece, so after an import it takes several times as long. Once an hour they are joined, a bounded number of pages at a time, so
 * that nobody waits long.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import type { StorageError } from "../kernel/StorageError.ts"

export class WordIndex extends Context.Service<WordIndex, {
  /** Joins some pages of the index, of all stores. Whether there are still more pieces than a few. */
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
        while (yield* join) yield* Effect.yieldNow
      })
    })
  })
)
