/**
 * Puts a backup in the place of a database that nobody uses.
 */
import type { MigrationSet } from "@stoa/sql/Migration"
import { DatabaseNewerThanEngine } from "@stoa/sql/MigrationErrors"
import * as Migrations from "@stoa/sql/Migrations"
import * as SqlStorage from "@stoa/sql/SqlStorage"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { SqlError } from "effect/sql/SqlError"
import { existsSync, renameSync, rmSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import * as SqliteBackup from "./SqliteBackup.ts"
import * as SqliteClient from "./SqliteClient.ts"
import { type SqliteBackupError, type SqliteOpenError, SqliteRestoreError } from "./SqliteErrors.ts"
import * as SqliteProductSearch from "./SqliteProductSearch.ts"

export interface RestoreOptions {
  /** The file that holds the backup. It is left as it is. */
  readonly backup: string
  /** The database that it becomes. */
  readonly filename: string
  /** Whether it may take the place of a database that is there, which is kept as `{filename}.old`. `false` if not given. */
  readonly replaces?: boolean | undefined
}

/** What belongs to a database: its file, its log and the index of that. */
const parts = ["", "-wal", "-shm"]

/** Nobody else has the database open, which only then can leave the mode in which several may. All that was committed is in the file after. */
const isFree = (filename: string): boolean => {
  const database = new DatabaseSync(filename, { timeout: 0 })
  try {
    return database.prepare("PRAGMA journal_mode = DELETE").get()?.["journal_mode"] === "delete"
  } catch {
    // one that is damaged is used by nobody, and damage is what backups are for
    return SqliteBackup.damage(filename) !== undefined
  } finally {
    database.close()
  }
}

const ahead = (filename: string, plugins: ReadonlyArray<MigrationSet>) =>
  Effect.gen(function*() {
    const all = yield* Migrations.status(yield* SqlStorage.migrationSets(plugins))
    return all.find(({ state }) => state === "unknown")
  }).pipe(Effect.provide(Layer.provideMerge(SqliteProductSearch.layer, SqliteClient.layer({ filename }))))

/**
 * Makes a backup the database of a shop again.
 *
 * **Details**
 *
 * The backup is copied, and the copy is looked through before anything is changed: a file that is damaged, that is of no shop or
 * of a newer version is refused. A database in its place is kept under another name, never thrown away. A process that dies in the middle
 * leaves either the one or the other.
 *
 * **Gotchas**
 *
 * Whatever uses the database has to be stopped before; one that is in use is refused.
 */
export const restore = (
  { backup, filename, replaces = false }: RestoreOptions,
  plugins: ReadonlyArray<MigrationSet> = []
): Effect.Effect<void, SqliteRestoreError | SqliteBackupError | SqliteOpenError | DatabaseNewerThanEngine | SqlError> => {
  const kept = `${filename}.old`
  const copy = `${filename}.restored`
  const refused = (reason: SqliteRestoreError["reason"], cause?: unknown) =>
    new SqliteRestoreError({ backup, filename, reason, ...(cause === undefined ? {} : { cause }) })
  const discard = Effect.sync(() => parts.forEach((part) => rmSync(copy + part, { force: true })))

  return Effect.gen(function*() {
    if (!existsSync(backup)) return yield* refused("missing")
    const isThere = existsSync(filename)
    if (isThere && !replaces) return yield* refused("exists")
    if (isThere && existsSync(kept)) return yield* refused("kept_exists")
    yield* discard
    const source = yield* Effect.acquireRelease(
      Effect.try({
        try: () => new DatabaseSync(backup, { readOnly: true, timeout: 0 }),
        catch: (cause) => refused("damaged", cause)
      }),
      (database) => Effect.sync(() => database.close())
    )
    yield* Effect.try({
      try: () => source.exec("SELECT count(*) FROM sqlite_schema"),
      catch: (cause) => refused("damaged", cause)
    })
    yield* SqliteBackup.write(source, copy)
    const fault = SqliteBackup.damage(copy)
    if (fault !== undefined) return yield* refused(fault)
    const newer = yield* ahead(copy, plugins)
    if (newer !== undefined) return yield* new DatabaseNewerThanEngine(newer)
    yield* Effect.try({
      try: () => {
        if (isThere) {
          if (!isFree(filename)) throw refused("in_use")
          for (const part of parts) if (existsSync(filename + part)) renameSync(filename + part, kept + part)
        }
        renameSync(copy, filename)
      },
      catch: (cause) => cause instanceof SqliteRestoreError ? cause : refused("failed", cause)
    })
  }).pipe(Effect.ensuring(discard), Effect.scoped, Effect.uninterruptible)
}
