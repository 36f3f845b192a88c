import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Money } from "../kernel/Money.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { StoredValue, ValueMovement } from "./StoredValue.ts"

/** How much of a list to read, and after which position. */
export interface Paging {
  readonly limit?: number
  readonly after?: string
}

/** A change of a balance. */
export interface Move {
  /** The same key again moves nothing. */
  readonly key: string
  readonly valueId: string
  readonly kind: ValueMovement["kind"]
  /** In minor units; negative: taken away. */
  readonly amount: number
  readonly orderId: string | null
  readonly reason: string | null
  readonly at: Timestamp
}

/** Where gift cards and store credit are kept, with every movement of their balances. */
export class StoredValueRepository extends Context.Service<StoredValueRepository, {
  readonly insert: (value: StoredValue) => Effect.Effect<void, StorageError>
  /** A customer's credit in a currency, made with a balance of zero if it is not there. */
  readonly creditOf: (
    customerId: string,
    fresh: StoredValue
  ) => Effect.Effect<StoredValue, StorageError>
  /** What a customer's credit in a currency holds, which nobody changes until the transaction is over. */
  readonly heldCredit: (customerId: string, currency: Money["currency"]) => Effect.Effect<number, StorageError>
  readonly find: (id: string) => Effect.Effect<StoredValue | undefined, StorageError>
  /** The gift cards with these hashes of codes, and the credit of a customer if one is named. One statement. */
  readonly spendable: (
    codeHashes: ReadonlyArray<string>,
    customerId: string | null
  ) => Effect.Effect<ReadonlyArray<StoredValue>, StorageError>
  /** Gift cards, the newest first. */
  readonly giftCards: (query: Paging) => Effect.Effect<Page<StoredValue>, StorageError | InvalidInput>
  /** Writes all but the balance of one that still has the version before (`version - 1`). */
  readonly replace: (value: StoredValue) => Effect.Effect<void, StorageError | VersionConflict>
  /**
   * Changes a balance in the current transaction, once for each key. `false`, and then the transaction must roll back, if
   * it would fall below zero, or if `spending` and it is void or expired at the move's time.
   */
  readonly move: (move: Move, options: { readonly spending: boolean }) => Effect.Effect<boolean, StorageError>
  /** What changed a balance, the newest first. */
  readonly movements: (
    value: StoredValue,
    query: Paging
  ) => Effect.Effect<Page<ValueMovement>, StorageError | InvalidInput>
  /** What all gift cards, and all credits, hold together in each currency. */
  readonly owed: Effect.Effect<
    ReadonlyArray<{ readonly kind: StoredValue["kind"]; readonly balance: Money }>,
    StorageError
  >
  /** Whether there is such a user in the store. */
  readonly isCustomer: (id: string) => Effect.Effect<boolean, StorageError>
  /** The gift cards lose the address that they were sent to; credits stay for the books. */
  readonly forget: (email: string | null, customerId: string) => Effect.Effect<void, StorageError>
}>()("@stoa/core/value/StoredValueRepository") {}
