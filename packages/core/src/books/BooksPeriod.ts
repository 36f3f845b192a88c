/**
 * What staff ask the books: entries and balances of a span of time, and periods that are closed.
 */
import * as Schema from "effect/Schema"
import * as Id from "../kernel/Id.ts"
import { Money } from "../kernel/Money.ts"
import * as Page from "../kernel/Page.ts"
import { StoaError } from "../kernel/StoaError.ts"
import { text } from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"

export const BooksPeriodId = Id.define("per", "BooksPeriodId")
export type BooksPeriodId = typeof BooksPeriodId.Type

/** A period that takes no entry any more: from the end of the one before until `endsAt`, which is not in it. */
export const BooksPeriod = Schema.Struct({
  id: BooksPeriodId,
  endsAt: Timestamp,
  closedAt: Timestamp,
  /** Who closed it. */
  closedBy: Schema.String
}).annotate({ identifier: "BooksPeriod" })
export interface BooksPeriod extends Schema.Schema.Type<typeof BooksPeriod> {}

const range = {
  /** From when on, included; from the first entry on if it is left out. */
  since: Schema.optionalKey(Timestamp),
  /** Until when, not included; until now if it is left out. */
  until: Schema.optionalKey(Timestamp)
} as const

export const BooksRange = Schema.Struct(range).annotate({ identifier: "BooksRange" })
export interface BooksRange extends Schema.Schema.Type<typeof BooksRange> {}

const entries = {
  ...range,
  /** `"sales"`, `"gateway:stripe"`. */
  account: Schema.optionalKey(text(200)),
  orderId: Schema.optionalKey(text(100)),
  /** `"capture:pay_..."`. */
  transaction: Schema.optionalKey(text(300))
} as const

/** Which entries to export. */
export const ExportLedger = Schema.Struct(entries).annotate({ identifier: "ExportLedger" })
export interface ExportLedger extends Schema.Schema.Type<typeof ExportLedger> {}

export const ListLedgerEntries = Schema.Struct({ ...Page.PageRequest, ...entries })
  .annotate({ identifier: "ListLedgerEntries" })
export interface ListLedgerEntries extends Schema.Schema.Type<typeof ListLedgerEntries> {}

export const ListPeriods = Schema.Struct(Page.PageRequest).annotate({ identifier: "ListPeriods" })
export interface ListPeriods extends Schema.Schema.Type<typeof ListPeriods> {}

/** Closes everything before a moment. */
export const ClosePeriod = Schema.Struct({ until: Timestamp }).annotate({ identifier: "ClosePeriod" })
export interface ClosePeriod extends Schema.Schema.Type<typeof ClosePeriod> {}

/** What an account took and gave in a span of time, in one currency. `balance` is debits less credits. */
export const TrialBalanceLine = Schema.Struct({ account: Schema.String, debits: Money, credits: Money, balance: Money })
  .annotate({ identifier: "TrialBalanceLine" })
export interface TrialBalanceLine extends Schema.Schema.Type<typeof TrialBalanceLine> {}

/** Every account in a span of time; in each currency the debits are as much as the credits. */
export const TrialBalance = Schema.Struct({
  since: Schema.NullOr(Timestamp),
  until: Timestamp,
  lines: Schema.Array(TrialBalanceLine),
  totals: Schema.Array(Schema.Struct({ debits: Money, credits: Money }))
}).annotate({ identifier: "TrialBalance" })
export interface TrialBalance extends Schema.Schema.Type<typeof TrialBalance> {}

/** The period cannot be closed: its time is not over, or it lies in one that is closed. */
export class PeriodNotClosable extends StoaError<PeriodNotClosable>()("PeriodNotClosable", {
  code: "period_not_closable",
  kind: "conflict"
}, {
  reason: Schema.Literals(["not_over", "closed_already"]),
  /** Until when the books are closed. */
  closedUntil: Schema.NullOr(Timestamp)
}) {
  override get message(): string {
    return this.reason === "not_over"
      ? "A period can be closed once it is over"
      : `The books are closed until ${this.closedUntil} already`
  }
}
