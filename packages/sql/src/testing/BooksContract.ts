/**
 * The laws of the books that the database itself keeps, whatever is written past the engine.
 */
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import assert from "node:assert/strict"

/** Writes into the books of a database that the engine's migrations have made, as a plug-in might. */
export const keepTheirLaws = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  const row = (account: string, amount: number, at: string) => ({
    store_id: "store_1",
    transaction_key: "raffle:1",
    account,
    currency: "USD",
    amount,
    at
  })
  const write = (bank: number, raffle: number, at: string) =>
    sql`INSERT INTO ledger_entries ${sql.insert([row("bank", bank, at), row("raffle", raffle, at)])}`
  const refused = <A, R>(statement: Effect.Effect<A, unknown, R>) =>
    Effect.map(Effect.exit(statement), (exit) => assert.strictEqual(exit._tag, "Failure"))
  yield* refused(write(5, -4, "2026-02-01T00:00:00.000Z"))
  yield* sql`INSERT INTO ledger_periods ${
    sql.insert({
      id: "per_1",
      store_id: "store_1",
      ends_at: "2026-02-01T00:00:00.000Z",
      closed_at: "2026-02-02T00:00:00.000Z",
      closed_by: "test"
    })
  }`
  yield* refused(write(5, -5, "2026-01-31T23:59:59.999Z"))
  yield* write(5, -5, "2026-02-01T00:00:00.000Z")
  yield* refused(sql`UPDATE ledger_entries SET amount = 0`)
  yield* refused(sql`DELETE FROM ledger_entries`)
  const rows = yield* sql<{ readonly account: string; readonly amount: number }>`
    SELECT account, amount FROM ledger_entries ORDER BY account`
  assert.deepStrictEqual(rows.map(({ account, amount }) => [account, Number(amount)]), [["bank", 5], ["raffle", -5]])
})
