/**
 * A search engine in memory, for tests: finds products that have every word of a text, the last of which may be unfinished.
 */
import * as Effect from "effect/Effect"
import type { IndexQuery, SearchDocument, SearchHit, SearchIndex } from "../search/SearchIndex.ts"

/** An engine, what it has of each store, and how it behaves. */
export interface MemorySearchIndex {
  readonly index: SearchIndex
  readonly documents: (storeId: string) => ReadonlyMap<string, SearchDocument>
  /** From now on it answers like this. */
  readonly behave: (how: "normally" | "refuse" | "never" | "wrongly") => void
  /** How often it was asked what a text finds. */
  readonly asked: () => number
}

const words = (text: string): ReadonlyArray<string> => text.normalize("NFKD").toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []

const saidIn = (document: SearchDocument): ReadonlyArray<readonly [points: number, words: ReadonlyArray<string>]> => [
  [8, words(document.title)],
  [8, words(document.skus.join(" "))],
  [4, words([
    document.vendor,
    document.brand?.name,
    ...document.categories.map(({ name }) => name),
    ...document.collections,
    ...document.tags,
    ...document.options.flatMap(({ values }) => values)
  ].join(" "))],
  [1, words(document.description)]
]

const scoreOf = (asked: ReadonlyArray<string>, document: SearchDocument): number => {
  const said = saidIn(document)
  let score = 0
  for (const [index, word] of asked.entries()) {
    const isOpen = index === asked.length - 1
    const points = said.map(([points, known]) => known.some((one) => isOpen ? one.startsWith(word) : one === word) ? points : 0)
    const best = Math.max(...points)
    if (best === 0) return 0
    score += best
  }
  return score
}

const fits = (document: SearchDocument, { brand, category, tag, vendor }: IndexQuery): boolean =>
  (brand === undefined || document.brand?.id === brand)
  && (category === undefined || document.categories.some(({ id }) => id === category))
  && (tag === undefined || document.tags.includes(tag))
  && (vendor === undefined || document.vendor === vendor)

export const make = (timeLimit?: SearchIndex["timeLimit"]): MemorySearchIndex => {
  const stores = new Map<string, Map<string, SearchDocument>>()
  let how: Parameters<MemorySearchIndex["behave"]>[0] = "normally"
  let asked = 0
  const of = (storeId: string) => {
    const documents = stores.get(storeId) ?? new Map<string, SearchDocument>()
    stores.set(storeId, documents)
    return documents
  }
  const answer = <A>(work: () => A): Effect.Effect<A, "away"> =>
    Effect.suspend((): Effect.Effect<A, "away"> => {
      if (how === "never") return Effect.never
      return how === "refuse" ? Effect.fail("away") : Effect.sync(work)
    })

  return {
    documents: of,
    behave: (next) => void (how = next),
    asked: () => asked,
    index: {
      name: "memory",
      ...(timeLimit === undefined ? {} : { timeLimit }),
      put: (storeId, documents) =>
        answer(() => {
          for (const document of documents) {
            if ((of(storeId).get(document.id)?.version ?? 0) <= document.version) of(storeId).set(document.id, document)
          }
        }),
      remove: (storeId, ids) => answer(() => ids.forEach((id) => of(storeId).delete(id))),
      removeSentBefore: (storeId, time) =>
        answer(() => {
          for (const { id, sentAt } of of(storeId).values()) if (sentAt < time) of(storeId).delete(id)
        }),
      find: (storeId, query) => {
        asked += 1
        return answer(() => {
          if (how === "wrongly") return [{ id: "no product", score: Number.NaN }] as never
          const text = words(query.text)
          if (text.length === 0) return []
          const hits = [...of(storeId).values()].flatMap((document): ReadonlyArray<SearchHit> => {
            const score = fits(document, query) ? scoreOf(text, document) : 0
            return score === 0 ? [] : [{ id: document.id, score }]
          })
          return hits.sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1)).slice(0, query.limit)
        })
      }
    }
  }
}
