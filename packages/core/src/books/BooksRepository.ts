import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { InvalidInput } from "../kernel/Input.ts"
import type { Page } from "../kernel/Page.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { BooksRange, BooksPeriod, ListLedgerEntries, ListPeriods, TrialBalanceLine } from "./BooksPeriod.ts"
import type { AccountBalance, LedgerEntry } from "./LedgerEntry.ts"

/** What the books ask of storage. */
export class BooksRepository extends Context.Service<BooksRepository, {
  /**
   * Writes transactions, each of them whole. The same transaction again changes nothing. What would fall into a period
   * that is closed counts from the first moment that is open. Storage refuses entries that do not sum to zero in each
   * transaction and currency, and never changes or forgets one. One statement, none for an empty list.
   */
  readonly post: (entries: ReadonlyArray<LedgerEntry>) => Effect.Effect<void, StorageError>
  /** The entries of an order, oldest first. */
  readonly ofOrder: (orderId: string) => Effect.Effect<ReadonlyArray<LedgerEntry>, StorageError>
  /** Entries, the newest first. */
  readonly list: (query: ListLedgerEntries) => Effect.Effect<Page<LedgerEntry>, StorageError | InvalidInput>
  /** What each account gained in a span of time, by account and currency. */
  readonly balances: (range: BooksRange) => Effect.Effect<ReadonlyArray<AccountBalance>, StorageError>
  /** The same with debits and credits apart. */
  readonly trial: (range: BooksRange) => Effect.Effect<ReadonlyArray<TrialBalanceLine>, StorageError>
  /** The first moment that is open; `undefined` while nothing was ever closed. */
  readonly openSince: Effect.Effect<Timestamp | undefined, StorageError>
  /**
   * Closes a period in the current transaction. From then on nobody writes into it, not even who began before: whoever
   * is writing is waited for.
   */
  readonly close: (period: BooksPeriod) => Effect.Effect<void, StorageError>
  /** Closed periods, the latest first. */
  readonly periods: (query: ListPeriods) => Effect.Effect<Page<BooksPeriod>, StorageError | InvalidInput>
}>()("@stoa/core/books/BooksRepository") {}
