/**
 * The embedded storage of an engine: one SQLite file, or memory.
 */
import type { Storage } from "@stoa/core/engine/Storage"
import type { MigrationSet } from "@stoa/sql/Migration"
import * as Migrations from "@stoa/sql/Migrations"
import * as SqlStorage from "@stoa/sql/SqlStorage"
import { storage } from "@stoa/sql/Storage"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as SqlClient from "effect/sql/SqlClient"
import { rmSync } from "node:fs"
import * as MigratedMemory from "./MigratedMemory.ts"
import * as SqliteBackup from "./SqliteBackup.ts"
import * as SqliteClient from "./SqliteClient.ts"
import { SqliteBackupError, SqliteOpenError } from "./SqliteErrors.ts"
import { fromClient } from "./SqlitePorts.ts"
import * as SqliteProductSearch from "./SqliteProductSearch.ts"

/**
 * Keeps an engine in an SQLite file.
 *
 * **Details**
 *
 * The file is created and migrated when the engine starts. It fails with `SqliteOpenError` for a file that cannot be
 * used, and with `DatabaseNewerThanEngine` for one that a newer version has migrated. Plug-ins get the `SqlClient`.
 *
 * **Example**
 *
 * ```ts
 * const shop = await createStoa({ storage: sqlite({ filename: "shop.db" }) })
 * ```
 */
export const sqlite = (
  options: SqliteClient.SqliteClientOptions
): Storage<SqlClient.SqlClient | SqliteClient.SqliteClient, MigrationSet> => ({
  layer: ({ migrations }) => {
    // plain JavaScript may give the name by itself, or none
    const filename: unknown = (options as SqliteClient.SqliteClientOptions | undefined)?.filename
    if (typeof filename !== "string") return Layer.unwrap(Effect.fail(new SqliteOpenError({ filename: "", reason: "invalid_name" })))
    return filename === ":memory:"
      ? fromClient(MigratedMemory.layer(options, migrations), migrations)
      : fromClient(SqliteClient.layer(options), migrations)
  }
})

/** What has been migrated in a database and what has not. Changes nothing in it. */
export const migrationStatus = (options: SqliteClient.SqliteClientOptions, plugins: ReadonlyArray<MigrationSet> = []) =>
  SqlStorage.migrationSets(plugins).pipe(
    Effect.flatMap(Migrations.status),
    storage("Migrations.status"),
    Effect.provide(Layer.provideMerge(SqliteProductSearch.layer, SqliteClient.layer(options)))
  )

/**
 * Writes a copy of a shop to a new file while the shop is open, and reads the copy from end to end. Fails with
 * `SqliteBackupError` for a name that is taken, or a copy that is not sound, which is removed.
 */
export const backup = (options: SqliteClient.SqliteClientOptions, path: string) =>
  Effect.gen(function*() {
    const client = yield* SqliteClient.SqliteClient
    yield* client.backup(path)
    const fault = SqliteBackup.damage(path)
    if (fault === undefined) return
    rmSync(path, { force: true })
    return yield* new SqliteBackupError({ path, reason: fault })
  }).pipe(Effect.provide(SqliteClient.layer(options)))

export { fromClient } from "./SqlitePorts.ts"
export { restore, type RestoreOptions } from "./SqliteRestore.ts"
