/**
 * Where lists may be read that need not show what was written a moment ago.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import type * as SqlClient from "effect/sql/SqlClient"
import { isSqlError, type SqlError } from "effect/sql/SqlError"

/** A client of a copy that follows the database; a storage adapter that has one provides it. */
export const Replica = Context.Reference<SqlClient.SqlClient | undefined>("@stoa/sql/Replica", {
  defaultValue: () => undefined
})

/**
 * Why a replica does not answer what the database itself may well do: it is away, had to give up the question to follow what was
 * changed meanwhile, or has not come as far as a migration whose tables and columns are asked for.
 */
const reasons: ReadonlySet<string> = new Set(["ConnectionError", "SerializationError", "SqlSyntaxError"])

const isAway = (error: unknown): boolean => isSqlError(error) && reasons.has(error.reason._tag)

/**
 * Runs what only reads: on the replica, or on the database where there is none, where it does not answer, and inside a
 * transaction, which sees what it has written.
 */
export const reading = (database: SqlClient.SqlClient, replica: SqlClient.SqlClient | undefined) =>
<A, E, R>(read: (sql: SqlClient.SqlClient) => Effect.Effect<A, E | SqlError, R>): Effect.Effect<A, E | SqlError, R> =>
  replica === undefined
    ? read(database)
    : Effect.flatMap(Effect.serviceOption(database.transactionService), (transaction) =>
      transaction._tag === "Some"
        ? read(database)
        : Effect.catchIf(read(replica), isAway, () => read(database)))
