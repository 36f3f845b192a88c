/**
 * Databases for tests, each empty or migrated and its own, on the server of the test run (see `PostgresStarter`).
 */
import * as PgClient from "@effect/sql-pg/PgClient"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Scope from "effect/Scope"
import * as PostgresClient from "../PostgresClient.ts"
import { fromClient, postgres } from "../PostgresStorage.ts"

export const urlVariable = "STOA_TEST_DATABASE_URL"
export const starterVariable = "STOA_TEST_POSTGRES_STARTER"
export const runVariable = "STOA_TEST_RUN"

/** Where the server is: the URL of a database on it from which others are created. */
const serverUrl: Effect.Effect<string> = Effect.promise(async () => {
  const given = process.env[urlVariable]
  if (given !== undefined) return given
  const starter = process.env[starterVariable]
  if (starter === undefined) {
    throw new Error("Tests on PostgreSQL need PostgresStarter as vitest's globalSetup, or STOA_TEST_DATABASE_URL")
  }
  const response = await fetch(starter)
  const answer = await response.text()
  if (!response.ok) throw new Error(answer)
  return answer
})

/** The same server, another database. */
const inDatabase = (url: string, name: string): string => {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

const connect = (url: string) =>
  Effect.provide(PgClient.makeClient({ url: Redacted.make(url), applicationName: "stoa-test" }), Reactivity.layer)

/** Does something with a connection to the server. */
const onServer = <A, E>(body: (sql: PgClient.PgClient) => Effect.Effect<A, E>): Effect.Effect<A> =>
  serverUrl.pipe(Effect.flatMap(connect), Effect.flatMap(body), Effect.scoped, Effect.orDie)

const run = (): string => process.env[runVariable] ?? "local"
let created = 0
const nextName = (): string => `stoa_test_${run()}_${process.pid}_${++created}`

const drop = (name: string): Effect.Effect<void> =>
  onServer((sql) => sql`DROP DATABASE IF EXISTS ${sql(name)} WITH (FORCE)`.unprepared)

const nameOf = (url: string): string => new URL(url).pathname.slice(1)

const createCopy = Effect.fnUntraced(function*(template: string | undefined, options = "") {
  const name = nextName()
  const from = template === undefined ? "" : ` TEMPLATE "${template}"`
  yield* onServer((sql) => sql.unsafe(`CREATE DATABASE "${name}"${from}${options}`).unprepared)
  return inDatabase(yield* serverUrl, name)
})

const copyTo = (template: string | undefined, owner = ""): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(createCopy(template, owner), (url) => drop(nameOf(url)))

/** A database without a table, which is dropped with the scope. Answers with its URL. */
export const empty: Effect.Effect<string, never, Scope.Scope> = copyTo(undefined)

/** A copy of a database that nobody is connected to, which is dropped with the scope. Answers with its URL. */
export const copyOf = (url: string): Effect.Effect<string, never, Scope.Scope> =>
  copyTo(nameOf(url))

/** A migrated database that others are copied from; the first process of the run that needs it creates it. */
interface Template {
  readonly suffix: string
  /** The role that owns it, which the tests connect as; the one of the server's URL if there is none. */
  readonly role: (() => string) | undefined
  readonly migrate: (url: string) => Layer.Layer<never, unknown>
}

const plain: Template = {
  suffix: "template",
  role: undefined,
  migrate: (url) => Layer.effectDiscard(Layer.build(fromClient(PostgresClient.layer({ url }))))
}

const guardedByPolicies: Template = {
  suffix: "guarded",
  role: () => `stoa_test_${run()}_app`,
  migrate: (url) => Layer.effectDiscard(Layer.build(postgres({ url, rowLevelSecurity: true }).layer({ migrations: [] })))
}

const rolePassword = "stoa-test"

/** The URL that the tests of a template connect to. */
const asOwner = ({ role }: Template, url: string): string => {
  if (role === undefined) return url
  const changed = new URL(url)
  changed.username = role()
  changed.password = rolePassword
  return changed.href
}

const templateOf = (template: Template): Effect.Effect<string> =>
  Effect.suspend(() => {
    const name = `stoa_test_${run()}_${template.suffix}`
    return onServer((sql) =>
      Effect.gen(function*() {
        yield* sql`SELECT pg_advisory_lock(hashtextextended(${name}, 0))`
        const [known] = yield* sql<{ readonly datistemplate: boolean }>`
          SELECT datistemplate FROM pg_database WHERE datname = ${name}`
        if (known?.datistemplate === true) return name
        yield* sql`DROP DATABASE IF EXISTS ${sql(name)} WITH (FORCE)`.unprepared
        if (template.role !== undefined) {
          const role = template.role()
          yield* sql`DROP ROLE IF EXISTS ${sql(role)}`.unprepared
          yield* sql`CREATE ROLE ${sql(role)} LOGIN PASSWORD ${sql.literal(`'${rolePassword}'`)}`.unprepared
        }
        yield* sql.unsafe(`CREATE DATABASE "${name}"${ownedBy(template)}`).unprepared
        const url = inDatabase(yield* serverUrl, name)
        yield* Effect.scoped(Layer.build(template.migrate(asOwner(template, url))))
        yield* sql`ALTER DATABASE ${sql(name)} IS_TEMPLATE true`.unprepared
        return name
      })
    )
  })

const ownedBy = ({ role }: Template): string => role === undefined ? "" : ` OWNER "${role()}"`

/** A database with the engine's tables and nothing in them, which is dropped with the scope. Answers with its URL. */
export const migrated: Effect.Effect<string, never, Scope.Scope> = Effect.flatMap(templateOf(plain), copyTo)

/**
 * A database of this process that is used again and again, and what empties and fills it: one connection for all of that time,
 * since every new one would have to learn of every table first, which takes the server ten times as long as the work itself.
 */
interface Reused {
  readonly url: string
  readonly sql: PgClient.PgClient
  readonly close: Effect.Effect<void>
}

/** Those that were used and are empty again. Copying one takes longer than most tests. */
const spare = new Map<Template, Array<Reused>>()

const openReused = Effect.fnUntraced(function*(template: Template) {
  const url = yield* createCopy(yield* templateOf(template), ownedBy(template))
  const scope = yield* Scope.make()
  const sql = yield* Effect.orDie(Scope.provide(connect(url), scope))
  return { url, sql, close: Scope.close(scope, Exit.void) } satisfies Reused
})

/** Deletes all rows but those that say what was migrated. The ledger's triggers, which forbid it, do not run here. */
const wipe = `DO $$
DECLARE name text;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT oid::regclass::text FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND right(relname, 11) <> '_migrations'
  LOOP
    EXECUTE 'DELETE FROM ' || name;
  END LOOP;
END $$`

const reusedOf = (template: Template): Effect.Effect<Reused, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.suspend(() => {
      const one = spare.get(template)?.pop()
      return one === undefined ? openReused(template) : Effect.succeed(one)
    }),
    (one) =>
      one.sql.unsafe(wipe).unprepared.pipe(
        Effect.andThen(Effect.sync(() => {
          spare.set(template, [...spare.get(template) ?? [], one])
        })),
        // who is no superuser may not wipe the ledger
        Effect.catchCause(() => Effect.andThen(one.close, drop(nameOf(one.url))))
      )
  )

/**
 * The same, but maybe one that was used before, for tests that leave tables, triggers and settings as they are. Answers
 * with its URL.
 */
export const reused: Effect.Effect<string, never, Scope.Scope> = Effect.map(reusedOf(plain), ({ url }) => url)

/**
 * The same with row-level security, for a role that it holds for. The server's user must be allowed to create roles.
 * Answers with its URL.
 */
export const guarded: Effect.Effect<string, never, Scope.Scope> = Effect.map(
  reusedOf(guardedByPolicies),
  ({ url }) => asOwner(guardedByPolicies, url)
)

/** The same for a test that changes tables and policies: it is dropped with the scope. */
export const guardedAlone: Effect.Effect<string, never, Scope.Scope> = Effect.flatMap(templateOf(guardedByPolicies), (name) =>
  Effect.map(copyTo(name, ownedBy(guardedByPolicies)), (url) => asOwner(guardedByPolicies, url)))

/** The rows of a database, as they were when it was read. */
export interface Rows {
  /** With the columns that are written, as the others follow from them. */
  readonly tables: ReadonlyArray<{ readonly name: string; readonly columns: string; readonly rows: string | null }>
  readonly sequences: ReadonlyArray<{ readonly name: string; readonly last_value: string | null }>
}

/** Reads all rows of a database but those that say what was migrated. Others may be connected to it. */
export const rowsOf = (url: string): Effect.Effect<Rows> =>
  Effect.gen(function*() {
    const sql = yield* connect(url)
    const names = yield* sql<{ readonly name: string; readonly columns: string }>`
      SELECT oid::regclass::text AS name, (
        SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
        WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
      ) AS columns FROM pg_class
      WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND right(relname, 11) <> '_migrations'`
    return {
      tables: yield* sql.unsafe<Rows["tables"][number]>(
        names.map(({ columns, name }) =>
          `SELECT '${name}' AS name, '${columns}' AS columns, (SELECT json_agg(t)::text FROM ${name} AS t) AS rows`
        )
          .join(" UNION ALL ")
      ).unprepared,
      sequences: yield* sql<Rows["sequences"][number]>`
        SELECT quote_ident(sequencename) AS name, last_value::text FROM pg_sequences WHERE schemaname = 'public'`
    }
  }).pipe(Effect.scoped, Effect.orDie)

/** One after the other, on the one connection that they change. */
const write = Effect.fnUntraced(function*({ sql }: Reused, { sequences, tables }: Rows) {
  yield* sql`SET session_replication_role = replica`
  for (const { columns, name, rows } of tables) {
    if (rows === null) continue
    yield* sql.unsafe(
      `INSERT INTO ${name} (${columns}) OVERRIDING SYSTEM VALUE
        SELECT ${columns} FROM json_populate_recordset(NULL::${name}, $1::json)`,
      [rows]
    ).unprepared
  }
  for (const { last_value, name } of sequences) {
    if (last_value !== null) yield* sql`SELECT setval(${name}::regclass, ${last_value}::bigint)`
  }
}, Effect.orDie)

/**
 * A database with these rows, for tests that leave tables, triggers and settings as they are. Far faster than a copy. Answers
 * with its URL.
 */
export const withRows = (rows: Rows): Effect.Effect<string, never, Scope.Scope> =>
  Effect.map(Effect.tap(reusedOf(plain), (database) => write(database, rows)), ({ url }) => url)

/** Drops what a test run has left on a server that is not its own. */
export const dropAll = (ofRun: string): Promise<void> =>
  Effect.runPromise(onServer((sql) =>
    Effect.gen(function*() {
      const databases = yield* sql<{ readonly datname: string }>`
        SELECT datname FROM pg_database WHERE starts_with(datname, ${`stoa_test_${ofRun}_`})`
      for (const { datname } of databases) {
        yield* sql`ALTER DATABASE ${sql(datname)} IS_TEMPLATE false`.unprepared
        yield* sql`DROP DATABASE ${sql(datname)} WITH (FORCE)`.unprepared
      }
      yield* sql`DROP ROLE IF EXISTS ${sql(`stoa_test_${ofRun}_app`)}`.unprepared
    })
  ))
