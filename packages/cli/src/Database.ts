/**
 * The database of a command: an SQLite file, or a PostgreSQL server.
 */
import { sqlite, SqliteStorage } from "@stoa/adapter-sqlite"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { existsSync, mkdirSync } from "node:fs"
import { dirname, resolve } from "node:path"
import * as CommandFailed from "./CommandFailed.ts"

export interface File {
  readonly _tag: "File"
  /** A path, or `:memory:`. */
  readonly path: string
}

export interface Server {
  readonly _tag: "Server"
  readonly url: Redacted.Redacted
  /** A copy that follows it, to read lists from. */
  readonly replicaUrl: Redacted.Redacted | undefined
  readonly maxConnections: number | undefined
  /** The certificate of the authority that the server's is trusted by, as PEM. */
  readonly ca: string | undefined
  /** Whether the database itself keeps stores apart; as it is if undefined. */
  readonly rowLevelSecurity: boolean | undefined
}

export type Database = File | Server

export const file = (path: string): File => ({ _tag: "File", path })

/** What a database is called where people read it: neither user nor password. */
export const nameOf = (database: Database): string => {
  if (database._tag === "File") return database.path
  try {
    const { host, pathname } = new URL(Redacted.value(database.url))
    return `${host}${pathname} (PostgreSQL)`
  } catch {
    return "STOA_DATABASE_URL (PostgreSQL)"
  }
}

/** What only a server needs is loaded when there is one. */
const adapter = Effect.promise(() => import("@stoa/adapter-postgres"))

/** A server that waits for its database does so for a minute. */
const postgresOptions = ({ ca, maxConnections, replicaUrl, rowLevelSecurity, url }: Server, { waits }: Patience) => {
  const ssl = ca === undefined ? undefined : { ca }
  return {
    url,
    maxConnections,
    ssl,
    replica: replicaUrl === undefined ? undefined : { url: replicaUrl, maxConnections, ssl },
    rowLevelSecurity,
    startTimeout: waits === true ? "1 minute" as const : undefined
  }
}

export interface Patience {
  /** Whether to wait, for a bounded time, for a database that is not there yet. */
  readonly waits?: boolean | undefined
}

/** The storage of an engine. */
export const storageOf = (database: Database, patience: Patience = {}) =>
  database._tag === "File"
    ? Effect.succeed(sqlite({ filename: database.path }))
    : Effect.map(adapter, ({ postgres }) => postgres(postgresOptions(database, patience)))

/** What ran in a database and what has not. Changes nothing. */
export const migrationStatus = (database: Database, patience: Patience = {}) =>
  Effect.mapError(
    database._tag === "File"
      ? SqliteStorage.migrationStatus({ filename: database.path })
      : Effect.flatMap(adapter, ({ PostgresStorage }) =>
        PostgresStorage.migrationStatus(postgresOptions(database, patience))),
    CommandFailed.from
  )

/** Whether there is a file, or a database in which anything has run yet. */
export const isThere = (
  database: Database,
  patience: Patience = {}
): Effect.Effect<boolean, CommandFailed.CommandFailed> =>
  database._tag === "File"
    ? Effect.sync(() => database.path !== ":memory:" && existsSync(database.path))
    : Effect.map(migrationStatus(database, patience), (all) => all.some(({ state }) => state !== "pending"))

/** Makes a place for what is not there yet. */
export const makeRoom = (database: Database): Effect.Effect<void, CommandFailed.CommandFailed> =>
  database._tag === "Server" || database.path === ":memory:"
    ? Effect.void
    : Effect.try({
      try: () => void mkdirSync(dirname(resolve(database.path)), { recursive: true }),
      catch: CommandFailed.from
    })
