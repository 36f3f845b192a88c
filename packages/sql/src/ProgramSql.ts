/**
 * The terms of a store's program, such as that of its loyalty points: one row of JSON for a store, with a version.
 */
import { CurrentStore } from "@stoa/core/kernel/CurrentStore"
import type { Timestamp } from "@stoa/core/kernel/Timestamp"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import * as Row from "./Row.ts"
import { storage } from "./Storage.ts"

/** Reading and writing the programs of a table; `id` is what a conflict of versions calls it. */
export const make = <Program extends { readonly version: number }>(
  sql: SqlClient.SqlClient,
  { id, operation, table }: { readonly table: string; readonly operation: string; readonly id: string }
) => ({
  program: Effect.flatMap(CurrentStore, (storeId) =>
    sql<{ readonly program: string }>`SELECT program FROM ${sql(table)} WHERE store_id = ${storeId}`
  ).pipe(
    Effect.map((rows) => Row.first(rows, ({ program }) => Row.json<Program>(program))),
    storage(`${operation}.program`)
  ),
  /** Writes a program if the store still has the version before (`version - 1`), or none. */
  setProgram: Effect.fnUntraced(function*(program: Program, at: Timestamp) {
    const row = sql.insert({
      store_id: yield* CurrentStore,
      program: JSON.stringify(program),
      version: program.version,
      updated_at: at
    })
    const rows = yield* sql`INSERT INTO ${sql(table)} AS kept ${row}
      ON CONFLICT (store_id) DO UPDATE SET program = excluded.program, version = excluded.version,
        updated_at = excluded.updated_at
      WHERE kept.version = excluded.version - 1 RETURNING version`
    if (rows.length === 0) return yield* new VersionConflict({ id, expected: program.version - 1 })
  }, storage(`${operation}.setProgram`))
})
