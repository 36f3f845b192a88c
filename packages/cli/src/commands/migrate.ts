import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Count from "../Count.ts"
import * as Database from "../Database.ts"
import * as Engine from "../Engine.ts"
import * as Settings from "../Settings.ts"

const states = { applied: "ran", pending: "has not run", changed: "is not what ran", unknown: "is from a newer version" }

/** Brings a database up to date, or says what is missing. */
export const migrate = Command.make(
  "migrate",
  {
    ...Settings.shop,
    status: Flag.Boolean("status").pipe(
      Flag.withDescription("Only say what ran and what has not, and change nothing"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function*(settings) {
    if (settings.status) {
      yield* Engine.requireDatabase(settings.database)
      for (const { appliedAt, id, name, package: owner, state } of yield* Database.migrationStatus(settings.database)) {
        yield* Console.log(`${owner} ${id} ${name}: ${states[state]}${appliedAt === undefined ? "" : ` at ${appliedAt}`}`)
      }
      return
    }
    const isThere = yield* Database.isThere(settings.database)
    const before = isThere ? yield* Database.migrationStatus(settings.database) : []
    const ranBefore = new Set(before.filter(({ state }) => state === "applied").map((one) => `${one.package} ${one.id}`))
    yield* Effect.scoped(Engine.open(settings, { create: true }))
    const ran = (yield* Database.migrationStatus(settings.database)).filter((one) => !ranBefore.has(`${one.package} ${one.id}`))
    for (const one of ran) yield* Console.log(`${one.package} ${one.id} ${one.name}`)
    yield* Console.log(ran.length === 0 ? "The database is up to date." : `Ran ${Count.of(ran.length, "migration")}.`)
  })
).pipe(
  Command.withDescription("Bring the database up to date, and create the store if it is new"),
  Command.withExamples([{ command: "stoa migrate --status", description: "See what an upgrade would do" }])
)
