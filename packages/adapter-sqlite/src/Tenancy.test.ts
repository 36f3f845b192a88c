import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { sqlite } from "./index.ts"

/** Tables that belong to the installation and not to a store. */
const shared = new Set([
  // one row is one store
  "stores",
  "stoa_migrations",
  // never has a row: what is off in the books refers to it
  "ledger_nothing",
  // a queued job carries its store in its payload
  "stoa_jobs",
  "stoa_jobs_migrations"
])

describe("Tenancy", () => {
  it.effect("every table carries the store that its rows belong to", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const tables = yield* sql<{ name: string; stores: number }>`
        SELECT t.name, (SELECT count(*) FROM pragma_table_info(t.name) WHERE name = 'store_id' AND "notnull" = 1) AS stores
        FROM sqlite_schema AS t
        WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'
          AND t.name NOT IN (SELECT name FROM pragma_table_list WHERE type IN ('shadow', 'virtual'))`
      assert.isAbove(tables.length, 20)
      const without = tables.filter(({ name, stores }) => stores === 0 && !shared.has(name)).map(({ name }) => name)
      assert.deepStrictEqual(without, [])
    }).pipe(Effect.provide(sqlite({ filename: ":memory:" }).layer({ migrations: [] }))))
})
