import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { LoyaltyLot, LoyaltyProgram } from "./Loyalty.ts"

/** What a customer's lots add up to. */
export interface LoyaltySums {
  readonly balance: number
  readonly pending: number
  readonly earned: number
  readonly expiring: { readonly points: number; readonly at: Timestamp } | null
}

/** Where loyalty programs and points are kept. */
export class LoyaltyRepository extends Context.Service<LoyaltyRepository, {
  readonly program: Effect.Effect<LoyaltyProgram | undefined, StorageError>
  /** Writes the program; it must be new (version 1), or have the version before. */
  readonly setProgram: (program: LoyaltyProgram, at: Timestamp) => Effect.Effect<void, StorageError | VersionConflict>
  /** A lot by its id, that of the order for the points of an order, which nobody else changes until the current transaction ends. */
  readonly hold: (id: string) => Effect.Effect<LoyaltyLot | undefined, StorageError>
  /** Writes a lot unless there is one of the same id; `false` then. */
  readonly insert: (lot: LoyaltyLot) => Effect.Effect<boolean, StorageError>
  /**
   * Sets state, points and expiry of a lot. What was spent of it stays spent, and what is left is never below zero.
   */
  readonly settle: (lot: LoyaltyLot) => Effect.Effect<void, StorageError>
  /** Points count as earned since `since`. */
  readonly sums: (customerId: string, now: Timestamp, since: Timestamp) => Effect.Effect<LoyaltySums, StorageError>
  /**
   * Takes points of a customer in the current transaction, those that are lost first before the others; `false` if there
   * are not as many, and then the transaction must roll back. Whoever does so at the same time waits.
   */
  readonly take: (customerId: string, points: number, now: Timestamp) => Effect.Effect<boolean, StorageError>
}>()("@stoa/core/loyalty/LoyaltyRepository") {}
