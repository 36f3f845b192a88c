/**
 * Copies a database to a new file while it is in use.
 */
import * as Effect from "effect/Effect"
import { existsSync, rmSync } from "node:fs"
import { rename } from "node:fs/promises"
import { backup, DatabaseSync } from "node:sqlite"
import { lacksFolder, SqliteBackupError } from "./SqliteErrors.ts"

const allPages = 2 ** 31 - 1

/**
 * Writes the copy under another name first, so that a file with the given name is always a whole backup.
 *
 * `database` should be a connection that does nothing else meanwhile.
 */
export const write = (database: DatabaseSync, path: string): Effect.Effect<void, SqliteBackupError> =>
  Effect.suspend(() => {
    if (existsSync(path)) return Effect.fail(new SqliteBackupError({ path, reason: "exists" }))
    if (lacksFolder(path)) return Effect.fail(new SqliteBackupError({ path, reason: "missing_folder" }))
    const partial = `${path}.partial`
    return Effect.tryPromise({
      try: async () => {
        rmSync(partial, { force: true })
        // In one step, off the main thread: in several steps the copy would begin anew after every commit.
        await backup(database, partial, { rate: allPages })
        await rename(partial, path)
      },
      catch: (cause) => new SqliteBackupError({ path, reason: "failed", cause })
    }).pipe(
      Effect.onError(() => Effect.sync(() => rmSync(partial, { force: true }))),
      // the copy goes on in its thread, and the connection must not be closed under it
      Effect.uninterruptible
    )
  })

/**
 * What is wrong with a file that should hold a shop, once all of it was read; `undefined` if nothing is. The thread waits
 * meanwhile.
 */
export const damage = (path: string): "damaged" | "no_shop" | undefined => {
  try {
    using database = new DatabaseSync(path, { readOnly: true, timeout: 0 })
    if (database.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"] !== "ok") return "damaged"
    const history = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'stoa_migrations'").get()
    return history === undefined ? "no_shop" : undefined
  } catch {
    return "damaged"
  }
}
