/**
 * One PostgreSQL session as an `effect/sql` connection.
 */
import type * as PgConnection from "@effect/sql-pg/PgConnection"
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { Connection } from "effect/sql/SqlConnection"
import { SqlError, UnknownError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import * as RowLevelSecurity from "./RowLevelSecurity.ts"

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

/**
 * Which store each session was told last. While it is not `active`, sessions are told none.
 */
export interface StoreBinding {
  active: boolean
  readonly told: WeakMap<object, string>
}

export const unbound = (): StoreBinding => ({ active: false, told: new WeakMap() })

/** What begins or ends a transaction or a part of it is about no store. */
const isControl = (sql: string): boolean => /^(?:COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b/.test(sql)

export class PostgresConnection implements Connection {
  readonly session: PgConnection.PgConnection
  /** What stands for the session in the binding; a session that is lent for a transaction is another object. */
  readonly base: object
  readonly binding: StoreBinding

  constructor(session: PgConnection.PgConnection, base: object, binding: StoreBinding) {
    this.session = session
    this.base = base
    this.binding = binding
  }

  execute(sql: string, params: ReadonlyArray<unknown>, transformRows: TransformRows) {
    return this.rows(sql, params, transformRows, true)
  }

  executeUnprepared(sql: string, params: ReadonlyArray<unknown>, transformRows: TransformRows) {
    return this.rows(sql, params, transformRows, false)
  }

  executeRaw(sql: string, params: ReadonlyArray<unknown>) {
    return this.bound(sql, this.session.query(sql, bindable(sql, params)))
  }

  executeValues(sql: string, params: ReadonlyArray<unknown>) {
    return this.bound(sql, this.session.queryValues(sql, bindable(sql, params)))
  }

  executeValuesUnprepared(sql: string, params: ReadonlyArray<unknown>) {
    return this.bound(sql, this.session.queryValues(sql, bindable(sql, params), false))
  }

  executeStream(sql: string, params: ReadonlyArray<unknown>, transformRows: TransformRows) {
    const rows = this.session.stream(sql, bindable(sql, params))
    const stream = this.binding.active ? Stream.unwrap(this.bound(sql, Effect.succeed(rows))) : rows
    return transformRows === undefined
      ? stream
      : Stream.mapArray(stream, (rows) => transformRows(rows) as Arr.NonEmptyReadonlyArray<PgConnection.Row>)
  }

  private rows(sql: string, params: ReadonlyArray<unknown>, transformRows: TransformRows, prepare: boolean) {
    return Effect.map(
      this.bound(sql, this.session.query(sql, bindable(sql, params), prepare)),
      ({ rows }) => transformRows === undefined ? rows : transformRows(rows)
    )
  }

  /** Tells the session the store of a statement first, unless it knows. */
  private bound<A>(sql: string, statement: Effect.Effect<A, SqlError>): Effect.Effect<A, SqlError> {
    if (!this.binding.active) return statement
    const { told } = this.binding
    if (isControl(sql)) {
      // what a transaction was told is forgotten with it
      return /^(?:ROLLBACK|COMMIT)/.test(sql)
        ? Effect.onExit(statement, (exit) => {
          if (sql !== "COMMIT" || !Exit.isSuccess(exit)) told.delete(this.base)
          return Effect.void
        })
        : statement
    }
    return Effect.withFiber((fiber) => {
      const store = RowLevelSecurity.storeOf(fiber)
      if (told.get(this.base) === store) return statement
      told.delete(this.base)
      return Effect.flatMap(this.session.query("SELECT set_config('stoa.store', $1, false)", [store]), () => {
        told.set(this.base, store)
        return statement
      })
    })
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
