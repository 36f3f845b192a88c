/**
 * A `SqlClient` on a pool of PostgreSQL connections, set up as the engine's queries expect it.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import * as SqlClient from "effect/sql/SqlClient"
import * as Statement from "effect/sql/Statement"
import { commit, PostgresConnection } from "./PostgresConnection.ts"
import { openError } from "./PostgresErrors.ts"
import type { PostgresOpenError } from "./PostgresErrors.ts"
import * as PostgresPool from "./PostgresPool.ts"
import * as PostgresTypes from "./PostgresTypes.ts"

export interface PostgresClientOptions {
  /** Where the database is, such as `postgres://user:password@host:5432/database`. Keep it out of logs. */
  readonly url: string | Redacted.Redacted
  /** As many connections at most; 10 if not given. */
  readonly maxConnections?: number | undefined
  /** As many connections stay open when nothing happens; none if not given. */
  readonly minConnections?: number | undefined
  /** After how long without use a connection is closed; a minute if not given. */
  readonly idleTimeout?: Duration.Input | undefined
  /** How long to wait for a connection when all are taken; 5 seconds if not given. */
  readonly acquireTimeout?: Duration.Input | undefined
  /** How long opening a connection may take; 5 seconds if not given. */
  readonly connectTimeout?: Duration.Input | undefined
}

/** What every connection is told when it is opened. */
const session: Readonly<Record<string, string>> = {
  TimeZone: "UTC",
  // no query of a shop takes so long that compiling it pays
  jit: "off"
}

// More than the engine and some plug-ins have.
const keptStatements = 512

/** Opens a pool for as long as the scope lives. */
export const make = Effect.fnUntraced(function*(
  options: PostgresClientOptions
): Effect.fn.Return<PgClient.PgClient, PostgresOpenError, Scope.Scope | Reactivity.Reactivity> {
  const config = {
    url: typeof options.url === "string" ? Redacted.make(options.url) : options.url,
    maxConnections: options.maxConnections ?? 10,
    minConnections: options.minConnections,
    idleTimeout: options.idleTimeout,
    connectTimeout: options.connectTimeout,
    applicationName: "stoa",
    startupParameters: session,
    preparedStatementCacheSize: keptStatements,
    types: PostgresTypes.registry()
  }
  const pool = yield* Effect.mapError(
    PostgresPool.make({
      ...config,
      acquireTimeout: Duration.fromInputUnsafe(options.acquireTimeout ?? Duration.seconds(5))
    }),
    openError
  )
  const reserve = Effect.map(pool.reserve, (session) => new PostgresConnection(session))
  const client = yield* SqlClient.make({
    driver: "pg",
    compiler: PgClient.makeCompiler(),
    acquirer: reserve,
    borrower: (use) => pool.use((session) => use(new PostgresConnection(session))),
    transactionAcquirer: reserve,
    prepareTransactionControls: true,
    commit,
    releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`,
    spanAttributes: [["db.system.name", "postgresql"]]
  })
  yield* Effect.mapError(client`SELECT 1`, openError)
  return Object.assign(client, {
    [PgClient.TypeId]: PgClient.TypeId,
    config,
    json: sqlJson,
    listen: (channel: string) => Effect.flatMap(pool.reserve, (session) => session.listen(channel)),
    notify: (channel: string, payload: string) => Effect.asVoid(client`SELECT pg_notify(${channel}, ${payload})`)
  })
})

/** A value as a parameter of type `jsonb`. */
const sqlJson = (value: unknown): Statement.Fragment => Statement.fragment([Statement.parameter(PgTypes.jsonb(value))])

/** Opens a pool and provides it as the `SqlClient`, too. */
export const layer = (
  options: PostgresClientOptions
): Layer.Layer<PgClient.PgClient | SqlClient.SqlClient, PostgresOpenError> =>
  Layer.effectContext(Effect.map(make(options), (client) =>
    Context.make(PgClient.PgClient, client).pipe(Context.add(SqlClient.SqlClient, client)))).pipe(
      Layer.provide(Reactivity.layer)
    )
