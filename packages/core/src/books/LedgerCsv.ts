/**
 * Entries of the books as lines of CSV, for spreadsheets and bookkeeping.
 */
import * as Csv from "../kernel/Csv.ts"
import { toDecimal } from "../kernel/Money.ts"
import type { LedgerEntry } from "./LedgerEntry.ts"

/** The columns in their order. Amounts are decimals in major units, of which one of the two is empty: `19.99`. */
const columns: Readonly<Record<string, (entry: LedgerEntry) => string>> = {
  at: ({ at }) => at,
  transaction: ({ transaction }) => transaction,
  account: ({ account }) => account,
  order_id: ({ orderId }) => orderId ?? "",
  currency: ({ amount }) => amount.currency,
  debit: ({ amount }) => amount.amount > 0 ? toDecimal(amount) : "",
  credit: ({ amount: { amount, currency } }) => amount < 0 ? toDecimal({ amount: -amount, currency }) : ""
}

/** The names of the columns. */
export const header: string = Csv.line(Object.keys(columns))

export const line = (entry: LedgerEntry): string => Csv.line(Object.values(columns).map((cell) => Csv.fromText(cell(entry))))
