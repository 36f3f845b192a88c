import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { Narrowed, OpenCollection } from "../catalog/ListFilters.ts"
import type { Buyer } from "../catalog/Product.ts"
import type { ProductHit } from "../catalog/ProductRepository.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Facets } from "./Facets.ts"
import type { Suggestions } from "./Suggestions.ts"
import type { FoundProducts, SearchQuery } from "./SearchProducts.ts"

/**
 * What finds products by what people type. The storage adapters search in the database itself.
 */
export class SearchEngine extends Context.Service<SearchEngine, {
  /**
   * One page of products that have every word of a text, the best first unless the query sorts otherwise, with the prices of a
   * buyer, or else of the catalog. Where nothing is found, what is spelled almost like it is. Where the query names a
   * collection, it is found already. With `hits`, the text finds these, and what the query excludes is left out.
   */
  readonly find: (
    query: SearchQuery & Narrowed,
    buyer?: Buyer,
    collection?: OpenCollection,
    hits?: ReadonlyArray<ProductHit>
  ) => Effect.Effect<FoundProducts, StorageError | InvalidInput>
  /** How many products each choice would leave of a list, or of what a search finds. A buyer sees what is published. */
  readonly facets: (
    query: Narrowed,
    buyer?: Buyer,
    collection?: OpenCollection,
    hits?: ReadonlyArray<ProductHit>
  ) => Effect.Effect<Facets, StorageError | InvalidInput>
  /** Help while somebody types: up to so many words, products and categories. */
  readonly suggest: (typed: string, limit: number) => Effect.Effect<Suggestions, StorageError>
}>()("@stoa/core/search/SearchEngine") {}
