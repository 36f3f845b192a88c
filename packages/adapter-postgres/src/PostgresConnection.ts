/**
 * One PostgreSQL session as an `effect/sql` connection.
 */
import type * as PgConnection from "@effect/sql-pg/PgConnection"
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import type { Connection } from "effect/sql/SqlConnection"
import { SqlError, UnknownError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"

/**
 * PostgreSQL has no text with a NUL in it and answers one with an error, though what is asked of such an id has an
 * answer: nothing has it. So it is looked for under a text that nothing has either. What is to be written is not
 * changed.
 */
const bindable = (sql: string, params: ReadonlyArray<unknown>): ReadonlyArray<unknown> =>
  params.some(hasNul) && !/^\s*INSERT\b/i.test(sql) ? params.map(withoutNul) : params

const hasNul = (param: unknown): boolean =>
  typeof param === "string" ? param.includes("\0") : Array.isArray(param) && param.some(hasNul)

const withoutNul = (param: unknown): unknown =>
  typeof param === "string"
    ? param.replaceAll("\0", "\ufffd")
    : Array.isArray(param)
    ? param.map(withoutNul)
    : param

type TransformRows = Parameters<Connection["execute"]>[2]

export class PostgresConnection implements Connection {
  readonly session: PgConnection.PgConnection

  constructor(session: PgConnection.PgConnection) {
    this.session = session
  }

  execute(sql: string, params: ReadonlyArray<unknown>, transformRows: TransformRows) {
    return this.rows(sql, params, transformRows, true)
  }

  executeUnprepared(sql: string, params: ReadonlyArray<unknown>, transformRows: TransformRows) {
    return this.rows(sql, params, transformRows, false)
  }

  executeRaw(sql: string, params: ReadonlyArray<unknown>) {
    return this.session.query(sql, bindable(sql, params))
  }

  executeValues(sql: string, params: ReadonlyArray<unknown>) {
    return this.session.queryValues(sql, bindable(sql, params))
  }

  executeValuesUnprepared(sql: string, params: ReadonlyArray<unknown>) {
    return this.session.queryValues(sql, bindable(sql, params), false)
  }

  executeStream(sql: string, params: ReadonlyArray<unknown>, transformRows: TransformRows) {
    const stream = this.session.stream(sql, bindable(sql, params))
    return transformRows === undefined
      ? stream
      : Stream.mapArray(stream, (rows) => transformRows(rows) as Arr.NonEmptyReadonlyArray<PgConnection.Row>)
  }

  private rows(sql: string, params: ReadonlyArray<unknown>, transformRows: TransformRows, prepare: boolean) {
    return Effect.map(
      this.session.query(sql, bindable(sql, params), prepare),
      ({ rows }) => transformRows === undefined ? rows : transformRows(rows)
    )
  }
}

/** Ends a transaction. PostgreSQL answers `ROLLBACK` to the `COMMIT` of one in which a statement has failed. */
export const commit = (connection: Connection): Effect.Effect<void, SqlError> =>
  Effect.flatMap(connection.executeRaw("COMMIT", []), (result) =>
    typeof result === "object" && result !== null && "command" in result && result.command === "ROLLBACK"
      ? Effect.fail(
        new SqlError({
          reason: new UnknownError({
            cause: new Error("A statement of the transaction had failed"),
            message: "COMMIT rolled the transaction back"
          })
        })
      )
      : Effect.void)
