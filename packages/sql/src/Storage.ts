/**
 * How the repositories speak with the database: statements become effects whose failures are `StorageError`s in the
 * engine's words, and a transaction is the database's own.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as SqlClient from "effect/sql/SqlClient"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import { afterFailure } from "@stoa/core/kernel/Retried"
import { StorageError } from "@stoa/core/kernel/StorageError"
import { Transactor } from "@stoa/core/kernel/Transactor"

const reasonOf = (error: SqlError): StorageError["reason"] => {
  switch (error.reason._tag) {
    case "SerializationError":
    case "DeadlockError":
      return "conflict"
    case "LockTimeoutError":
    case "StatementTimeoutError":
      return "busy"
    case "ConnectionError":
      return isCrowded(error) ? "busy" : "unreachable"
    case "AuthenticationError":
    case "AuthorizationError":
      return "unreachable"
    default:
      return isFull(error) ? "full"
        : isChanged(error) ? "changed"
        : isStale(error) ? "conflict"
        : isCrowded(error) ? "busy"
        : isLeaving(error) ? "unreachable"
        : "rejected"
  }
}

const causeOf = (error: SqlError): { readonly code?: unknown; readonly errcode?: unknown } =>
  typeof error.reason.cause === "object" && error.reason.cause !== null ? error.reason.cause : {}

/** Neither driver has a reason of its own for a full disk; SQLite says 13, Postgres 53100. */
const isFull = (error: SqlError): boolean => causeOf(error).errcode === 13 || causeOf(error).code === "53100"

/** What `stoa_expect` says where something is not as it was expected. */
const isChanged = (error: SqlError): boolean => causeOf(error).code === "ST001"

/**
 * A statement was prepared before a migration that another process made since (0A000), or Postgres has it no more (26000). The
 * driver forgets it, so the next try prepares it anew; in a transaction that is for whoever began it.
 */
const isStale = (error: SqlError): boolean => /^(0A000|26000)$/.test(String(causeOf(error).code))

/** No connection in time: the client's pool was exhausted, or Postgres had none left (53300). */
const isCrowded = (error: SqlError): boolean =>
  causeOf(error).code === "pool_exhausted" || causeOf(error).code === "53300"

/** Postgres shuts down, has crashed or is starting (57P01 to 57P03). */
const isLeaving = (error: SqlError): boolean => /^57P0[123]$/.test(String(causeOf(error).code))

/** Gives an effect's `SqlError`s the name of the operation, and a message that quotes no data. */
export const storage = (operation: string) => <A, E, R>(
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, Exclude<E, SqlError> | StorageError, R> =>
  Effect.mapError(effect, (error) =>
    isSqlError(error)
      ? new StorageError({ operation, reason: reasonOf(error), cause: error })
      : (error as Exclude<E, SqlError>))

/**
 * A transaction on a connection that is gone cannot be rolled back, which `SqlClient` takes for a defect. To whoever
 * began it, it is the same trouble as any other statement that found no connection.
 */
const lost = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | SqlError, R> =>
  Effect.catchCause(effect, (cause): Effect.Effect<never, E | SqlError> => {
    const defect = cause.reasons.find((reason) => Cause.isDieReason(reason) && isSqlError(reason.defect))
    return defect !== undefined && Cause.isDieReason(defect)
      ? Effect.fail(defect.defect as SqlError)
      : Effect.failCause(cause)
  })

/**
 * Whether nobody waits for the answer of a statement of a transaction. Clients that can send statements together read
 * this; to all others such a statement is like any other.
 */
export const SentAhead: Context.Reference<boolean> = Context.Reference<boolean>("@stoa/sql/Storage/SentAhead", {
  defaultValue: () => false
})

/**
 * A statement whose answer says nothing. In a transaction it may go to the database together with the one after it,
 * which then tells of its failure; no other statement has an effect after one that has failed, and a `COMMIT` rolls back.
 */
export const sentAhead = <A, E, R>(statement: Effect.Effect<A, E, R>): Effect.Effect<void, E, R> =>
  Effect.asVoid(Effect.provideService(statement, SentAhead, true))

/** Whether a statement that is sent ahead may be one with others of its kind next to it. */
export const SentAtOnce: Context.Reference<boolean> = Context.Reference<boolean>("@stoa/sql/Storage/SentAtOnce", {
  defaultValue: () => false
})

/**
 * An `INSERT` that is sent ahead and reads no table that is written by another of these next to it, nor writes the same: clients may make one
 * statement of them. A foreign key may refer to rows of another, as it is looked up at the end of the statement.
 */
export const sentAtOnce = <A, E, R>(insert: Effect.Effect<A, E, R>): Effect.Effect<void, E, R> =>
  sentAhead(Effect.provideService(insert, SentAtOnce, true))

/** Conflicts are tried again this often, after about 5, 10, 20, 40 and 80 ms. */
const retries = Schedule.exponential("5 millis").pipe(Schedule.jittered, Schedule.upTo({ times: 5 }))

// Who is in the way lives in real time, whatever clock a test has set.
const systemClock = Clock.Clock.defaultValue()

/** Tries again what met a conflict. Only the pauses are on the system's clock. */
const untilFree = <A, E, R>(run: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  run.pipe(Effect.catch((error) =>
    isRetryable(error)
      ? Effect.flatMap(Clock.Clock, (clock) =>
        Effect.retry(afterFailure(error, Effect.provideService(run, Clock.Clock, clock)), { schedule: retries, while: isRetryable }).pipe(
          Effect.provideService(Clock.Clock, systemClock)
        ))
      : Effect.fail(error)
  ))

/** Who has waited for a connection as long as one may does not get in line again. */
const isRetryable = (error: unknown): boolean =>
  error instanceof StorageError && error.retryable && !(isSqlError(error.cause) && isCrowded(error.cause))

/**
 * Runs effects in transactions of a client. Only the outermost transaction is tried again; what remains
 * is a `StorageError`.
 */
export const transactionOf = (sql: SqlClient.SqlClient): Transactor["Service"]["transaction"] => (effect) =>
  Effect.flatMap(Effect.serviceOption(sql.transactionService), (outer) => {
    const run = storage("transaction")(lost(sql.withTransaction(effect)))
    return outer._tag === "Some" ? run : untilFree(run)
  })

/**
 * Milliseconds for which those who share transactions of PostgreSQL wait for each other. SQLite has no round trips to save, and what happens there
 * does not depend on how fast the machine is.
 */
const patience = 5

/** Transactions of the SQL client in the context. */
export const layerTransactor: Layer.Layer<Transactor, never, SqlClient.SqlClient> = Layer.effect(
  Transactor,
  Effect.map(SqlClient.SqlClient, (sql) =>
    Transactor.of({
      transaction: transactionOf(sql),
      isOpen: Effect.map(Effect.serviceOption(sql.transactionService), ({ _tag }) => _tag === "Some"),
      patience: sql.onDialectOrElse({ pg: () => patience, orElse: () => 0 }),
      afterCommit: sql.afterCommit
    }))
)
