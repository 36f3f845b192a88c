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
import { existsSync, linkSync, renameSync, rmSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import * as SqliteBackup from "./SqliteBackup.ts"
import * as SqliteClient from "./SqliteClient.ts"
import { openError, type SqliteBackupError, type SqliteOpenError, SqliteRestoreError } from "./SqliteErrors.ts"
import * as SqliteProductSearch from "./SqliteProductSearch.ts"

export interface RestoreOptions {
  /** The file that holds the backup. It is left as it is. */
  readonly backup: string
  /** The database that it becomes. */
  readonly filename: string
  /** Whether it may take the place of a database that is there, which is kept as `{filename}.old`. `false` if not given. */
  readonly replaces?: boolean | undefined
}

/** What belongs to a database beside its file: its log and the index of that. */
const logs = ["-wal", "-shm"]
const parts = ["", ...logs]

/**
 * Does what needs nobody else to have the database open, and lets nobody open it meanwhile. All that was committed is in the file
 * by then, unless that is damaged. Throws what SQLite says if somebody has it open.
 */
const alone = (filename: string, work: () => void): void => {
  const database = new DatabaseSync(filename, { timeout: 0 })
  try {
    try {
      // the lock is kept until the connection is closed
      database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK; PRAGMA journal_mode = DELETE")
    } catch (cause) {
      // what is damaged is replaced, too: damage is what backups are for
      if (!["damaged", "not_a_database"].includes(openError(filename, cause).reason)) throw cause
    }
    work()
  } finally {
    database.close()
  }
}

/** Keeps a database under another name and puts a copy in its place in one step, so that there is one at every moment. */
const replace = (filename: string, kept: string, copy: string): void => {
  try {
    for (const part of parts) if (existsSync(filename + part)) linkSync(filename + part, kept + part)
    // the log of the one is none of the other
    for (const log of logs) rmSync(filename + log, { force: true })
    renameSync(copy, filename)
  } catch (cause) {
    for (const log of logs) if (existsSync(kept + log) && !existsSync(filename + log)) linkSync(kept + log, filename + log)
    for (const part of parts) rmSync(kept + part, { force: true })
    throw cause
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
 * leaves either the one or the other in its place, and never none.
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
    if (isThere && parts.some((part) => existsSync(kept + part))) return yield* refused("kept_exists")
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
        if (isThere) alone(filename, () => replace(filename, kept, copy))
        else renameSync(copy, filename)
      },
      catch: (cause) => openError(filename, cause).reason === "locked" ? refused("in_use") : refused("failed", cause)
    })
  }).pipe(Effect.ensuring(discard), Effect.scoped, Effect.uninterruptible)
}
