/**
 * One PostgreSQL session as an `effect/sql` connection.
 *
 * In a transaction, what begins it and statements that are `sentAhead` go to the server together with the next one: a
 * statement that nobody waits for costs neither a round trip nor a packet of its own. PostgreSQL works them off in
 * their order, and after one that fails it refuses all others until the end of the transaction, so whoever waits next
 * learns of it, at the latest the `COMMIT`, or the end of the part of the transaction that it belongs to.
 */
import type * as PgConnection from "@effect/sql-pg/PgConnection"
import { SentAhead, SentAtOnce } from "@stoa/sql/Storage"
import type * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import type { Connection } from "effect/sql/SqlConnection"
import { SerializationError, SqlError, UnknownError } from "effect/sql/SqlError"
import * as Stream from "effect/Stream"
import * as RowLevelSecurity from "./RowLevelSecurity.ts"
import * as Sessions from "./Sessions.ts"
import * as StatementsAtOnce from "./StatementsAtOnce.ts"

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

/** What begins a transaction or a part of it: its answer says nothing. */
const begins = (sql: string): boolean => /^(?:BEGIN$|SAVEPOINT\b)/.test(sql)

/** What begins or ends a transaction or a part of it is about no store. */
const isControl = (sql: string): boolean => /^(?:COMMIT|ROLLBACK|SAVEPOINT|RELEASE)\b/.test(sql)

export class PostgresConnection implements Connection {
  readonly session: PgConnection.PgConnection
  readonly binding: StoreBinding
  /** Whether the session is lent for a whole transaction, and not for one statement. */
  readonly isReserved: boolean
  /** Statements of the transaction that were sent and that nobody has waited for yet. */
  private ahead: Array<Fiber.Fiber<unknown, SqlError>> = []
  /** Statements that will be one with those of their kind that follow, and are sent before anything else is. */
  private atOnce: Array<StatementsAtOnce.Statement> = []

  constructor(session: PgConnection.PgConnection, binding: StoreBinding, isReserved: boolean) {
    this.session = session
    this.binding = binding
    this.isReserved = isReserved
  }

  execute(sql: string, params: ReadonlyArray<unknown>, transformRows: TransformRows) {
    return this.rows(sql, params, transformRows, true)
  }

  executeUnprepared(sql: string, params: ReadonlyArray<unknown>, transformRows: TransformRows) {
    return this.rows(sql, params, transformRows, false)
  }

  executeRaw(sql: string, params: ReadonlyArray<unknown>) {
    return this.bound(sql, this.answered(sql, this.session.query(sql, bindable(sql, params))))
  }

  executeValues(sql: string, params: ReadonlyArray<unknown>) {
    return this.bound(sql, this.answered(sql, this.session.queryValues(sql, bindable(sql, params))))
  }

  executeValuesUnprepared(sql: string, params: ReadonlyArray<unknown>) {
    return this.bound(sql, this.answered(sql, this.session.queryValues(sql, bindable(sql, params), false)))
  }

  executeStream(sql: string, params: ReadonlyArray<unknown>, transformRows: TransformRows) {
    const rows = this.session.stream(sql, bindable(sql, params))
    const stream = this.binding.active || this.isReserved
      ? Stream.unwrap(this.bound(sql, Effect.succeed(rows)))
      : Stream.mapError(rows, (error) => this.learned(error))
    return transformRows === undefined
      ? stream
      : Stream.mapArray(stream, (rows) => transformRows(rows) as Arr.NonEmptyReadonlyArray<PgConnection.Row>)
  }

  private rows(sql: string, params: ReadonlyArray<unknown>, transformRows: TransformRows, prepare: boolean) {
    const statement = this.session.query(sql, bindable(sql, params), prepare)
    const rows = Effect.map(
      this.bound(sql, this.answered(sql, statement)),
      ({ rows }) => transformRows === undefined ? rows : transformRows(rows)
    )
    if (!this.isReserved) return rows
    if (begins(sql)) return this.send(sql, statement)
    if (sql.startsWith("RELEASE ")) {
      // with what failed only now, the part that it belongs to is taken back, and what was before it goes on
      return Effect.onError(rows, () => Effect.ignore(this.session.query(sql.replace("RELEASE", "ROLLBACK TO"), [])))
    }
    return Effect.withFiber((fiber) => {
      if (!fiber.getRef(SentAhead)) return rows
      // where sessions are told of which store a statement is, each is told by itself
      if (!fiber.getRef(SentAtOnce) || this.binding.active) return this.send(sql, statement)
      // the order of two that write the same table is that of their statements
      const before = this.atOnce.some((one) => one.sql === sql) ? this.sendAtOnce(sql) : Effect.void
      return Effect.map(before, () => {
        this.atOnce.push({ sql, params })
        return []
      })
    })
  }

  /** Sends what waits to be one statement. What is rolled back need not be sent. */
  private sendAtOnce(sql: string): Effect.Effect<unknown, SqlError> {
    const statement = StatementsAtOnce.asOne(this.atOnce)
    this.atOnce = []
    return sql.startsWith("ROLLBACK") ? Effect.void : this.send(statement.sql, this.session.query(statement.sql, statement.params))
  }

  /** Sends a statement of a transaction and does not wait for its answer. */
  private send(sql: string, statement: Effect.Effect<unknown, SqlError>): Effect.Effect<ReadonlyArray<never>, SqlError> {
    return this.bound(
      sql,
      Effect.map(Effect.forkDetach(Effect.mapError(statement, (error) => this.learned(error)), { startImmediately: true }), (fiber) => {
        this.ahead.push(fiber)
        return []
      })
    )
  }

  /** The answer of a statement, or the failure of one that was sent ahead of it. */
  private answered<A>(sql: string, statement: Effect.Effect<A, SqlError>): Effect.Effect<A, SqlError> {
    const own = Sessions.cancelled(this.session, statement)
    if (!this.isReserved) return own
    return Effect.flatMap(Effect.exit(own), (exit) => {
      if (this.ahead.length === 0) return exit
      const { ahead } = this
      this.ahead = []
      // with what is rolled back, its failures are forgotten
      return sql.startsWith("ROLLBACK") ? exit : Effect.andThen(Fiber.joinAll(ahead), exit)
    })
  }

  /** Policies were put on the tables since the client was opened: from now on sessions are told, and what was refused can be tried again. */
  private learned(error: SqlError): SqlError {
    if (!RowLevelSecurity.isUntold(error)) return error
    this.binding.active = true
    const { cause } = error.reason
    return new SqlError({ reason: new SerializationError({ cause, message: "The stores of this database are kept apart since" }) })
  }

  /** Sends first what waits, and tells the session the store of a statement, unless it knows. */
  private bound<A>(sql: string, statement: Effect.Effect<A, SqlError>): Effect.Effect<A, SqlError> {
    return this.isReserved
      ? Effect.suspend(() => {
        const own = this.told(sql, statement)
        return this.atOnce.length === 0 ? own : Effect.andThen(this.sendAtOnce(sql), own)
      })
      : this.told(sql, statement)
  }

  private told<A>(sql: string, statement: Effect.Effect<A, SqlError>): Effect.Effect<A, SqlError> {
    if (!this.binding.active) {
      return statement.pipe(Effect.catch((error) => {
        const learned = this.learned(error)
        // nothing came before it that was rolled back with it
        return learned === error || this.isReserved ? Effect.fail(learned) : this.told(sql, statement)
      }))
    }
    const { told } = this.binding
    if (isControl(sql)) {
      // what a transaction was told is forgotten with it
      return /^(?:ROLLBACK|COMMIT)/.test(sql)
        ? Effect.onExit(statement, (exit) => {
          if (sql !== "COMMIT" || !Exit.isSuccess(exit)) told.delete(this.session)
          return Effect.void
        })
        : statement
    }
    return Effect.withFiber((fiber) => {
      const store = RowLevelSecurity.storeOf(fiber)
      if (told.get(this.session) === store) return statement
      told.delete(this.session)
      return Effect.flatMap(this.session.query("SELECT set_config('stoa.store', $1, false)", [store]), () => {
        told.set(this.session, store)
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
