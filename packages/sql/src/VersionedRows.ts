/**
 * Writing rows that still are what they were read as: each has a version, and is written with the next one.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Dialect from "./Dialect.ts"

/** A row's name and its next version. */
const keys = { id: "text", version: "int" } as const

/**
 * Writes columns of rows of a table, in one statement for any number of them, and answers with the ids of those that do not have
 * the version before (`version - 1`) any more: these stay as they are.
 *
 * **Details**
 *
 * Rows go to the database in the order of their ids, so that two transactions that write the same rows take them in the same order.
 */
export const writing = <const C extends Dialect.Columns>(sql: SqlClient.SqlClient, table: string, columns: C) => {
  const input = { ...keys, ...columns }
  const assigned = sql.literal(
    Object.keys(columns).map((name) => `${name} = input.${name}`).concat("version = input.version").join(", ")
  )
  const target = sql.literal(table)
  const isNamed = sql.literal(`${table}.id = input.id AND ${table}.version = input.version - 1`)
  const written = sql.literal(`${table}.id`)

  return (
    rows: ReadonlyArray<Dialect.RowOf<C> & { readonly id: string; readonly version: number }>
  ): Effect.Effect<ReadonlyArray<string>, SqlError> =>
    Effect.gen(function*() {
      const storeId = yield* CurrentStore
      const sorted = rows.toSorted((a, b) => a.id < b.id ? -1 : 1)
      const source = Dialect.jsonRows(sql, sorted as ReadonlyArray<Dialect.RowOf<Dialect.Columns>>, input)
      // Postgres takes any list in JSON for a hundred rows, and would rather read all of a small table
      const { before, from, narrowed } = sql.onDialectOrElse({
        pg: () => ({
          before: sql`WITH input AS (SELECT * FROM ${source}) `,
          from: sql`input`,
          narrowed: sql` AND ${written} = ANY(ARRAY(SELECT id FROM input))`
        }),
        orElse: () => ({ before: sql``, from: source, narrowed: sql`` })
      })
      const found = yield* sql<{ readonly id: string }>`${before}UPDATE ${target} SET ${assigned} FROM ${from}
        WHERE ${isNamed}${narrowed} AND ${Dialect.unindexed(sql, `${table}.store_id`)} = ${storeId}
        RETURNING ${written}`
      if (found.length === rows.length) return []
      const done = new Set(found.map(({ id }) => id))
      return rows.flatMap(({ id }) => done.has(id) ? [] : [id])
    })
}
