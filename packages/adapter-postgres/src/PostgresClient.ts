/**
 * A `SqlClient` on a pool of PostgreSQL connections, set up as the engine's queries expect it.
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as PgTypes from "@effect/sql-pg/PgTypes"
import { Replica } from "@stoa/sql/Replica"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import * as SqlClient from "effect/sql/SqlClient"
import * as Statement from "effect/sql/Statement"
import type { ConnectionOptions } from "node:tls"
import { commit, PostgresConnection, type StoreBinding, unbound } from "./PostgresConnection.ts"
import { oldestVersion, openError, PostgresOpenError } from "./PostgresErrors.ts"
import * as PostgresPool from "./PostgresPool.ts"
import * as PostgresTypes from "./PostgresTypes.ts"
import * as RowLevelSecurity from "./RowLevelSecurity.ts"

export interface PostgresPoolOptions {
  /**
   * Where the database is, such as `postgres://user:password@host:5432/database`. Keep it out of logs. Connections call themselves
   * `stoa`, or what it says as `?application_name=`.
   */
  readonly url: string | Redacted.Redacted
  /** As many connections at most; 10 if not given. */
  readonly maxConnections?: number | undefined
  /** As many connections stay open when nothing happens; none if not given. */
  readonly minConnections?: number | undefined
  /** After how long without use a connection is closed; a minute if not given. */
  readonly idleTimeout?: Duration.Input | undefined
  /** After how long a connection is replaced by another, for servers behind a balancer; never if not given. */
  readonly connectionLifetime?: Duration.Input | undefined
  /** How TLS is spoken, such as `{ ca }`; it wins over what the URL says in `sslmode`. */
  readonly ssl?: boolean | ConnectionOptions | undefined
}

export interface PostgresClientOptions extends PostgresPoolOptions {
  /** How long to wait for a connection when all are taken, before the request is refused; 5 seconds if not given. */
  readonly acquireTimeout?: Duration.Input | undefined
  /** How long opening a connection may take; 5 seconds if not given. */
  readonly connectTimeout?: Duration.Input | undefined
  /** How long to try again, with growing pauses, while the server does not answer at the start; not at all if not given. */
  readonly startTimeout?: Duration.Input | undefined
  /** How long a statement may take; 30 seconds if not given. Migrations may take longer. */
  readonly statementTimeout?: Duration.Input | undefined
  /** How long a statement may wait for rows that another transaction holds; 10 seconds if not given. */
  readonly lockTimeout?: Duration.Input | undefined
  /** How long a transaction may do nothing before the server ends it; a minute if not given. */
  readonly idleTransactionTimeout?: Duration.Input | undefined
  /**
   * Set to `false` for a pooler between (PgBouncer in the mode `transaction`) that takes no settings when a connection
   * is opened. Then the three limits above, and UTC, are to be set for the role in the database.
   */
  readonly sessionSettings?: boolean | undefined
  /** Set to `false` for a pooler that forgets prepared statements. */
  readonly prepare?: boolean | undefined
  /**
   * A copy that follows the database. Lists of products and orders are read from it, which may be a moment behind.
   * While it does not answer they are read from the database itself.
   */
  readonly replica?: PostgresPoolOptions | undefined
  /**
   * `true`: the database itself keeps stores apart, by policies that are put on every table, and the role must be one
   * that policies hold for. `false`: such policies are taken away. As the database has it if not given.
   */
  readonly rowLevelSecurity?: boolean | undefined
}

const milliseconds = (duration: Duration.Input | undefined, otherwise: Duration.Input): string =>
  String(Math.ceil(Duration.toMillis(Duration.fromInputUnsafe(duration ?? otherwise))))

/** What every connection is told when it is opened. */
const session = (options: PostgresClientOptions): Readonly<Record<string, string>> => ({
  TimeZone: "UTC",
  // no query of a shop takes so long that compiling it pays
  jit: "off",
  // what a shop reads again and again is in memory, or on a disk that finds any page as quickly as the next
  random_page_cost: "1.1",
  // a page is read sooner than others could be called to help, of which there are as many as the planner overrates it
  parallel_setup_cost: "100000",
  statement_timeout: milliseconds(options.statementTimeout, "30 seconds"),
  lock_timeout: milliseconds(options.lockTimeout, "10 seconds"),
  idle_in_transaction_session_timeout: milliseconds(options.idleTransactionTimeout, "1 minute")
})

// More than the engine and some plug-ins have.
const keptStatements = 512

/** A URL that is none has its password in the error that says so. */
const isUrl = (url: string): boolean => {
  try {
    return /^postgres(?:ql)?:$/.test(new URL(url).protocol)
  } catch {
    return false
  }
}

const urlOf = ({ url }: PostgresPoolOptions): Effect.Effect<Redacted.Redacted, PostgresOpenError> => {
  const redacted = Redacted.isRedacted(url) ? url : Redacted.make(url)
  return isUrl(Redacted.value(redacted))
    ? Effect.succeed(redacted)
    : Effect.fail(new PostgresOpenError({ reason: "invalid_url" }))
}

const configOf = (
  options: PostgresClientOptions,
  { connectionLifetime, idleTimeout, maxConnections, minConnections, ssl }: PostgresPoolOptions,
  url: Redacted.Redacted
) => ({
  url,
  maxConnections: maxConnections ?? 10,
  minConnections,
  idleTimeout,
  connectionTTL: connectionLifetime,
  ssl,
  connectTimeout: Duration.fromInputUnsafe(options.connectTimeout ?? Duration.seconds(5)),
  acquireTimeout: Duration.fromInputUnsafe(options.acquireTimeout ?? Duration.seconds(5)),
  // a URL may tell processes apart in `pg_stat_activity`
  applicationName: new URL(Redacted.value(url)).searchParams.has("application_name") ? undefined : "stoa",
  startupParameters: options.sessionSettings === false ? undefined : session(options),
  prepare: options.prepare,
  // statements of one transaction may be on their way together; a session is still lent to one borrower at a time
  multiplex: true,
  multiplexConcurrency: 1,
  preparedStatementCacheSize: keptStatements,
  types: PostgresTypes.registry()
})

const systemClock = Clock.Clock.defaultValue()

/** Refuses a server that is not there or too old. A server that is about to start is waited for. */
const greet = (
  sql: SqlClient.SqlClient,
  startTimeout: Duration.Input | undefined
): Effect.Effect<void, PostgresOpenError> => {
  const limit = Duration.fromInputUnsafe(startTimeout ?? Duration.zero)
  return sql<{ readonly version: number }>`SELECT current_setting('server_version_num')::int AS version`.pipe(
    Effect.mapError(openError),
    Effect.flatMap(([row]) => requireVersion(row?.version ?? 0)),
    Effect.tapError((error) =>
      error.passes && Duration.isPositive(limit)
        ? Effect.logWarning(`${error.message}. Trying again for up to ${Duration.format(limit)}`)
        : Effect.void
    ),
    Effect.retry({
      schedule: Schedule.min([Schedule.exponential("500 millis"), Schedule.spaced("5 seconds")]).pipe(
        Schedule.upTo({ duration: limit })
      ),
      while: (error) => error.passes && Duration.isPositive(limit)
    }),
    Effect.provideService(Clock.Clock, systemClock)
  )
}

/** Refuses a server's version, given as PostgreSQL counts them: 150004 is 15.4. */
export const requireVersion = (version: number): Effect.Effect<void, PostgresOpenError> =>
  version >= oldestVersion * 10_000
    ? Effect.void
    : Effect.fail(new PostgresOpenError({ reason: "too_old", version: Math.floor(version / 10_000) }))

/** Opens a pool for as long as the scope lives. */
const open = Effect.fnUntraced(function*(
  options: PostgresClientOptions,
  poolOptions: PostgresPoolOptions,
  binding: StoreBinding
): Effect.fn.Return<PgClient.PgClient, PostgresOpenError, Scope.Scope | Reactivity.Reactivity> {
  const config = configOf(options, poolOptions, yield* urlOf(poolOptions))
  const pool = yield* Effect.mapError(PostgresPool.make(config), openError)
  const reserve = Effect.map(pool.reserve, (session) => new PostgresConnection(session, binding, true))
  const client = yield* SqlClient.make({
    driver: "pg",
    compiler: PgClient.makeCompiler(),
    acquirer: reserve,
    borrower: (use) => pool.use((session) => use(new PostgresConnection(session, binding, false))),
    transactionAcquirer: reserve,
    prepareTransactionControls: true,
    commit,
    releaseSavepoint: (name) => `RELEASE SAVEPOINT ${name}`,
    spanAttributes: [["db.system.name", "postgresql"]]
  })
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

const bindings = new WeakMap<SqlClient.SqlClient, StoreBinding>()

/** Tells the sessions of a client no store any more, once its database has no policies. */
export const stopTelling = (client: SqlClient.SqlClient): void => {
  const binding = bindings.get(client)
  if (binding !== undefined) binding.active = false
}

/** Opens a database for as long as the scope lives, and makes sure that it can be used. */
export const make = Effect.fnUntraced(function*(
  options: PostgresClientOptions
): Effect.fn.Return<PgClient.PgClient, PostgresOpenError, Scope.Scope | Reactivity.Reactivity> {
  return (yield* connect(options)).client
})

const connect = Effect.fnUntraced(function*(
  options: PostgresClientOptions
): Effect.fn.Return<
  { readonly client: PgClient.PgClient; readonly binding: StoreBinding },
  PostgresOpenError,
  Scope.Scope | Reactivity.Reactivity
> {
  const binding = unbound()
  const client = yield* open(options, options, binding)
  yield* greet(client, options.startTimeout)
  const { bypasses, guarded } = yield* Effect.mapError(RowLevelSecurity.look(client), openError)
  if (options.rowLevelSecurity === true && bypasses) return yield* new PostgresOpenError({ reason: "unguarded" })
  // policies that are to go hold until they are gone, as for the migrations before
  binding.active = guarded || options.rowLevelSecurity === true
  bindings.set(client, binding)
  return { client, binding }
})

/** Opens a database and provides it as the `SqlClient`, too, with its replica if there is one. */
export const layer = (
  options: PostgresClientOptions
): Layer.Layer<PgClient.PgClient | SqlClient.SqlClient, PostgresOpenError> =>
  Layer.effectContext(Effect.gen(function*() {
    const { binding, client } = yield* connect(options)
    // a replica that is away is done without
    const replica = options.replica === undefined ? undefined : yield* open(options, options.replica, binding)
    return Context.make(PgClient.PgClient, client).pipe(
      Context.add(SqlClient.SqlClient, client),
      Context.add(Replica, replica)
    )
  })).pipe(Layer.provide(Reactivity.layer))
