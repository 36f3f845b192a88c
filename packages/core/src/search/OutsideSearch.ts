/**
 * Asks the search engine outside, where there is one, and does without it where it does not answer.
 */
import { BrandRepository } from "../catalog/BrandRepository.ts"
import { CategoryRepository } from "../catalog/CategoryRepository.ts"
import type { ListProducts } from "../catalog/Product.ts"
import { hitOrder } from "../catalog/ProductRepository.ts"
import * as Page from "../kernel/Page.ts"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { CurrentStore, type StoreId } from "../kernel/CurrentStore.ts"
import { type IndexQuery, maximumHits, SearchHit, SearchIndex } from "./SearchIndex.ts"

/** So long the engine is not asked for a store after it has failed for it, so that searches do not wait for it one after the other. */
const pauseMillis = 10_000

/** Of so many stores it is kept at most that the engine fails them. */
const maximumStores = 1_000

const decodeHits = Schema.decodeUnknownEffect(Schema.Array(SearchHit).check(Schema.isMaxLength(maximumHits)))

const bestOfEach = (hits: ReadonlyArray<SearchHit>): ReadonlyArray<SearchHit> => {
  const best = new Map<string, SearchHit>()
  for (const hit of hits) {
    const known = best.get(hit.id)
    if (known === undefined || known.score < hit.score) best.set(hit.id, hit)
  }
  return [...best.values()]
}

/** Whether a page goes on from what the database has found, whose order the engine does not know. */
const goesOn = ({ after, sort }: ListProducts): boolean =>
  after !== undefined && sort === "relevance" && Page.sortOfCursor(after) !== hitOrder

export const make = Effect.gen(function*() {
  const categories = yield* CategoryRepository
  const brands = yield* BrandRepository
  const awayUntil = new Map<StoreId, number>()

  /** The filters that an engine knows, by ids, but for the vendor, of which it has the text alone; one by a slug of before narrows nothing down. */
  const questionOf = Effect.fnUntraced(function*(query: ListProducts & { readonly search: string }) {
    const { category, brand, tag, vendor } = query
    const categoryId = category === undefined
      ? undefined
      : (yield* categories.list).find(({ id, slug }) => id === category || slug === category)?.id
    const brandId = brand === undefined ? undefined : (yield* brands.find(brand))?.id
    return {
      text: query.search,
      limit: maximumHits,
      ...(categoryId === undefined ? {} : { category: categoryId }),
      ...(brandId === undefined ? {} : { brand: brandId }),
      ...(tag === undefined ? {} : { tag }),
      ...(vendor === undefined || vendor.startsWith("ven_") ? {} : { vendor })
    } satisfies IndexQuery
  })

  return {
    /**
     * What the engine finds, or `undefined` where the database has to: where there is no engine or none that answers, and where
     * products are sorted otherwise of which the engine has named the best alone.
     */
    find: Effect.fnUntraced(function*(query: ListProducts & { readonly search: string }) {
      const index = yield* SearchIndex
      if (index === undefined || goesOn(query)) return undefined
      const now = yield* Clock.currentTimeMillis
      const storeId = yield* CurrentStore
      if (now < (awayUntil.get(storeId) ?? 0)) return undefined
      const question = yield* questionOf(query)
      const asked = Effect.suspend(() => index.find(storeId, question))
      const hits = yield* asked.pipe(
        Effect.timeout(index.timeLimit ?? "1 second"),
        Effect.flatMap(decodeHits),
        Effect.map(bestOfEach),
        Effect.catchCause((cause) => {
          awayUntil.delete(storeId)
          for (const oldest of awayUntil.keys()) {
            if (awayUntil.size < maximumStores) break
            awayUntil.delete(oldest)
          }
          awayUntil.set(storeId, now + pauseMillis)
          return Effect.as(Effect.logWarning(`The search engine ${index.name} does not answer; the database does`, cause), undefined)
        })
      )
      return hits === undefined || (query.sort !== "relevance" && hits.length >= maximumHits) ? undefined : hits
    })
  }
})
