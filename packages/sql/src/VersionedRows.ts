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

interface Written {
  readonly id: string
}

/**
 * Writes columns of rows of a table, in one statement for any number of them, and answers with the ids of those that do not have
 * the version before (`version - 1`) any more: these stay as they are.
 *
 * **Details**
 *
 * Everybody takes rows in the order of their ids, so nobody waits in a circle. With `skipLocked`, rows that another transaction is
 * writing are not waited for and count as those that have another version. SQLite has one writer at a time.
 */
export const writing = <const C extends Dialect.Columns>(sql: SqlClient.SqlClient, table: string, columns: C) => {
  const input = { ...keys, ...columns }
  const assigned = sql.literal(
    Object.keys(columns).map((name) => `${name} = input.${name}`).concat("version = input.version").join(", ")
  )
  const target = sql.literal(table)
  const written = sql.literal(`${table}.id`)
  const isAsRead = sql.literal(`${table}.id = input.id AND ${table}.version = input.version - 1`)

  return (
    rows: ReadonlyArray<Dialect.RowOf<C> & { readonly id: string; readonly version: number }>,
    { skipLocked = false }: { readonly skipLocked?: boolean } = {}
  ): Effect.Effect<ReadonlyArray<string>, SqlError> =>
    Effect.gen(function*() {
      const storeId = yield* CurrentStore
      const source = Dialect.jsonRows(sql, rows as ReadonlyArray<Dialect.RowOf<Dialect.Columns>>, input)
      // Postgres takes any list in JSON for a hundred rows, and would rather read all of a small table
      const statement = sql.onDialectOrElse({
        pg: () => sql<Written>`WITH input AS (SELECT * FROM ${source})
          UPDATE ${target} SET ${assigned} FROM input
          WHERE ${isAsRead} AND ${written} = ANY(ARRAY(
            SELECT held.id FROM ${target} AS held
            WHERE held.store_id = ${storeId} AND held.id = ANY(ARRAY(SELECT id FROM input))
            ORDER BY held.id FOR NO KEY UPDATE${sql.literal(skipLocked ? " SKIP LOCKED" : "")}
          ))
          RETURNING ${written}`,
        orElse: () => sql<Written>`UPDATE ${target} SET ${assigned} FROM ${source}
          WHERE ${isAsRead} AND ${Dialect.unindexed(sql, `${table}.store_id`)} = ${storeId}
          RETURNING ${written}`
      })
      const found = yield* statement
      if (found.length === rows.length) return []
      const done = new Set(found.map(({ id }) => id))
      return rows.flatMap(({ id }) => done.has(id) ? [] : [id])
    })
}
