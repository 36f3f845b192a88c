/**
 * Counts what people search for, apart from their answers: in memory, and written down some seconds later, many at once.
 *
 * What a process has counted in its last seconds is lost if it dies, and what there is no room for is counted together. Both are
 * figures and no more.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import { CurrentStore, type StoreId, within } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { keptDays, termOf } from "./SearchTerms.ts"
import type { CountedTerm } from "./SearchTermRepository.ts"
import { SearchTermRepository } from "./SearchTermRepository.ts"

/** So many texts wait to be written; more are counted together. */
const maximumWaiting = 1_000

const writeEvery = "5 seconds"

type Figures = Pick<CountedTerm, "searches" | "missed" | "clicks">

export class SearchLog extends Context.Service<SearchLog, {
  /** Adds to the figures of a text, if it may be counted. Never fails, and waits for nothing. */
  readonly count: (search: string, figures: Figures) => Effect.Effect<void>
}>()("@stoa/core/search/SearchLog") {}

const dayOf = (millis: number): string => Timestamp.fromMillis(millis).slice(0, 10)

export const make = Effect.gen(function*() {
  const repository = yield* SearchTermRepository
  const registry = yield* JobRegistry
  const oneAtATime = yield* Semaphore.make(1)
  const something = Latch.makeUnsafe(false)
  let waiting = new Map<string, CountedTerm & { readonly storeId: StoreId }>()

  const keep = (storeId: StoreId, day: string, asked: string, { clicks, missed, searches }: Figures) => {
    const full = waiting.size >= maximumWaiting && !waiting.has(`${storeId} ${day} ${asked}`)
    const term = full ? "" : asked
    const key = `${storeId} ${day} ${term}`
    const before = waiting.get(key)
    waiting.set(key, {
      storeId,
      day,
      term,
      searches: searches + (before?.searches ?? 0),
      missed: missed + (before?.missed ?? 0),
      clicks: clicks + (before?.clicks ?? 0)
    })
  }

  const write = Effect.gen(function*() {
    const counted = [...waiting.values()]
    waiting = new Map()
    if (counted.length === 0) return 0
    const left = Map.groupBy(counted, ({ storeId }) => storeId)
    const writeAll = Effect.forEach([...left], Effect.fnUntraced(function*([storeId, terms]) {
      yield* within(storeId)(repository.add(terms))
      left.delete(storeId)
    }), { discard: true })
    yield* Effect.onError(writeAll, () =>
      Effect.sync(() => [...left.values()].flat().forEach((term) => keep(term.storeId, term.day, term.term, term))))
    return counted.length
  }).pipe(oneAtATime.withPermits(1))

  yield* registry.source(write)
  yield* registry.cron({
    name: "search.forget-terms",
    cron: "17 3 * * *",
    run: Effect.flatMap(Clock.currentTimeMillis, (now) => repository.forgetBefore(dayOf(now - keptDays * 86_400_000)))
  })
  yield* Effect.addFinalizer(() =>
    Effect.catchCause(write, (cause) => Effect.logWarning("What people searched for last could not be counted", cause))
  )
  yield* something.await.pipe(
    Effect.andThen(Effect.sync(() => something.closeUnsafe())),
    Effect.andThen(Effect.sleep(writeEvery)),
    Effect.andThen(write),
    Effect.catchCause((cause) =>
      Effect.andThen(
        Effect.logWarning("What people search for could not be counted; trying again", cause),
        Effect.sync(() => something.openUnsafe())
      )),
    Effect.forever,
    Effect.forkScoped
  )

  return SearchLog.of({
    count: Effect.fnUntraced(function*(search, figures) {
      const term = termOf(search)
      if (term === undefined) return
      keep(yield* CurrentStore, dayOf(yield* Clock.currentTimeMillis), term, figures)
      something.openUnsafe()
    })
  })
})

export const layer: Layer.Layer<SearchLog, never, SearchTermRepository | JobRegistry> = Layer.effect(SearchLog, make)
