/**
 * The storage of an engine in a PostgreSQL database, which any number of processes may share.
 */
import type * as PgClient from "@effect/sql-pg/PgClient"
import type { Storage } from "@stoa/core/engine/Storage"
import type { MigrationSet } from "@stoa/sql/Migration"
import * as Migrations from "@stoa/sql/Migrations"
import * as SqlStorage from "@stoa/sql/SqlStorage"
import { storage } from "@stoa/sql/Storage"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as SqlClient from "effect/sql/SqlClient"
import * as PostgresBell from "./PostgresBell.ts"
import * as PostgresClient from "./PostgresClient.ts"
import * as PostgresProductSearch from "./PostgresProductSearch.ts"
import * as RowLevelSecurity from "./RowLevelSecurity.ts"

/**
 * Keeps an engine in a PostgreSQL database.
 *
 * **Details**
 *
 * The database is migrated when the engine starts; any number of engines may start at once. It fails with
 * `PostgresOpenError` for a database that cannot be used, and with `DatabaseNewerThanEngine` for one that a newer
 * version has migrated. Plug-ins get the `SqlClient`.
 *
 * **Example**
 *
 * ```ts
 * const shop = await createStoa({ storage: postgres({ url: process.env.STOA_DATABASE_URL }) })
 * ```
 */
export const postgres = (
  options: PostgresClient.PostgresClientOptions
): Storage<SqlClient.SqlClient | PgClient.PgClient, MigrationSet> => ({
  layer: ({ migrations }) =>
    Layer.merge(PostgresBell.layer, keepApart(options.rowLevelSecurity)).pipe(
      Layer.provideMerge(fromClient(PostgresClient.layer(options), migrations))
    )
})

/**
 * Gives the tables their policies, or takes them away, once all tables are there. Where nothing is said, and the database has policies,
 * tables that were added since get theirs.
 */
const keepApart = (wanted: boolean | undefined) =>
  Layer.effectDiscard(
    Effect.gen(function*() {
      const sql = yield* SqlClient.SqlClient
      const guarded = wanted ?? (yield* RowLevelSecurity.look(sql)).guarded
      if (guarded) yield* RowLevelSecurity.enable(sql)
      if (wanted === false) {
        yield* RowLevelSecurity.disable(sql)
        PostgresClient.stopTelling(sql)
      }
    }).pipe(storage("RowLevelSecurity"))
  )

/** The ports on a client that is there already, such as one behind a statement probe. */
export const fromClient = <A extends SqlClient.SqlClient, E, R>(
  client: Layer.Layer<A | SqlClient.SqlClient, E, R>,
  migrations: ReadonlyArray<MigrationSet> = []
) =>
  SqlStorage.layer(migrations).pipe(
    Layer.provide(PostgresProductSearch.layer),
    Layer.provideMerge(client)
  )

/** What has been migrated in a database and what has not. Changes nothing in it. */
export const migrationStatus = (
  options: PostgresClient.PostgresClientOptions,
  plugins: ReadonlyArray<MigrationSet> = []
) =>
  SqlStorage.migrationSets(plugins).pipe(
    Effect.flatMap(Migrations.status),
    storage("Migrations.status"),
    Effect.provide(Layer.provideMerge(PostgresProductSearch.layer, PostgresClient.layer(options)))
  )
