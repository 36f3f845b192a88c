/**
 * The books in SQL.
 */
import type { BooksPeriod, BooksRange, TrialBalanceLine } from "@stoa/core/books/BooksPeriod"
import { BooksRepository } from "@stoa/core/books/BooksRepository"
import type { AccountBalance, LedgerEntry } from "@stoa/core/books/LedgerEntry"
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Page from "@stoa/core/kernel/Page"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import type { Fragment } from "effect/sql/Statement"
import * as Dialect from "../Dialect.ts"
import * as Row from "../Row.ts"
import { sentAtOnce, storage } from "../Storage.ts"

interface EntryRow {
  readonly transaction_key: string
  readonly account: string
  readonly currency: string
  readonly amount: number
  readonly order_id: string | null
  readonly at: LedgerEntry["at"]
}

interface PeriodRow {
  readonly id: BooksPeriod["id"]
  readonly ends_at: BooksPeriod["endsAt"]
  readonly closed_at: BooksPeriod["closedAt"]
  readonly closed_by: string
}

const toEntry = (row: EntryRow): LedgerEntry => ({
  transaction: row.transaction_key,
  account: row.account,
  amount: Row.money(row.amount, row.currency),
  orderId: row.order_id,
  at: row.at
})

const toPeriod = (row: PeriodRow): BooksPeriod => ({
  id: row.id,
  endsAt: row.ends_at,
  closedAt: row.closed_at,
  closedBy: row.closed_by
})

/** The order of lists, which their cursors name. */
const newestFirst = "-at"
const latestFirst = "-ends_at"

export const make = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient

  const within = (storeId: string, { since, until }: BooksRange): Array<Fragment> => {
    const all: Array<Fragment> = [sql`store_id = ${storeId}`]
    if (since !== undefined) all.push(sql`at >= ${since}`)
    if (until !== undefined) all.push(sql`at < ${until}`)
    return all
  }

  return BooksRepository.of({
    post: Effect.fnUntraced(function*(entries) {
      if (entries.length === 0) return
      const storeId = yield* CurrentStore
      const rows = entries.map(({ account, amount, at, orderId, transaction }) => ({
        transaction_key: transaction,
        account,
        currency: amount.currency,
        amount: amount.amount,
        order_id: orderId,
        at
      }))
      yield* sentAtOnce(sql`
        INSERT INTO ledger_entries (store_id, transaction_key, account, currency, amount, order_id, at)
        SELECT ${storeId}, transaction_key, account, currency, amount, order_id,
          ${Dialect.greatest(sql, sql`at`, sql`closed.until`)}
        FROM ${
        Dialect.jsonRows(sql, rows, {
          transaction_key: "text",
          account: "text",
          currency: "text",
          amount: "int",
          order_id: "text",
          at: "text"
        })
      }, (SELECT coalesce(max(ends_at), '') AS until FROM ledger_periods WHERE store_id = ${storeId}) AS closed
        WHERE true
        ON CONFLICT (store_id, transaction_key, account, currency) DO NOTHING`)
    }, storage("Books.post")),

    ofOrder: (orderId) =>
      Effect.flatMap(CurrentStore, (storeId) =>
        sql<EntryRow>`
          SELECT * FROM ledger_entries WHERE store_id = ${storeId} AND order_id = ${orderId}
          ORDER BY ${Dialect.unindexed(sql, "at")}, transaction_key, account`
      ).pipe(
        Effect.map((rows) => rows.map(toEntry)),
        storage("Books.ofOrder")
      ),

    list: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const all = within(yield* CurrentStore, query)
      // of an order or a transaction there are few entries, which are looked up and not found on a walk through time
      const time = query.orderId === undefined && query.transaction === undefined ? sql`at` : Dialect.unindexed(sql, "at")
      if (query.account !== undefined) all.push(sql`account = ${query.account}`)
      if (query.orderId !== undefined) all.push(sql`order_id = ${query.orderId}`)
      if (query.transaction !== undefined) all.push(sql`transaction_key = ${query.transaction}`)
      if (query.after !== undefined) {
        const [at, transaction, account, currency] = yield* Page.decodeCursor(newestFirst, ["string", "string", "string", "string"], query.after)
        all.push(sql`(${time}, transaction_key, account, currency) < (${at}, ${transaction}, ${account}, ${currency})`)
      }
      const rows = yield* sql<EntryRow>`
        SELECT * FROM ledger_entries WHERE ${sql.and(all)}
        ORDER BY ${time} DESC, transaction_key DESC, account DESC, currency DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(toEntry), limit, newestFirst, ({ account, amount, at, transaction }) => [
        at,
        transaction,
        account,
        amount.currency
      ])
    }, storage("Books.list")),

    balances: Effect.fnUntraced(function*(range) {
      const rows = yield* sql<{ readonly account: string; readonly currency: string; readonly balance: number }>`
        SELECT account, currency, CAST(sum(amount) AS BIGINT) AS balance FROM ledger_entries
        WHERE ${sql.and(within(yield* CurrentStore, range))} GROUP BY account, currency ORDER BY account, currency`
      return rows.map(({ account, balance, currency }): AccountBalance => ({
        account,
        balance: Row.money(Number(balance), currency)
      }))
    }, storage("Books.balances")),

    trial: Effect.fnUntraced(function*(range) {
      const rows = yield* sql<
        { readonly account: string; readonly currency: string; readonly debits: number; readonly credits: number }
      >`
        SELECT account, currency,
          CAST(sum(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS BIGINT) AS debits,
          CAST(sum(CASE WHEN amount < 0 THEN -amount ELSE 0 END) AS BIGINT) AS credits
        FROM ledger_entries WHERE ${sql.and(within(yield* CurrentStore, range))}
        GROUP BY account, currency ORDER BY account, currency`
      return rows.map(({ account, credits, currency, debits }): TrialBalanceLine => ({
        account,
        debits: Row.money(Number(debits), currency),
        credits: Row.money(Number(credits), currency),
        balance: Row.money(Number(debits) - Number(credits), currency)
      }))
    }, storage("Books.trial")),

    openSince: Effect.flatMap(CurrentStore, (storeId) =>
      sql<PeriodRow>`SELECT * FROM ledger_periods WHERE store_id = ${storeId} ORDER BY ends_at DESC LIMIT 1`
    ).pipe(
      Effect.map((rows) => Row.first(rows, (row) => row.ends_at)),
      storage("Books.openSince")
    ),

    close: Effect.fnUntraced(function*({ closedAt, closedBy, endsAt, id }) {
      // who writes meanwhile is waited for, and who comes after sees that it is closed
      if (Dialect.of(sql) === "pg") yield* sql`LOCK TABLE ledger_entries IN SHARE ROW EXCLUSIVE MODE`
      yield* sql`INSERT INTO ledger_periods ${
        sql.insert({ id, store_id: yield* CurrentStore, ends_at: endsAt, closed_at: closedAt, closed_by: closedBy })
      }`
    }, storage("Books.close")),

    periods: Effect.fnUntraced(function*(query) {
      const limit = query.limit ?? Page.defaultLimit
      const all = [sql`store_id = ${yield* CurrentStore}`]
      if (query.after !== undefined) {
        const [endsAt] = yield* Page.decodeCursor(latestFirst, ["string"], query.after)
        all.push(sql`ends_at < ${endsAt}`)
      }
      const rows = yield* sql<PeriodRow>`
        SELECT * FROM ledger_periods WHERE ${sql.and(all)} ORDER BY ends_at DESC LIMIT ${limit + 1}`
      return Page.fromRows(rows.map(toPeriod), limit, latestFirst, ({ endsAt }) => [endsAt])
    }, storage("Books.periods"))
  })
})

export const layer: Layer.Layer<BooksRepository, never, SqlClient.SqlClient> = Layer.effect(BooksRepository, make)
