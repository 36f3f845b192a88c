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
  /** The variants that most customers have on their lists, at most `limit`. One statement. */
  readonly mostWanted: (
    limit: number
  ) => Effect.Effect<ReadonlyArray<{ readonly variantId: VariantId; readonly customers: number }>, StorageError>
}>()("@stoa/core/wishes/WishRepository") {}
