import { assert, describe, it } from "@effect/vitest"
import * as Simulation from "@stoa/core/testing/simulation/Simulation"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { DatabaseSync } from "node:sqlite"
import { vi } from "vitest"
import * as SqliteHarness from "./conformance/SqliteHarness.ts"

/** The statements that SQLite is given meanwhile, each once. */
const given = <A, E, R>(operation: Effect.Effect<A, E, R>) =>
  Effect.acquireUseRelease(
    Effect.sync(() => vi.spyOn(DatabaseSync.prototype, "prepare")),
    (spy) => Effect.map(operation, () => [...new Set(spy.mock.calls.map(([statement]) => statement))]),
    (spy) => Effect.sync(() => spy.mockRestore())
  )

/** Whether a statement changes rows or names those that it asks for, of which there are few. */
const isOfFew = (statement: string): boolean => /^\s*(INSERT|UPDATE|DELETE)\b/.test(statement) || statement.includes("json_each(?)")

/** What grows with what a shop sells, and the names that statements give it. */
const growing = [
  "carts|documents|events|fulfilments|ledger_entries|licenses|order_lines|orders|payments|products|promotion_counters|refunds",
  "reservations|returns|stock_levels|stock_movements|stored_values|variants|l|level|o|r|v"
].join("|")

/** A step that reads everything of a store in a table that grows. */
const readsAll = new RegExp(`^SEARCH (${growing}) USING .*\\(store_id=\\?\\)`)

/** The last number of a store's orders is the last entry of an index. */
const isLast = (statement: string): boolean => statement.includes("SELECT max(number)")

describe("a shop on SQLite, which counts no rows to choose an index", () => {
  it.effect("looks up what it changes or names, and never reads all of a store for it", () =>
    Effect.gen(function*() {
      const statements = yield* given(Simulation.run(SqliteHarness.simulated, { seed: 1, steps: 300 }))
      const sql = yield* SqlClient.SqlClient
      const found: Array<string> = []
      for (const statement of statements.filter((one) => isOfFew(one) && !isLast(one))) {
        const parameters = Array.from({ length: statement.split("?").length - 1 }, () => "1")
        const plan = yield* sql.unsafe<{ readonly detail: string }>(`EXPLAIN QUERY PLAN ${statement}`, parameters)
        for (const { detail } of plan) {
          if (readsAll.test(detail)) found.push(`${detail}: ${statement.replaceAll(/\s+/g, " ")}`)
        }
      }
      assert.isAbove(statements.length, 100)
      assert.deepStrictEqual(found, [])
    }).pipe(Effect.provide(SqliteHarness.memory())))
})
