import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { ProductId } from "./Product.ts"

/** What lists may be narrowed down to by what products say: a category with those below it, a tag, a brand, what is written as the vendor, or a vendor of the marketplace. */
export const valueKinds = ["category", "tag", "brand", "vendor", "seller"] as const
export type ValueKind = typeof valueKinds[number]

/** The same, or a word that somebody searches for. */
export type FilterKind = ValueKind | "word"

/** A filter, and how many products pass it. */
export interface PassedFilter {
  /** The id of a category, brand or vendor, a tag, what is written as the vendor, or the forms of a word. */
  readonly value: string
  readonly products: number
}

/** A filter of which the products are kept in each order of a list. */
export interface ListedFilter extends PassedFilter {
  readonly id: number
  readonly kind: FilterKind
  /** Whether all active products that pass it are there. */
  readonly isReady: boolean
}

/** Filters that very many products pass, with these products in each order of a list, so that a page of them is read where it begins. */
export class ListedFilterRepository extends Context.Service<ListedFilterRepository, {
  /** Active products of the store. */
  readonly activeProducts: Effect.Effect<number, StorageError>
  /** Some filters of a kind in the order of their values, after one of them, with the products that pass each, counted up to `most`. One statement. */
  readonly passed: (kind: ValueKind, after: string, most: number) => Effect.Effect<ReadonlyArray<PassedFilter>, StorageError>
  /**
   * The words of so many texts, those that were searched for most from a day on, in that order, with the products that have each, counted up to `most`. One
   * statement for each.
   */
  readonly words: (from: string, texts: number, most: number) => Effect.Effect<ReadonlyArray<PassedFilter>, StorageError>
  /** From now on, products that come to pass these filters are written down. Of those that are kept it is only noted how many pass. */
  readonly keep: (kind: FilterKind, filters: ReadonlyArray<PassedFilter>) => Effect.Effect<void, StorageError>
  /** The filters that are kept. */
  readonly kept: Effect.Effect<ReadonlyArray<ListedFilter>, StorageError>
  /**
   * A mark that is gone once a category is moved, after `keep`: whoever writes a product has then seen that the filter is kept, except those who had
   * begun before.
   */
  readonly begin: (id: number) => Effect.Effect<number, StorageError>
  /** Whether all who wrote when a filter was begun have ended. */
  readonly isSettled: (mark: number) => Effect.Effect<boolean, StorageError>
  /** All products that pass a filter. */
  readonly passing: (filter: ListedFilter) => Effect.Effect<ReadonlyArray<ProductId>, StorageError>
  /** How many products are there. */
  readonly size: (filter: ListedFilter) => Effect.Effect<number, StorageError>
  /** All products that are there. */
  readonly there: (filter: ListedFilter) => Effect.Effect<ReadonlyArray<ProductId>, StorageError>
  /** Puts in those of some products that are active and not there. */
  readonly put: (filter: ListedFilter, ids: ReadonlyArray<ProductId>) => Effect.Effect<void, StorageError>
  /** Says that all are there, if its mark still is. */
  readonly end: (filter: ListedFilter, mark: number) => Effect.Effect<void, StorageError>
  /** Takes out those of some products that do not pass the filter. Call it in a transaction. */
  readonly sweep: (filter: ListedFilter, ids: ReadonlyArray<ProductId>) => Effect.Effect<void, StorageError>
  /** Keeps a filter no longer. */
  readonly forget: (filter: ListedFilter) => Effect.Effect<void, StorageError>
  /** Takes out some products of filters that are kept no longer, and says whether there may be more. */
  readonly clear: (filter: ListedFilter) => Effect.Effect<boolean, StorageError>
}>()("@stoa/core/catalog/ListedFilterRepository") {}
