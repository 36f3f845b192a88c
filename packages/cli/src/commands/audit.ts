import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as CommandFailed from "../CommandFailed.ts"
import * as Engine from "../Engine.ts"
import * as Settings from "../Settings.ts"

const faults = {
  changed: "is not as it was sealed",
  missing: "is gone",
  gap: "follows seals that are gone",
  secret: "was not sealed with this shop's secret",
  unsealed: "has no seal"
} as const

/** Goes through the chain of the audit log. */
const verify = Command.make(
  "verify",
  Settings.shop,
  Effect.fn(function*(settings) {
    const shop = yield* Engine.open(settings, { create: false })
    const found = yield* Engine.call(() => shop.audit.verify())
    for (const { entryId, fault, position } of found.faults) {
      yield* Console.log(`${position ?? "outside of the chain"}: the entry ${entryId} ${faults[fault]}`)
    }
    const head = found.head === null ? "" : ` The chain ends at ${found.head.position} with ${found.head.hash}.`
    const counted = `${found.sealed} entries are sealed, ${found.waiting} wait to be.${head}`
    if (!found.whole) return yield* new CommandFailed.CommandFailed({ message: `The audit log was changed. ${counted}` })
    yield* Console.log(`The audit log is whole. ${counted}`)
    if (found.unprotected > 0) {
      yield* Console.log(
        `${found.unprotected} entries were sealed without STOA_SECRET: whoever can write to the database could have made these seals.`
      )
    }
  }, Effect.scoped)
).pipe(
  Command.withDescription("Check that nobody has changed the audit log"),
  Command.withExamples([
    { command: "stoa audit verify", description: "Keep the end of the chain that it names: a later chain must go through it" }
  ])
)

/** What is done with the audit log. */
export const audit = Command.make("audit").pipe(
  Command.withDescription("Look after the record of privileged actions"),
  Command.withSubcommands([verify])
)
