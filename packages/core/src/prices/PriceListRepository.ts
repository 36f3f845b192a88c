import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { VariantId } from "../catalog/Product.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { ListedPrice } from "./ListedPrices.ts"
import type { ListPrice, ListPriceRow, PriceList } from "./PriceList.ts"

/** How much of a list to read, and after which position. */
export interface Paging {
  readonly limit?: number
  readonly after?: string
}

/**
 * Where price lists are kept. Whatever is written of a list or its prices is also written into the history of prices,
 * with the time of the change.
 */
export class PriceListRepository extends Context.Service<PriceListRepository, {
  /** By id, the oldest first. */
  readonly list: (query: Paging) => Effect.Effect<Page<PriceList>, StorageError | InvalidInput>
  readonly count: Effect.Effect<number, StorageError>
  readonly find: (id: string) => Effect.Effect<PriceList | undefined, StorageError>
  readonly insert: (list: PriceList) => Effect.Effect<void, StorageError>
  /** Replaces a list that still has the version before (`version - 1`). */
  readonly replace: (list: PriceList) => Effect.Effect<void, StorageError | VersionConflict>
  /** Deletes a list with its prices. `false` if it is not there, or not at the version. */
  readonly delete: (id: string, at: Timestamp, version?: number) => Effect.Effect<boolean, StorageError>
  /** By variant, then quantity. */
  readonly prices: (
    list: PriceList,
    query: Paging
  ) => Effect.Effect<Page<ListPriceRow>, StorageError | InvalidInput>
  /** What active lists say of a variant, whoever they are for and whenever: by list, then quantity. One statement. */
  readonly ofVariant: (variantId: string) => Effect.Effect<ReadonlyArray<ListedPrice>, StorageError>
  /** The variants of stock numbers, as far as there are any. One statement. */
  readonly bySku: (skus: ReadonlyArray<string>) => Effect.Effect<ReadonlyMap<string, VariantId>, StorageError>
  /** Sets prices, and answers the variants among them that there are. A constant number of statements. */
  readonly setPrices: (
    list: PriceList,
    prices: ReadonlyArray<ListPrice>,
    at: Timestamp
  ) => Effect.Effect<ReadonlySet<string>, StorageError>
  /** Takes the prices of variants out. */
  readonly removePrices: (
    list: PriceList,
    variantIds: ReadonlyArray<string>,
    at: Timestamp
  ) => Effect.Effect<void, StorageError>
}>()("@stoa/core/prices/PriceListRepository") {}
