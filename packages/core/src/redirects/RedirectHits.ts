/**
 * Counts how often redirects are followed, apart from their answers: in memory, and written down some seconds later, many at once.
 * What a process has counted in its last seconds is lost if it dies; it is a figure and no more.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import { CurrentStore, type StoreId, within } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { RedirectRepository } from "./RedirectRepository.ts"

/** So many redirects wait to be counted; hits of more are not. */
const maximumWaiting = 10_000

const writeEvery = "5 seconds"

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
  const registry = yield* JobRegistry
  const oneAtATime = yield* Semaphore.make(1)
  const something = Latch.makeUnsafe(false)
  let waiting = new Map<string, Waiting>()

  const keep = (more: Waiting) => {
    const before = waiting.get(more.id)
    if (before === undefined && waiting.size >= maximumWaiting) return
    waiting.set(more.id, { ...more, hits: more.hits + (before?.hits ?? 0) })
  }

  const write = Effect.gen(function*() {
    const counted = [...waiting.values()]
    waiting = new Map()
    if (counted.length === 0) return 0
    const left = Map.groupBy(counted, ({ storeId }) => storeId)
    const writeAll = Effect.forEach([...left], Effect.fnUntraced(function*([storeId, hits]) {
      yield* within(storeId)(repository.count(hits))
      left.delete(storeId)
    }), { discard: true })
    yield* Effect.onError(writeAll, () => Effect.sync(() => [...left.values()].flat().forEach(keep)))
    return counted.length
  }).pipe(oneAtATime.withPermits(1))

  yield* registry.source(write)
  yield* Effect.addFinalizer(() =>
    Effect.catchCause(write, (cause) => Effect.logWarning("The last hits of redirects could not be counted", cause))
  )
  yield* something.await.pipe(
    Effect.andThen(Effect.sync(() => something.closeUnsafe())),
    Effect.andThen(Effect.sleep(writeEvery)),
    Effect.andThen(write),
    Effect.catchCause((cause) =>
      Effect.andThen(
        Effect.logWarning("Hits of redirects could not be counted; trying again", cause),
        Effect.sync(() => something.openUnsafe())
      )),
    Effect.forever,
    Effect.forkScoped
  )

  return RedirectHits.of({
    count: Effect.fnUntraced(function*(id) {
      keep({ storeId: yield* CurrentStore, id, hits: 1, lastHitAt: yield* Timestamp.now })
      something.openUnsafe()
    })
  })
})

export const layer: Layer.Layer<RedirectHits, never, RedirectRepository | JobRegistry> = Layer.effect(RedirectHits, make)
