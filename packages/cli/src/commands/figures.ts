import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Engine from "../Engine.ts"
import * as Settings from "../Settings.ts"

/** Works the sums out anew that figures are read from. */
const rebuild = Command.make(
  "rebuild",
  Settings.shop,
  Effect.fn(function*(settings) {
    const shop = yield* Engine.open(settings, { create: false })
    const changes = yield* Engine.call(() => shop.analytics.rebuild())
    yield* Console.log(`The figures of the shop were worked out anew, from ${changes} pieces of time and their buyers.`)
  }, Effect.scoped)
).pipe(
  Command.withDescription("Work all sums out anew that the figures of a shop are read from"),
  Command.withExamples([
    { command: "stoa figures rebuild", description: "After orders were changed by hand in the database" }
  ])
)

/** What is done with the figures of a shop. */
export const figures = Command.make("figures").pipe(
  Command.withDescription("Look after the figures of the shop"),
  Command.withSubcommands([rebuild])
)
