/**
 * Keeps the products of filters that very many products pass, in each order of a list.
 *
 * **Details**
 *
 * A list that is narrowed down to what few products pass has these sorted, and one of what most pass walks past the others. In between, both take
 * the longer the larger the shop is. So once an hour it is looked which filters are of that kind. Their products are put down, a bounded
 * number at a time; from then on the database itself writes down each product that comes to pass, in the transaction that writes it. A list goes by them
 * once they are all there.
 *
 * Words are filters as well: those that people search for most. A product has far more frequent words than brands and categories, and each product that is
 * kept of one costs as much as if it had another tag. So only so many are kept that a product is among those of two words, on average.
 *
 * A shop that has a few thousand products has no such filters, and pays nothing for them.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Jobs } from "../jobs/Jobs.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as StoreCron from "../stores/StoreCron.ts"
import { StoreRepository } from "../stores/StoreRepository.ts"
import { type ListedFilter, ListedFilterRepository, valueKinds } from "./ListedFilterRepository.ts"

/** Which filters have their products kept. */
export interface Crowded {
  /** Filters that so many products pass, or fewer, have them sorted. */
  readonly few: number
  /** One product in so many, or more of them, are found soon by walking past the others. */
  readonly common: number
}

export const crowded: Crowded = { few: 1_000, common: 5 }

/** So many texts, those that were searched for most in so many days, have the words that may be kept. */
const searched = { texts: 100, days: 30 }

/** So many words of a product are kept on average. Those that are kept already stay while they are no more than half as many again, so that a word does not come and go by the hour. */
const wordsOfProduct = 2

/** So many products are written at once. */
const written = 500

/** Looks which filters are to be kept in the store, and brings what is kept of them up to date. */
export const keep = Effect.fnUntraced(function*({ common, few }: Crowded = crowded) {
  const repository = yield* ListedFilterRepository
  const { transaction } = yield* Transactor
  const active = yield* repository.activeProducts
  const most = Math.floor(active / common)
  const wanted = new Set<string>()
  const nameOf = (kind: string, value: string) => `${kind} ${value}`
  for (const kind of most > few ? valueKinds : []) {
    for (let after = "", more = true; more;) {
      const filters = yield* repository.passed(kind, after, most + 1)
      const kept = filters.filter(({ products }) => products > few && products <= most)
      for (const { value } of kept) wanted.add(nameOf(kind, value))
      if (kept.length > 0) yield* repository.keep(kind, kept)
      const last = filters.at(-1)
      more = last !== undefined
      if (last !== undefined) after = last.value
    }
  }

  if (most > few) {
    const from = Timestamp.minus(yield* Timestamp.now, `${searched.days} days`).slice(0, 10)
    const before = new Set((yield* repository.kept).flatMap(({ kind, value }) => kind === "word" ? [value] : []))
    const words = yield* repository.words(from, searched.texts, most + 1)
    let sum = 0
    const kept = words.filter(({ products, value }) => {
      if (products <= few || products > most) return false
      const isKept = sum + products <= (before.has(value) ? 1.5 : 1) * wordsOfProduct * active
      if (isKept) sum += products
      return isKept
    })
    for (const { value } of kept) wanted.add(nameOf("word", value))
    if (kept.length > 0) yield* repository.keep("word", kept)
  }

  const fill = Effect.fnUntraced(function*(filter: ListedFilter) {
    const mark = yield* repository.begin(filter.id)
    // what still goes on ends soon; a filter that cannot be filled now is filled in an hour
    for (let waited = 0; !(yield* repository.isSettled(mark)); waited++) {
      if (waited === 30) return
      yield* Effect.sleep("1 second")
    }
    const ids = yield* repository.passing(filter)
    for (let at = 0; at < ids.length; at += written) yield* transaction(repository.put(filter, ids.slice(at, at + written)))
    yield* repository.end(filter, mark)
  })
  const compare = Effect.fnUntraced(function*(filter: ListedFilter) {
    const passing = new Set(yield* repository.passing(filter))
    const there = new Set(yield* repository.there(filter))
    const stale = Array.from(there).filter((id) => !passing.has(id))
    for (let at = 0; at < stale.length; at += written) yield* transaction(repository.sweep(filter, stale.slice(at, at + written)))
    if (filter.kind !== "word") return
    // no trigger writes down what comes to have a word, so whoever still runs a version from before words were kept has not
    const missing = Array.from(passing).filter((id) => !there.has(id))
    for (let at = 0; at < missing.length; at += written) yield* transaction(repository.put(filter, missing.slice(at, at + written)))
  })
  for (const filter of yield* repository.kept) {
    if (!wanted.has(nameOf(filter.kind, filter.value))) {
      yield* repository.forget(filter)
      for (let more = true; more;) more = yield* repository.clear(filter)
    } else {
      if (!filter.isReady) yield* fill(filter)
      else if (filter.kind === "word" || (yield* repository.size(filter)) > filter.products) yield* compare(filter)
    }
  }
})

export const layer: Layer.Layer<never, never, Jobs | ListedFilterRepository | StoreRepository | Transactor> = Layer.effectDiscard(
  Effect.gen(function*() {
    const repository = yield* ListedFilterRepository
    const transactor = yield* Transactor
    yield* StoreCron.register(yield* Jobs, yield* StoreRepository, {
      name: "catalog.lists",
      cron: "41 * * * *",
      run: keep().pipe(Effect.provideService(ListedFilterRepository, repository), Effect.provideService(Transactor, transactor)),
      timeLimit: "1 hour"
    })
  })
)
