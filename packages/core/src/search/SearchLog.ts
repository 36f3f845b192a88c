/**
 * Counts what people search for, apart from their answers: in memory, and written down some seconds later, many at once.
 *
 * What a process has counted in its last seconds is lost if it dies, and what there is no room for is counted together. Both are
 * figures and no more.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { JobRegistry } from "../jobs/JobRegistry.ts"
import * as WrittenLater from "../jobs/WrittenLater.ts"
import { CurrentStore, type StoreId } from "../kernel/CurrentStore.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { keptDays, termOf } from "./SearchTerms.ts"
import type { CountedTerm } from "./SearchTermRepository.ts"
import { SearchTermRepository } from "./SearchTermRepository.ts"

/** So many texts wait to be written; more are counted together. */
const maximumWaiting = 1_000

type Figures = Pick<CountedTerm, "searches" | "missed" | "clicks">

export class SearchLog extends Context.Service<SearchLog, {
  /** Adds to the figures of a text, if it may be counted. Never fails, and waits for nothing. */
  readonly count: (search: string, figures: Figures) => Effect.Effect<void>
}>()("@stoa/core/search/SearchLog") {}

const dayOf = (millis: number): string => Timestamp.fromMillis(millis).slice(0, 10)

export const make = Effect.gen(function*() {
  const repository = yield* SearchTermRepository
  const registry = yield* JobRegistry
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

  const { wake } = yield* WrittenLater.make({
    what: "what people search for",
    take: () => {
      const counted = [...waiting.values()]
      waiting = new Map()
      return counted
    },
    keep: (term) => keep(term.storeId, term.day, term.term, term),
    write: repository.add
  })
  yield* registry.cron({
    name: "search.forget-terms",
    cron: "17 3 * * *",
    run: Effect.flatMap(Clock.currentTimeMillis, (now) => repository.forgetBefore(dayOf(now - keptDays * 86_400_000)))
  })

  return SearchLog.of({
    count: Effect.fnUntraced(function*(search, figures) {
      const term = termOf(search)
      if (term === undefined) return
      keep(yield* CurrentStore, dayOf(yield* Clock.currentTimeMillis), term, figures)
      wake()
    })
  })
})

export const layer: Layer.Layer<SearchLog, never, SearchTermRepository | JobRegistry> = Layer.effect(SearchLog, make)
