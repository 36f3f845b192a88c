/**
 * The books of a store: what every domain writes its movements of money into, and what staff read of it.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { AuditLog } from "../audit/AuditLog.ts"
import { Events } from "../events/Events.ts"
import * as Actor from "../kernel/Actor.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import * as Input from "../kernel/Input.ts"
import { add, type Money } from "../kernel/Money.ts"
import * as Page from "../kernel/Page.ts"
import type { Denied } from "../kernel/Permission.ts"
import * as Permission from "../kernel/Permission.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { BooksPeriodClosed } from "./BooksEvents.ts"
import {
  BooksPeriodId,
  type BooksPeriod,
  BooksRange,
  ClosePeriod,
  ExportLedger,
  ListLedgerEntries,
  ListPeriods,
  PeriodNotClosable,
  type TrialBalance,
  type TrialBalanceLine
} from "./BooksPeriod.ts"
import { BooksRepository } from "./BooksRepository.ts"
import * as LedgerCsv from "./LedgerCsv.ts"
import { type AccountBalance, balanced, type LedgerEntry } from "./LedgerEntry.ts"

export class Books extends Context.Service<Books, {
  /**
   * Writes a transaction, in the current transaction of storage. The same again, by its name, changes nothing. For the
   * domains' own use: it asks for no permission, and entries that do not sum to zero are a defect.
   */
  readonly post: (entries: ReadonlyArray<LedgerEntry>) => Effect.Effect<void, StorageError>
  /** Entries, newest first. Needs `payments:read`. */
  readonly entries: (
    input?: typeof ListLedgerEntries.Encoded
  ) => Effect.Effect<Page.Page<LedgerEntry>, InvalidInput | StorageError | Denied>
  /** What each account gained in a span of time; the sum over all is zero in each currency. Needs `payments:read`. */
  readonly balances: (
    input?: typeof BooksRange.Encoded
  ) => Effect.Effect<ReadonlyArray<AccountBalance>, InvalidInput | StorageError | Denied>
  /** Debits and credits of each account in a span of time, and their sums. Needs `payments:read`. */
  readonly trialBalance: (
    input?: typeof BooksRange.Encoded
  ) => Effect.Effect<TrialBalance, InvalidInput | StorageError | Denied>
  /** Entries as the lines of a CSV file, newest first. Needs `payments:read`. */
  readonly export: (input?: typeof ExportLedger.Encoded) => Stream.Stream<string, InvalidInput | StorageError | Denied>
  /** Closed periods, the latest first. Needs `payments:read`. */
  readonly periods: (
    input?: typeof ListPeriods.Encoded
  ) => Effect.Effect<Page.Page<BooksPeriod>, InvalidInput | StorageError | Denied>
  /**
   * Closes everything before a moment: it takes no entry any more, and what is learnt of it later counts from the first
   * moment that is open. It cannot be opened again. Needs `books:write`.
   */
  readonly close: (
    input: typeof ClosePeriod.Encoded
  ) => Effect.Effect<BooksPeriod, InvalidInput | PeriodNotClosable | StorageError | Denied>
}>()("@stoa/core/books/Books") {}

const decodeEntries = Input.decoder(ListLedgerEntries)
const decodeRange = Input.decoder(BooksRange)
const decodeExport = Input.decoder(ExportLedger)
const decodePeriods = Input.decoder(ListPeriods)
const decodeClose = Input.decoder(ClosePeriod)

const totals = (lines: ReadonlyArray<TrialBalanceLine>) => {
  const sums = new Map<string, { readonly debits: Money; readonly credits: Money }>()
  for (const { credits, debits } of lines) {
    const sum = sums.get(debits.currency)
    sums.set(debits.currency, {
      debits: sum === undefined ? debits : add(sum.debits, debits),
      credits: sum === undefined ? credits : add(sum.credits, credits)
    })
  }
  return [...sums.values()]
}

export const make = Effect.gen(function*() {
  const repository = yield* BooksRepository
  const audit = yield* AuditLog
  const events = yield* Events
  const { transaction } = yield* Transactor

  const reads = Permission.require("payments:read")

  return Books.of({
    post: (entries) => entries.length === 0 ? Effect.void : Effect.suspend(() => repository.post(balanced(entries))),

    entries: Effect.fn("Books.entries")(function*(input = {}) {
      yield* reads
      return yield* repository.list(yield* decodeEntries(input))
    }),

    balances: Effect.fn("Books.balances")(function*(input = {}) {
      yield* reads
      return yield* repository.balances(yield* decodeRange(input))
    }),

    trialBalance: Effect.fn("Books.trialBalance")(function*(input = {}) {
      yield* reads
      const range = yield* decodeRange(input)
      const until = range.until ?? (yield* Timestamp.now)
      const lines = yield* repository.trial(range)
      return { since: range.since ?? null, until, lines, totals: totals(lines) }
    }),

    export: (input = {}) =>
      Stream.unwrap(Effect.gen(function*() {
        yield* reads
        const query = yield* decodeExport(input)
        const entries = Page.all((page) => repository.list({ ...query, ...page }))
        return Stream.concat(Stream.make(LedgerCsv.header), Stream.map(entries, LedgerCsv.line))
      })),

    periods: Effect.fn("Books.periods")(function*(input = {}) {
      yield* reads
      return yield* repository.periods(yield* decodePeriods(input))
    }),

    close: Effect.fn("Books.close")(function*(input) {
      yield* Permission.require("books:write")
      const { until } = yield* decodeClose(input)
      const id = yield* BooksPeriodId.generate
      const actor = yield* Actor.CurrentActor
      return yield* transaction(Effect.gen(function*() {
        const closedAt = yield* Timestamp.now
        const closedUntil = (yield* repository.openSince) ?? null
        if (until > closedAt) return yield* new PeriodNotClosable({ reason: "not_over", closedUntil })
        if (closedUntil !== null && until <= closedUntil) {
          return yield* new PeriodNotClosable({ reason: "closed_already", closedUntil })
        }
        const period: BooksPeriod = { id, endsAt: until, closedAt, closedBy: Actor.describe(actor) }
        yield* repository.close(period)
        yield* audit.record({ action: "books.close", subject: id, details: { endsAt: until } })
        yield* events.publish([BooksPeriodClosed.make(id, { periodId: id, endsAt: until })])
        return period
      }))
    })
  })
})

export const layer: Layer.Layer<Books, never, AuditLog | BooksRepository | Events | Transactor> = Layer.effect(Books, make)
