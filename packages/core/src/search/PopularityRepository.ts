import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { ProductId } from "../catalog/Product.ts"
import type { StorageError } from "../kernel/StorageError.ts"

/** How many pieces of a product were sold of late. */
export interface Popularity {
  readonly productId: ProductId
  readonly pieces: number
}

/** How popular products are, from the sums of sales. */
export class PopularityRepository extends Context.Service<PopularityRepository, {
  /**
   * Products of the store of which another number of pieces was sold since a day (UTC) than is written down, so many at most. One
   * statement over the sums of these days, whatever the number of orders.
   */
  readonly outdated: (since: string, limit: number) => Effect.Effect<ReadonlyArray<Popularity>, StorageError>
  /** Writes numbers of pieces down; what the products are otherwise stays as it is. One statement. */
  readonly write: (numbers: ReadonlyArray<Popularity>) => Effect.Effect<void, StorageError>
}>()("@stoa/core/search/PopularityRepository") {}
