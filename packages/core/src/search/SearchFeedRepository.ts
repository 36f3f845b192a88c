import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { ProductId } from "../catalog/Product.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import type { SearchDocument } from "./SearchIndex.ts"

/** A product that an engine outside has to hear of. */
export interface WaitingProduct {
  readonly id: ProductId
  /** Counted up whenever the product is to be sent again. */
  readonly ticket: number
  /** How often sending it has failed since it was last added. */
  readonly attempts: number
}

/** Where a product stands among all of a store, by age. */
export const ProductPlace = Schema.Struct({ createdAt: Timestamp, id: ProductId })
export interface ProductPlace extends Schema.Schema.Type<typeof ProductPlace> {}

/**
 * Whose name products are found by, or were: that of a brand, a category, a collection, values of an attribute, or what has every word
 * of a text. `all`: every product, where it is not known any more which ones.
 */
export const NameScope = Schema.Union([
  Schema.Struct({ of: Schema.Literals(["brand", "category", "collection", "attribute"]), id: Schema.String }),
  Schema.Struct({ of: Schema.Literal("all") }),
  Schema.Struct({ of: Schema.Literal("text"), text: Schema.String })
])
export type NameScope = typeof NameScope.Type

/** What a search engine outside is sent, and what waits to be sent. */
export class SearchFeedRepository extends Context.Service<SearchFeedRepository, {
  /** Has products wait to be sent, at once. One statement. */
  readonly add: (ids: ReadonlyArray<ProductId>) => Effect.Effect<void, StorageError>
  /** Takes products of the store that are due, so many at most and the longest due first; they are due again later, unless `done`. */
  readonly take: (
    limit: number,
    times: { readonly now: Timestamp; readonly again: Timestamp }
  ) => Effect.Effect<ReadonlyArray<WaitingProduct>, StorageError>
  /** Products that were sent and not added again since. */
  readonly done: (sent: ReadonlyArray<WaitingProduct>) => Effect.Effect<void, StorageError>
  /** Products that could not be sent wait until a moment. */
  readonly postpone: (failed: ReadonlyArray<WaitingProduct>, until: Timestamp) => Effect.Effect<void, StorageError>
  /** What is to be known of those of some products that are there and active, in no order. One statement. */
  readonly documents: (
    ids: ReadonlyArray<ProductId>
  ) => Effect.Effect<ReadonlyArray<Omit<SearchDocument, "sentAt">>, StorageError>
  /** Where products of the store stand behind a place, the oldest first; the first ones for `null`. */
  readonly after: (place: ProductPlace | null, limit: number) => Effect.Effect<ReadonlyArray<ProductPlace>, StorageError>
  /** Ids of products behind one that are, or may still be, called by a name, in their order; the first ones for `null`. */
  readonly called: (scope: NameScope, after: ProductId | null, limit: number) => Effect.Effect<ReadonlyArray<ProductId>, StorageError>
  /** Writes anew what the database itself finds products by. In a transaction, a constant number of statements. */
  readonly index: (ids: ReadonlyArray<ProductId>) => Effect.Effect<void, StorageError>
}>()("@stoa/core/search/SearchFeedRepository") {}
