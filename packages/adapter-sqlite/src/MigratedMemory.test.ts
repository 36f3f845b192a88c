import { assert, describe, it } from "@effect/vitest"
import * as Migration from "@stoa/sql/Migration"
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import * as MigratedMemory from "./MigratedMemory.ts"

const loans = Migration.set("loans", [{
  id: 1,
  name: "loans",
  up: (d) => [`CREATE TABLE loans (id ${d.text} PRIMARY KEY NOT NULL)${d.strict}`]
}])

const longerLoans = Migration.set("loans", [...loans.migrations, {
  id: 2,
  name: "days of loans",
  up: (d) => [`ALTER TABLE loans ADD COLUMN days ${d.int}`]
}])

const inMemory = (...plugins: ReadonlyArray<Migration.MigrationSet>) =>
  Effect.provide(MigratedMemory.layer({ filename: ":memory:" }, plugins))

const columnsOf = (table: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.map(
      sql<{ readonly name: string }>`SELECT name FROM pragma_table_info(${table})`,
      (rows) => rows.map(({ name }) => name)
    ))

describe("Databases in memory", () => {
  it.effect("begin without what others have written", () =>
    Effect.gen(function*() {
      const write = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`INSERT INTO loans (id) VALUES ('one')`)
      const count = Effect.flatMap(SqlClient.SqlClient, (sql) => sql<{ n: number }>`SELECT count(*) AS n FROM loans`)
      yield* inMemory(loans)(write)
      const written = yield* inMemory(loans)(Effect.andThen(write, count))
      assert.deepStrictEqual(written, [{ n: 1 }])
    }))

  it.effect("have the tables of their own plug-ins and no others", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* inMemory(loans)(columnsOf("loans")), ["id"])
      assert.deepStrictEqual(yield* inMemory()(columnsOf("loans")), [])
      assert.deepStrictEqual(yield* inMemory(longerLoans)(columnsOf("loans")), ["id", "days"])
      assert.deepStrictEqual(yield* inMemory(loans)(columnsOf("loans")), ["id"])
    }))

  it.effect("hold to their foreign keys, as the first one does", () =>
    Effect.gen(function*() {
      const keys = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`PRAGMA foreign_keys`)
      assert.deepStrictEqual(yield* inMemory()(keys), [{ foreign_keys: 1 }])
      assert.deepStrictEqual(yield* inMemory()(keys), [{ foreign_keys: 1 }])
    }))
})
