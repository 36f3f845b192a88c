import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { VariantId } from "../catalog/VariantId.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Money } from "../kernel/Money.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"

/** A variant that is put on a list. */
export interface NewWish {
  readonly variantId: VariantId
  readonly seenPrice: Money
}

/** A variant on a list, as it is kept. */
export interface KeptWish extends NewWish {
  /** Whether the customer waits for it to be in stock again. */
  readonly tellWhenBack: boolean
  readonly addedAt: Timestamp
}

/** A variant on the list of a customer, as what they are told goes by. */
export interface OwnedWish extends NewWish {
  readonly customerId: string
  /** What a piece cost when the customer was last told of it, in the currency of `seenPrice`; `null` if they never were. */
  readonly toldAmount: number | null
}

/** What a customer knows of a price from now on, and what they knew before. */
export interface ToldPrice {
  readonly customerId: string
  readonly variantId: string
  readonly toldAmount: number | null
  readonly before: number | null
}

/** The wish lists of customers. Of a variant that is deleted, no list knows any more. */
export class WishRepository extends Context.Service<WishRepository, {
  /**
   * Puts variants on a customer's list, in their order and as long as it has fewer than `maximum`, and answers with those that were
   * not on it before. Needs a transaction.
   */
  readonly add: (
    customerId: string,
    wishes: ReadonlyArray<NewWish>,
    maximum: number,
    at: Timestamp
  ) => Effect.Effect<ReadonlyArray<VariantId>, StorageError>
  /** Those of some variants that are on a customer's list. One statement. */
  readonly find: (
    customerId: string,
    variantIds: ReadonlyArray<VariantId>
  ) => Effect.Effect<ReadonlyArray<KeptWish>, StorageError>
  /** A page of a customer's list, the newest first. One statement. */
  readonly page: (
    customerId: string,
    query: { readonly limit?: number; readonly after?: string }
  ) => Effect.Effect<Page<KeptWish>, StorageError | InvalidInput>
  /** Takes a variant off a customer's list; `false` if it was not on it. */
  readonly remove: (customerId: string, variantId: string) => Effect.Effect<boolean, StorageError>
  /** Takes all off a customer's list, and answers with what was on it. */
  readonly clear: (customerId: string) => Effect.Effect<ReadonlyArray<VariantId>, StorageError>
  /**
   * Customers who wish for something, have agreed to marketing by mail and own their address, in the order of their ids and after one of
   * them. `among`: of so many who wish for something at most, which bounds what a statement reads where few have agreed. `next` is the
   * customer after whom the others come, `null` if there are none. One statement.
   */
  readonly owners: (query: { readonly after: string | null; readonly limit: number; readonly among: number }) => Effect.Effect<{
    readonly owners: ReadonlyArray<{ readonly customerId: string; readonly email: string }>
    readonly next: string | null
  }, StorageError>
  /** All that is on the lists of some customers. One statement. */
  readonly ofOwners: (customerIds: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<OwnedWish>, StorageError>
  /** Writes down what customers know of prices, each unless it is not `before` any more, and answers with those that it wrote. */
  readonly tell: (
    prices: ReadonlyArray<ToldPrice>
  ) => Effect.Effect<ReadonlyArray<{ readonly customerId: string; readonly variantId: string }>, StorageError>
  /** The variants that most customers have on their lists, at most `limit`. One statement. */
  readonly mostWanted: (
    limit: number
  ) => Effect.Effect<ReadonlyArray<{ readonly variantId: VariantId; readonly customers: number }>, StorageError>
}>()("@stoa/core/wishes/WishRepository") {}
