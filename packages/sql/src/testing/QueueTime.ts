/**
 * The time of the job queue, which is that of the database: no test clock moves it.
 */
import * as Effect from "effect/Effect"
import * as SqlClient from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import * as Dialect from "../Dialect.ts"

/**
 * Lets it pass, as far as it matters: whatever a process held that is dead is free again, as it is a minute after its death,
 * and every delay is over. Does nothing in a database that has no queue yet.
 */
export const letPass: Effect.Effect<void, SqlError, SqlClient.SqlClient> = Effect.gen(function*() {
  const sql = yield* SqlClient.SqlClient
  if (!(yield* Dialect.hasTable(sql, "stoa_jobs"))) return
  yield* sql`UPDATE stoa_jobs SET acquired_at = NULL, acquired_by = NULL, visible_at = '2000-01-01 00:00:00'
    WHERE state = 'pending'`
})
