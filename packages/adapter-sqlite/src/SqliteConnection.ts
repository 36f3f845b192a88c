/**
 * One `node:sqlite` connection as an `effect/sql` connection.
 *
 * Everything is synchronous in `node:sqlite`, so a statement cannot be interrupted half-way and needs no finalizer. The
 * one thing that takes time is a lock held by somebody else (see SqliteLock).
 */
import type * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { SafeIntegers } from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import { classifySqliteError, ConnectionError, SqlError, UnknownError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import type { DatabaseSync, SQLInputValue } from "node:sqlite"
import * as PreparedStatements from "./PreparedStatements.ts"
import type { Prepared } from "./PreparedStatements.ts"
import { resultCode } from "./SqliteErrors.ts"
import { isBusy, waitForLock } from "./SqliteLock.ts"
import type { LockWait } from "./SqliteLock.ts"
import { bind } from "./SqliteValue.ts"

/** A connection and what is under it. */
export interface SqliteConnection extends Connection {
  readonly database: DatabaseSync
  readonly statements: PreparedStatements.PreparedStatements
}

type TransformRows = Parameters<Connection["execute"]>[2]

// More than the engine and some plug-ins have; each takes a few kilobytes.
const keptStatements = 512

export interface ConnectionOptions {
  /** How long a statement waits for a lock that another connection holds, in milliseconds. */
  readonly busyTimeout: number
  readonly onSchemaChange: () => void
}

export const make = (
  database: DatabaseSync,
  options: ConnectionOptions,
  statements: PreparedStatements.PreparedStatements = PreparedStatements.make(database, keptStatements)
): SqliteConnection => {
  const run = <A>(
    sql: string,
    params: ReadonlyArray<unknown>,
    prepare: PreparedStatements.PreparedStatements["get"],
    answer: (prepared: Prepared, bound: ReadonlyArray<SQLInputValue>) => A,
    wait?: LockWait
  ): Effect.Effect<A, SqlError> =>
    Effect.withFiber((fiber) => {
      try {
        const bound = params.map(bind)
        const prepared = prepare(sql, bound.length)
        setBigInts(prepared, fiber.getRef(SafeIntegers))
        const result = answer(prepared, bound)
        if (prepared.changesSchema) options.onSchemaChange()
        return Effect.succeed(result)
      } catch (cause) {
        const error = sqlError(cause)
        // Inside a transaction giving up is the only way out of two transactions waiting for each other.
        return isBusy(cause) && !database.isTransaction
          ? waitForLock(error, options.busyTimeout, wait, (wait) => run(sql, params, prepare, answer, wait))
          : Effect.fail(error)
      }
    })

  const execute = (
    sql: string,
    params: ReadonlyArray<unknown>,
    transformRows: TransformRows,
    prepare: PreparedStatements.PreparedStatements["get"]
  ) => {
    const rows = run(sql, params, prepare, PreparedStatements.rowsOf)
    return transformRows === undefined ? rows : Effect.map(rows, transformRows)
  }

  return {
    database,
    statements,
    execute: (sql, params, transformRows) => execute(sql, params, transformRows, statements.get),
    executeUnprepared: (sql, params, transformRows) => execute(sql, params, transformRows, statements.once),
    executeValues: (sql, params) => run(sql, params, statements.get, PreparedStatements.arraysOf),
    executeValuesUnprepared: (sql, params) => run(sql, params, statements.once, PreparedStatements.arraysOf),
    executeRaw: (sql, params) =>
      run<unknown>(
        sql,
        params,
        statements.get,
        (prepared, bound) =>
          prepared.columns.length === 0 ? prepared.statement.run(...bound) : PreparedStatements.rowsOf(prepared, bound)
      ),
    executeStream: (sql, params, transformRows) =>
      Stream.unwrap(Effect.map(openCursor(statements, sql, params), (nextRows) =>
        Stream.fromPull(Effect.succeed(
          transformRows === undefined
            ? nextRows
            : Effect.map(nextRows, (rows) => transformRows(rows) as Arr.NonEmptyReadonlyArray<object>)
        ))))
  }
}

/**
 * Reads on the writing connection while that is in no transaction, and on the other one while it is. Both see the same
 * then, but a commit empties the page cache of every connection except the one that committed.
 */
export const reading = (
  writer: SqliteConnection,
  reader: SqliteConnection,
  options: ConnectionOptions
): SqliteConnection =>
  make(reader.database, options, {
    has: reader.statements.has,
    clear: reader.statements.clear,
    // Looked at by the statement itself, in the moment in which it runs: an effect before it could give way to a fiber
    // that begins a transaction.
    get: (sql, parameters) => {
      if (writer.database.isTransaction) return reader.statements.get(sql, parameters)
      // the reader has it, too: that a text only reads is known by that
      if (!reader.statements.has(sql)) reader.statements.get(sql, parameters)
      return writer.statements.get(sql, parameters)
    },
    once: (sql, parameters) =>
      (writer.database.isTransaction ? reader : writer).statements.once(sql, parameters)
  })

const rowsPerChunk = 256

/**
 * A cursor has a statement of its own: running a kept one again would start the rows of this one anew.
 */
const openCursor = (
  statements: PreparedStatements.PreparedStatements,
  sql: string,
  params: ReadonlyArray<unknown>
): Effect.Effect<
  Effect.Effect<Arr.NonEmptyReadonlyArray<object>, SqlError | Cause.Done>,
  SqlError,
  Scope.Scope
> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.withFiber<readonly [Prepared, NodeJS.Iterator<unknown>], SqlError>((fiber) => {
        try {
          const prepared = statements.once(sql, params.length)
          setBigInts(prepared, fiber.getRef(SafeIntegers))
          return Effect.succeed([prepared, prepared.statement.iterate(...params.map(bind))])
        } catch (cause) {
          return Effect.fail(sqlError(cause))
        }
      }),
      // ends the read, which would otherwise keep the log from being written back
      ([, cursor]) => Effect.sync(() => cursor.return?.())
    ),
    ([prepared, cursor]) =>
      Effect.suspend((): Effect.Effect<Arr.NonEmptyReadonlyArray<object>, SqlError | Cause.Done> => {
        try {
          const rows: Array<ReadonlyArray<unknown>> = []
          while (rows.length < rowsPerChunk) {
            const next = cursor.next()
            if (next.done === true) break
            rows.push(next.value as ReadonlyArray<unknown>)
          }
          return rows.length === 0
            ? Cause.done()
            : Effect.succeed(PreparedStatements.toObjects(prepared, rows) as Arr.NonEmptyReadonlyArray<object>)
        } catch (cause) {
          return Effect.fail(sqlError(cause))
        }
      })
  )

const setBigInts = (prepared: Prepared, wanted: boolean): void => {
  if (prepared.bigInts === wanted) return
  prepared.statement.setReadBigInts(wanted)
  prepared.bigInts = wanted
}

/** What SQLite says, in the words that `effect/sql` has for all databases. */
const sqlError = (cause: unknown): SqlError => {
  const message = cause instanceof Error ? cause.message : undefined
  const code = resultCode(cause)
  if (code === undefined) {
    const nodeCode = cause instanceof Error && "code" in cause ? cause.code : undefined
    return new SqlError({
      reason: nodeCode === "ERR_INVALID_STATE"
        ? new ConnectionError({ cause, message: "The database is closed" })
        : new UnknownError({
          cause,
          message: nodeCode === "ERR_OUT_OF_RANGE"
            ? "The result holds an integer beyond 2^53; provide SqlClient.SafeIntegers to read it as a bigint"
            : message
        })
    })
  }
  // A second row with the same primary key is what Postgres calls a unique violation, and so do we: SQLite has codes
  // of its own for it (1555, and 2579 for a rowid).
  const errno = code === 1555 || code === 2579 ? 2067 : code
  return new SqlError({ reason: classifySqliteError(Object.assign(cause as Error, { errno }), { message }) })
}
