import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import { storageOfRows } from "./conformance/PostgresHarness.ts"

/** Tables that belong to the installation and not to a store. */
const shared = new Set([
  // one row is one store
  "stores",
  "stoa_migrations",
  // a queued job carries its store in its payload
  "stoa_jobs",
  "stoa_jobs_migrations"
])

describe("Tenancy in PostgreSQL", () => {
  it.effect("every table carries the store that its rows belong to", () =>
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const tables = yield* sql<{ name: string; stores: number }>`
        SELECT c.relname AS name, (
          SELECT count(*) FROM pg_attribute AS a WHERE a.attrelid = c.oid AND a.attname = 'store_id' AND a.attnotnull
        ) AS stores
        FROM pg_class AS c WHERE c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace`
      assert.isAbove(tables.length, 20)
      const without = tables.filter(({ name, stores }) => stores === 0 && !shared.has(name)).map(({ name }) => name)
      assert.deepStrictEqual(without, [])
    }).pipe(Effect.provide(storageOfRows())))
})
