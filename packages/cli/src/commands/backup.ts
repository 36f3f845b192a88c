import { SqliteStorage } from "@stoa/adapter-sqlite"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { statSync } from "node:fs"
import * as CommandFailed from "../CommandFailed.ts"
import * as Database from "../Database.ts"
import * as Engine from "../Engine.ts"
import * as Settings from "../Settings.ts"

/** The file of a shop that lies in one; others have programs of their own for this. */
const fileOf = (database: Database.Database, instead: string) =>
  database._tag === "File"
    ? Effect.succeed(database.path)
    : Effect.fail(new CommandFailed.CommandFailed({ message: `${Database.nameOf(database)} is no file: ${instead} does this` }))

const megabytes = (path: string): string => `${(statSync(path).size / 1_000_000).toFixed(1)} MB`

/** Copies the database to a new file, while the shop is open. */
export const backup = Command.make(
  "backup",
  {
    file: Argument.String("file").pipe(
      Argument.withDescription("Where to write; otherwise beside the database, with the time in its name"),
      Argument.optional
    ),
    database: Settings.shop.database
  },
  Effect.fn(function*({ database, file }) {
    const filename = yield* fileOf(database, "pg_dump")
    yield* Engine.requireDatabase(database)
    const now = DateTime.formatIso(yield* DateTime.now).replace(/\.\d+/, "").replaceAll(":", "-")
    const path = Option.getOrElse(file, () => `${filename}.${now}`)
    yield* Effect.mapError(SqliteStorage.backup({ filename }, path), CommandFailed.from)
    yield* Console.log(`Wrote ${path} (${megabytes(path)}) and read it again: it is sound.`)
    yield* Console.log(`The shop's files lie in ${yield* Settings.mediaFolder}, and STOA_SECRET nowhere: keep both as well.`)
  })
).pipe(
  Command.withDescription("Copy the database to a new file, while the shop is open"),
  Command.withExamples([
    { command: "stoa backup", description: "Beside the database, with the time in its name" },
    { command: "stoa backup /mnt/backups/monday.db", description: "To a file of this name" }
  ])
)

/** Puts a backup in the place of the database. */
export const restore = Command.make(
  "restore",
  {
    backup: Argument.String("backup").pipe(Argument.withDescription("The file that stoa backup wrote")),
    database: Settings.shop.database,
    replace: Flag.Boolean("replace").pipe(
      Flag.withDescription("In the place of a database that is there, which is kept with .old after its name"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function*({ backup, database, replace }) {
    const filename = yield* fileOf(database, "pg_restore")
    yield* Database.makeRoom(database)
    const isThere = yield* Database.isThere(database)
    yield* Effect.mapError(SqliteStorage.restore({ backup, filename, replaces: replace }), (error) =>
      error._tag === "SqliteRestoreError" && error.reason === "exists"
        ? new CommandFailed.CommandFailed({ message: `${filename} is there already. --replace puts the backup in its place, and keeps it as ${filename}.old` })
        : CommandFailed.from(error))
    yield* Console.log(`${filename} is what ${backup} holds${isThere ? `, and what it was before is ${filename}.old` : ""}.`)
    const pending = (yield* Database.migrationStatus(database)).filter(({ state }) => state === "pending").length
    if (pending > 0) yield* Console.log("It is of an older version: stoa migrate, or the next start, brings it up to date.")
  })
).pipe(
  Command.withDescription("Put a backup in the place of the database, once nothing uses it"),
  Command.withExamples([
    { command: "stoa restore monday.db", description: "Where there is no database yet" },
    { command: "stoa restore monday.db --replace", description: "And keep what was there" }
  ])
)
