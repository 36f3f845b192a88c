import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Engine from "../Engine.ts"
import * as Settings from "../Settings.ts"

/** Has the servers write anew what products are found by. */
const rebuild = Command.make(
  "rebuild",
  Settings.shop,
  Effect.fn(function*(settings) {
    const shop = yield* Engine.open(settings, { create: false })
    yield* Engine.call(() => shop.search.rebuild())
    yield* Console.log("The index of the search is written anew in the background, by the servers of the shop.")
  }, Effect.scoped)
).pipe(
  Command.withDescription("Write anew what products are found by, in the background"),
  Command.withExamples([
    { command: "stoa search rebuild", description: "After products were changed by hand in the database" }
  ])
)

/** What is done with the search of a shop. */
export const search = Command.make("search").pipe(
  Command.withDescription("Look after the search of the shop"),
  Command.withSubcommands([rebuild])
)
