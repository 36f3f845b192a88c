import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { ListPromotions, Promotion, PromotionId, Uses } from "./Promotion.ts"
import type { CodeTaken } from "./PromotionErrors.ts"

/** A promotion as it is kept. */
export interface StoredPromotion {
  readonly promotion: Promotion
  /** Whether a condition of it asks how many orders a customer has placed. */
  readonly countsOrders: boolean
}

export interface PromotionWithUses {
  readonly promotion: Promotion
  readonly uses: Uses
}

/** A promotion that a code belongs to. */
export interface PromotionOfCode extends PromotionWithUses {
  /** Whether a code that may be used once has been; `null` for the code that anybody may use. */
  readonly singleUsed: boolean | null
}

/** What pricing needs of a store's promotions. */
export interface PromotionBook {
  /** The active ones that are not over. */
  readonly promotions: ReadonlyArray<PromotionWithUses>
  readonly floors: ReadonlyMap<string, number>
}

/** Something that is limited, and how much of it is wanted. */
export interface Counter {
  /** Unique in the store. */
  readonly key: string
  readonly promotionId: string
  /** The customer whose uses it counts, if it is one with an account. */
  readonly customerId: string | null
  readonly used: number
  readonly spent: number
  readonly maxUsed: number | null
  readonly maxSpent: number | null
}

export interface Counted {
  readonly key: string
  readonly used: number
  readonly spent: number
}

/** Where promotions, their codes and their uses are kept. */
export class PromotionRepository extends Context.Service<PromotionRepository, {
  /** Two statements, however many promotions there are. */
  readonly book: (at: Timestamp) => Effect.Effect<PromotionBook, StorageError>
  readonly insert: (stored: StoredPromotion) => Effect.Effect<void, StorageError | CodeTaken>
  /** Replaces a promotion that still has the version before (`version - 1`). */
  readonly replace: (stored: StoredPromotion) => Effect.Effect<void, StorageError | CodeTaken | VersionConflict>
  /** Deletes a promotion with its codes and counters. `false` if it is not there, or not at the version. */
  readonly delete: (id: PromotionId, version?: number) => Effect.Effect<boolean, StorageError>
  readonly find: (id: string) => Effect.Effect<PromotionWithUses | undefined, StorageError>
  /** Those of these ids that are there, whatever has become of them. One statement. */
  readonly findAll: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<PromotionWithUses>, StorageError>
  /** The promotion that a code belongs to, as it is kept, whatever has become of it. */
  readonly findByCode: (code: string) => Effect.Effect<PromotionOfCode | undefined, StorageError>
  readonly list: (query: ListPromotions) => Effect.Effect<Page<PromotionWithUses>, StorageError | InvalidInput>
  /** Active and listed ones that apply at a moment, the highest priority first. */
  readonly listed: (at: Timestamp, limit: number) => Effect.Effect<ReadonlyArray<Promotion>, StorageError>
  readonly countActive: Effect.Effect<number, StorageError>
  /** Adds single-use codes but for those that are taken; answers those added. */
  readonly insertCodes: (
    id: PromotionId,
    codes: ReadonlyArray<string>,
    at: Timestamp
  ) => Effect.Effect<ReadonlyArray<string>, StorageError>
  readonly countCodes: (id: PromotionId) => Effect.Effect<number, StorageError>
  /** Sets the lowest price of a product, or takes it away. */
  readonly setFloor: (productId: string, minimum: number | null) => Effect.Effect<void, StorageError>
  readonly findFloor: (productId: string) => Effect.Effect<number | null, StorageError>
  readonly countFloors: Effect.Effect<number, StorageError>
  /**
   * Adds to counters, in the current transaction, each of which stays within its limits or is left as it is. Answers with
   * those that were changed, which nobody else changes until the transaction ends. One statement.
   */
  readonly count: (counters: ReadonlyArray<Counter>) => Effect.Effect<ReadonlyArray<Counted>, StorageError>
  /** Reads counters so that nobody else changes them until the transaction ends. One statement. */
  readonly lock: (counters: ReadonlyArray<Counter>) => Effect.Effect<ReadonlyArray<Counted>, StorageError>
  /** Sets counters that are locked. One statement. */
  readonly set: (counted: ReadonlyArray<Counted>) => Effect.Effect<void, StorageError>
  /** Says that the promotions of the store have changed, for a limit was reached. */
  readonly touch: Effect.Effect<void, StorageError>
  /** Gives an order's uses back once: `false` if it was done before. */
  readonly release: (orderId: string, uses: ReadonlyArray<Counted>) => Effect.Effect<boolean, StorageError>
  /** Those of the orders in which promotions were used. */
  readonly usedIn: (orderIds: ReadonlyArray<string>) => Effect.Effect<ReadonlySet<string>, StorageError>
}>()("@stoa/core/promotions/PromotionRepository") {}
