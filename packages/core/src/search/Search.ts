/**
 * The search of a shop.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AuditLog } from "../audit/AuditLog.ts"
import type { AttributeRepository } from "../catalog/AttributeRepository.ts"
import type { BrandRepository } from "../catalog/BrandRepository.ts"
import { listedFor } from "../catalog/Buyers.ts"
import type { BrandNotFound, CategoryNotFound, CollectionNotFound } from "../catalog/CatalogErrors.ts"
import type { CategoryRepository } from "../catalog/CategoryRepository.ts"
import type { CollectionRepository } from "../catalog/CollectionRepository.ts"
import * as ListFilters from "../catalog/ListFilters.ts"
import { ListProducts } from "../catalog/Product.ts"
import { Jobs } from "../jobs/Jobs.ts"
import { CurrentStore } from "../kernel/CurrentStore.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import * as Version from "../kernel/Version.ts"
import { VersionConflict } from "../kernel/Version.ts"
import { type SearchDictionary, UpdateSearchDictionary } from "./Dictionary.ts"
import { SearchDictionaryRepository } from "./SearchDictionaryRepository.ts"
import type { Facets } from "./Facets.ts"
import { SearchLog } from "./SearchLog.ts"
import { SearchClick, SearchReportQuery, type SearchTerm } from "./SearchTerms.ts"
import { SearchTermRepository } from "./SearchTermRepository.ts"
import type { Suggestions } from "./Suggestions.ts"
import { SearchEngine } from "./SearchEngine.ts"
import * as OutsideSearch from "./OutsideSearch.ts"
import { type RebuildFrom, rebuildJob } from "./SearchFeed.ts"
import { type FoundProducts, SearchProducts } from "./SearchProducts.ts"

export class Search extends Context.Service<Search, {
  /**
   * A page of what has every word of a text; only active products for callers without `catalog:read`. Where nothing has the
   * words as they are spelled, `correctedTo` says what was searched for instead.
   */
  readonly products: (
    input: typeof SearchProducts.Encoded
  ) => Effect.Effect<
    FoundProducts,
    InvalidInput | CategoryNotFound | BrandNotFound | CollectionNotFound | StorageError | Denied
  >
  /**
   * How many products each choice would leave of a list or a search: what is chosen of a facet does not count for the other values of
   * the same facet. Page, order and prices of a buyer do not matter. Only active products for callers without `catalog:read`.
   */
  readonly facets: (
    input?: typeof ListProducts.Encoded
  ) => Effect.Effect<Facets, InvalidInput | CategoryNotFound | BrandNotFound | CollectionNotFound | StorageError | Denied>
  /** Words, products and categories for what is being typed, up to eight of each. */
  readonly suggest: (typed: string) => Effect.Effect<Suggestions, InvalidInput | StorageError>
  /** Counts that somebody opened a product that a search had found. Says nothing of who. */
  readonly clicked: (input: typeof SearchClick.Encoded) => Effect.Effect<void, InvalidInput>
  /** What people searched for, with how often nothing was found and how often a product was opened. Needs `analytics:read`. */
  readonly report: (
    input: typeof SearchReportQuery.Encoded
  ) => Effect.Effect<ReadonlyArray<SearchTerm>, InvalidInput | StorageError | Denied>
  /** Other words for the same thing, and words that say nothing. Needs `catalog:read`. */
  readonly dictionary: Effect.Effect<SearchDictionary, StorageError | Denied>
  /** Changes the dictionary; the next search goes by it. Needs `catalog:write`. */
  readonly updateDictionary: (
    input: typeof UpdateSearchDictionary.Encoded
  ) => Effect.Effect<SearchDictionary, InvalidInput | VersionConflict | StorageError | Denied>
  /**
   * Writes anew what products of the store are found by, in the database and in the search engine outside, where there is one: in the
   * background, a group of products at a time, while searches go on. Needs `catalog:write`.
   */
  readonly rebuild: Effect.Effect<void, StorageError | Denied>
}>()("@stoa/core/search/Search") {}

const decodeSearch = Input.decoder(SearchProducts)
const decodeList = Input.decoder(ListProducts)
const decodeClick = Input.decoder(SearchClick)
const decodeReport = Input.decoder(SearchReportQuery)
const decodeDictionary = Input.decoder(UpdateSearchDictionary)

/** As many of each as a search field shows. */
const suggestionLimit = 8

const checked = Input.textParameters<Search["Service"]>({ suggest: ["typed"] })

export const make = Effect.gen(function*() {
  const engine = yield* SearchEngine
  const outside = yield* OutsideSearch.make
  const jobs = yield* Jobs
  const filters = yield* ListFilters.make
  const dictionaries = yield* SearchDictionaryRepository
  const terms = yield* SearchTermRepository
  const log = yield* SearchLog
  const transactor = yield* Transactor
  const audit = yield* AuditLog

  return checked(Search.of({
    products: Effect.fn("Search.products")(function*(input) {
      const query = yield* decodeSearch(input)
      if (query.search.trim() === "") return yield* InvalidInput.at(["search"], "Expected a text", "blank")
      const { buyer, status } = yield* listedFor(query)
      const { collection, narrowed, sort } = yield* filters.open(query)
      const hits = status === "active" ? yield* outside.find({ ...query, sort }) : undefined
      const find = (names: Pick<SearchProducts, "category" | "brand"> = {}) =>
        engine.find({ ...query, ...names, ...narrowed, status, sort }, buyer, collection)
      const shown = hits === undefined ? undefined : yield* engine.find({ ...query, ...narrowed, status, sort }, buyer, collection, hits)
      // an engine that has nothing to show may not have been told yet
      const first = shown !== undefined && (shown.items.length > 0 || query.after !== undefined) ? shown : yield* find()
      const instead = first.items.length === 0 ? yield* filters.explain(query) : undefined
      const found = instead === undefined ? first : yield* find(instead)
      if (query.after === undefined && buyer !== undefined) {
        yield* log.count(query.search, { searches: 1, missed: found.items.length === 0 ? 1 : 0, clicks: 0 })
      }
      return found
    }),
    facets: Effect.fn("Search.facets")(function*(input: typeof ListProducts.Encoded = {}) {
      const query = yield* decodeList(input)
      const { buyer, status } = yield* listedFor(query)
      const { collection, narrowed, sort } = yield* filters.open(query)
      const { search } = query
      const hits = status === "active" && search !== undefined && search.trim() !== ""
        ? yield* outside.find({ ...query, search, sort })
        : undefined
      const offered = yield* filters.offered(query.category)
      const count = (names: Pick<ListProducts, "category" | "brand"> = {}) =>
        engine.facets({ ...query, ...names, ...narrowed, ...offered, status, sort }, buyer, collection)
      const shown = hits === undefined ? undefined : yield* engine.facets({ ...query, ...narrowed, ...offered, status, sort }, buyer, collection, hits)
      const facets = shown !== undefined && shown.total > 0 ? shown : yield* count()
      const instead = facets.total === 0 ? yield* filters.explain(query) : undefined
      return instead === undefined ? facets : yield* count(instead)
    }),
    suggest: Effect.fn("Search.suggest")((typed: string) => engine.suggest(typed.slice(0, 200), suggestionLimit)),
    clicked: Effect.fn("Search.clicked")(function*(input) {
      const { search } = yield* decodeClick(input)
      yield* log.count(search, { searches: 0, missed: 0, clicks: 1 })
    }),
    report: Effect.fn("Search.report")(function*(input) {
      yield* Permission.require("analytics:read")
      const { by = "top", from, limit = 20, to } = yield* decodeReport(input)
      if (from > to) return yield* InvalidInput.at(["to"], "is before the first day", "before_start")
      return yield* terms.report({ by, from, limit, to })
    }),
    rebuild: Effect.gen(function*() {
      yield* Permission.require("catalog:write")
      const from: RebuildFrom = { after: null, startedAt: yield* Clock.currentTimeMillis }
      yield* transactor.transaction(Effect.gen(function*() {
        yield* jobs.enqueue({ name: rebuildJob, payload: from })
        yield* audit.record({ action: "search.rebuild", subject: yield* CurrentStore, details: {} })
      }))
    }).pipe(Effect.withSpan("Search.rebuild")),
    dictionary: Effect.andThen(Permission.require("catalog:read"), dictionaries.read),
    updateDictionary: Effect.fn("Search.updateDictionary")(function*(input) {
      yield* Permission.require("catalog:write")
      const { version, ...changes } = yield* decodeDictionary(input)
      for (const [index, { alsoFinds, terms }] of (changes.synonyms ?? []).entries()) {
        if (alsoFinds === undefined && terms.length < 2) {
          return yield* InvalidInput.at(["synonyms", index, "terms"], "Expected two terms that mean the same, or alsoFinds", { code: "too_few", params: { minimum: 2 } })
        }
      }
      return yield* Effect.retry(
        transactor.transaction(Effect.gen(function*() {
          const before = yield* dictionaries.read
          const changed: SearchDictionary = {
            ...before,
            ...changes,
            version: before.version + 1,
            updatedAt: yield* Timestamp.now
          }
          const kept = (version ?? before.version) === before.version && (yield* dictionaries.write(changed))
          if (!kept) return yield* new VersionConflict({ id: "search-dictionary", expected: version ?? before.version })
          yield* audit.record({ action: "search.dictionary", subject: yield* CurrentStore, details: { version: changed.version } })
          return changed
        })),
        {
          schedule: Version.overtaken,
          while: (error) => version === undefined && error instanceof VersionConflict
        }
      )
    })
  }))
})

export const layer: Layer.Layer<
  Search,
  never,
  | AttributeRepository
  | AuditLog
  | BrandRepository
  | CategoryRepository
  | CollectionRepository
  | Jobs
  | SearchDictionaryRepository
  | SearchEngine
  | SearchLog
  | SearchTermRepository
  | Transactor
> = Layer.effect(Search, make)
