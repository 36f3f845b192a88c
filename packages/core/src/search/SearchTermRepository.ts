import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { SearchReportQuery, SearchTerm } from "./SearchTerms.ts"

/** What is added to the figures of a text on a day. */
export interface CountedTerm extends SearchTerm {
  readonly day: string
}

/** Where it is kept what people search for. */
export class SearchTermRepository extends Context.Service<SearchTermRepository, {
  /** Adds to the figures of texts, or to those of the empty one where the store has `maximumTerms` on that day. */
  readonly add: (terms: ReadonlyArray<CountedTerm>) => Effect.Effect<void, StorageError>
  /** Texts of some days, those first that have most of what is asked for, and none that have nothing of it. One statement. */
  readonly report: (query: Required<SearchReportQuery>) => Effect.Effect<ReadonlyArray<SearchTerm>, StorageError>
  /** Forgets what was counted before a day, in every store. */
  readonly forgetBefore: (day: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/search/SearchTermRepository") {}
