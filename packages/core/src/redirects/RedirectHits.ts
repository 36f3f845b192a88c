/**
 * Counts how often redirects are followed, apart from their answers: in memory, and written down some seconds later, many at once.
 * What a process has counted in its last seconds is lost if it dies; it is a figure and no more.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { JobRegistry } from "../jobs/JobRegistry.ts"
import * as WrittenLater from "../jobs/WrittenLater.ts"
import { CurrentStore, type StoreId } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { RedirectRepository } from "./RedirectRepository.ts"

/** So many redirects wait to be counted; hits of more are not. */
const maximumWaiting = 10_000

export class RedirectHits extends Context.Service<RedirectHits, {
  /** Never fails, and waits for nothing. */
  readonly count: (id: string) => Effect.Effect<void>
}>()("@stoa/core/redirects/RedirectHits") {}

interface Waiting {
  readonly storeId: StoreId
  readonly id: string
  readonly hits: number
  readonly lastHitAt: Timestamp.Timestamp
}

export const make = Effect.gen(function*() {
  const repository = yield* RedirectRepository
  let waiting = new Map<string, Waiting>()

  const keep = (more: Waiting) => {
    const before = waiting.get(more.id)
    if (before === undefined && waiting.size >= maximumWaiting) return
    waiting.set(more.id, { ...more, hits: more.hits + (before?.hits ?? 0) })
  }

  const { wake } = yield* WrittenLater.make({
    what: "hits of redirects",
    take: () => {
      const counted = [...waiting.values()]
      waiting = new Map()
      return counted
    },
    keep,
    write: repository.count
  })

  return RedirectHits.of({
    count: Effect.fnUntraced(function*(id) {
      keep({ storeId: yield* CurrentStore, id, hits: 1, lastHitAt: yield* Timestamp.now })
      wake()
    })
  })
})

export const layer: Layer.Layer<RedirectHits, never, RedirectRepository | JobRegistry> = Layer.effect(RedirectHits, make)
