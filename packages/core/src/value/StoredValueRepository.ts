import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Money } from "../kernel/Money.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { GiftCardId, StoredValue, TakenFor, ValueMovement } from "./StoredValue.ts"

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

/** A gift card that a piece of an order becomes. */
export interface NewSoldCard {
  readonly id: GiftCardId
  readonly lineId: string
  /** Which piece of its line it is, from 1. */
  readonly piece: number
  readonly currency: Money["currency"]
  readonly amount: number
  /** Who gets the code. */
  readonly email: string
  readonly name: string | null
  readonly message: string | null
  /** When the code is sent; `null`: it is sent by whoever issues it. */
  readonly sendAt: Timestamp | null
  readonly expiresAt: Timestamp | null
}

/** One that was issued. */
export interface SoldCard extends Pick<StoredValue, "id" | "initial" | "balance" | "status" | "version"> {
  readonly lineId: string
  readonly piece: number
  readonly takenFor: TakenFor | null
  /** What was spent of it and has not come back, in minor units. */
  readonly spent: number
  /** Of a void one: what was left on it when it was taken for what it is void for, or came back onto it since, in minor units. */
  readonly taken: number
  /** Whether its code still has to be sent by whoever makes it spendable: nobody has it, and no time is named. */
  readonly unsent: boolean
}

/** A void card that lives again: with all that was taken off it for what it was void for. */
export interface RestoredCard extends Pick<SoldCard, "id" | "taken" | "version"> {
  /** What it is taken for from now on: `piece` if it stands for none. */
  readonly takenFor: "piece" | null
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
  /** The same, which nobody changes until the transaction is over. */
  readonly hold: (id: string) => Effect.Effect<StoredValue | undefined, StorageError>
  /** Whether there is a movement of this key. */
  readonly hasMoved: (key: string) => Effect.Effect<boolean, StorageError>
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
  /** The gift cards that pieces of an order became, which nobody changes until the transaction is over. */
  readonly soldIn: (orderId: string) => Effect.Effect<ReadonlyArray<SoldCard>, StorageError>
  /**
   * Issues cards for pieces of an order, with their movements, and says of the order that so much of it is owed and not
   * sold. A piece that has a card already is a failure. Three statements, however many there are.
   */
  readonly issueSold: (
    orderId: string,
    cards: ReadonlyArray<NewSoldCard>,
    at: Timestamp
  ) => Effect.Effect<void, StorageError>
  /**
   * Takes all that is left off cards of an order, as they were read in the same transaction, with the cause as the reason of the
   * movement; `null`: by hand. When they are to be sent stays known of those that may live again. Three statements.
   */
  readonly voidSold: (
    orderId: string,
    cards: ReadonlyArray<Pick<SoldCard, "id" | "balance" | "version">>,
    takenFor: TakenFor | null,
    at: Timestamp
  ) => Effect.Effect<void, StorageError>
  /** Cards of an order that were taken back are worth what they were again. Three statements. */
  readonly restoreSold: (orderId: string, cards: ReadonlyArray<RestoredCard>, at: Timestamp) => Effect.Effect<void, StorageError>
  /** A void card can be spent again. */
  readonly reopen: (id: string, at: Timestamp) => Effect.Effect<void, StorageError>
  /** Cards that can be spent and whose time to be sent has come, each of them once; at most `limit`. */
  readonly takeToSend: (now: Timestamp, limit: number) => Effect.Effect<ReadonlyArray<string>, StorageError>
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
