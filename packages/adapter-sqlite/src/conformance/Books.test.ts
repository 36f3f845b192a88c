import { assert, describe, it } from "@effect/vitest"
import { booksSuite } from "@stoa/core/testing/BooksSuite"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as SqliteClient from "../SqliteClient.ts"
import { fromClient } from "../SqliteStorage.ts"
import * as SqliteHarness from "./SqliteHarness.ts"

for (const harness of [SqliteHarness.inMemory, SqliteHarness.inFile]) booksSuite(harness)

describe("the books in SQLite", () => {
  it.effect("keep their laws whatever a plug-in writes", () =>
    Effect.gen(function*() {
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
    }).pipe(Effect.provide(fromClient(SqliteClient.layer({ filename: ":memory:" })))))
})
