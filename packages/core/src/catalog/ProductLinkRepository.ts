import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Buyer, ProductId, ProductSummary } from "./Product.ts"
import type { ChosenProduct, LinkKind } from "./ProductLink.ts"

/** What products are shown beside: a product, a category, or nothing for the whole shop. */
export interface LinkSource {
  readonly kind: LinkKind
  readonly source: string
}

/** What links between products ask of storage. */
export class ProductLinkRepository extends Context.Service<ProductLinkRepository, {
  /** Those that everybody sees now, in their order, with the prices of a buyer. One statement. */
  readonly shown: (of: LinkSource, limit: number, buyer: Buyer) => Effect.Effect<ReadonlyArray<ProductSummary>, StorageError>
  /** All of them, in their order. One statement. */
  readonly chosen: (of: LinkSource) => Effect.Effect<ReadonlyArray<ChosenProduct>, StorageError>
  /** Puts these in place of what there was; answers those that are no products of the store. The transaction must then roll back. */
  readonly set: (of: LinkSource, productIds: ReadonlyArray<ProductId>) => Effect.Effect<ReadonlySet<ProductId>, StorageError>
}>()("@stoa/core/catalog/ProductLinkRepository") {}
