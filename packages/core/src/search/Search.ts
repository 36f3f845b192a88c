/**
 * The search of a shop.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { BrandRepository } from "../catalog/BrandRepository.ts"
import { buyerOf } from "../catalog/Buyers.ts"
import type { BrandNotFound, CategoryNotFound, CollectionNotFound } from "../catalog/CatalogErrors.ts"
import type { CategoryRepository } from "../catalog/CategoryRepository.ts"
import type { CollectionRepository } from "../catalog/CollectionRepository.ts"
import * as ListFilters from "../catalog/ListFilters.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import { SearchEngine } from "./SearchEngine.ts"
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
}>()("@stoa/core/search/Search") {}

const decodeSearch = Input.decoder(SearchProducts)

export const make = Effect.gen(function*() {
  const engine = yield* SearchEngine
  const filters = yield* ListFilters.make

  return Search.of({
    products: Effect.fn("Search.products")(function*(input) {
      const query = yield* decodeSearch(input)
      if (query.search.trim() === "") return yield* InvalidInput.at(["search"], "Expected a text")
      const status = query.status ?? "active"
      if (status !== "active") yield* Permission.require("catalog:read")
      const { collection, sort } = yield* filters.open(query)
      const buyer = query.status === undefined ? yield* buyerOf(query) : undefined
      const find = (names: Pick<SearchProducts, "category" | "brand"> = {}) =>
        engine.find({ ...query, ...names, status, sort }, buyer, collection)
      const found = yield* find()
      const instead = found.items.length === 0 ? yield* filters.explain(query) : undefined
      return instead === undefined ? found : yield* find(instead)
    })
  })
})

export const layer: Layer.Layer<
  Search,
  never,
  SearchEngine | BrandRepository | CategoryRepository | CollectionRepository
> = Layer.effect(Search, make)
