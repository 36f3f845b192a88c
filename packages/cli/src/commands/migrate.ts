import { SqliteStorage } from "@stoa/adapter-sqlite"
import * as Console from "effect/Console"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import { existsSync } from "node:fs"
import * as Engine from "../Engine.ts"
import * as Settings from "../Settings.ts"

const status = (database: string) =>
  existsSync(database)
    ? SqliteStorage.migrationStatus({ filename: database }).pipe(Effect.mapError(Engine.toCommandFailed))
    : Effect.succeed([])

/** Brings a database up to date, or says what is missing. */
export const migrate = Command.make(
  "migrate",
  {
    ...Settings.shop,
    status: Flag.Boolean("status").pipe(
      Flag.withDescription("Only say what was migrated and what was not"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function*(settings) {
    if (settings.status) {
      for (const { appliedAt, id, name, package: owner, state } of yield* status(settings.database)) {
        yield* Console.log(`${owner} ${id} ${name}: ${state}${appliedAt === undefined ? "" : ` at ${appliedAt}`}`)
      }
      return
    }
    const before = new Set(
      (yield* status(settings.database)).filter((one) => one.state === "applied").map((one) => `${one.package} ${one.id}`)
    )
    yield* Effect.scoped(Engine.open(settings, { workers: false, createFolder: true }))
    const ran = (yield* status(settings.database)).filter((one) => !before.has(`${one.package} ${one.id}`))
    for (const one of ran) yield* Console.log(`${one.package} ${one.id} ${one.name}`)
    yield* Console.log(ran.length === 0 ? "The database is up to date." : `Ran ${ran.length} migrations.`)
  })
).pipe(Command.withDescription("Bring the database up to date, and create the store if it is new"))
