import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Count from "../Count.ts"
import * as Demo from "../Demo.ts"
import * as Engine from "../Engine.ts"
import * as Settings from "../Settings.ts"

/** Fills a store with the demo catalogue. */
export const seed = Command.make(
  "seed",
  Settings.shop,
  Effect.fn(function*(settings) {
    const shop = yield* Engine.open(settings, { create: true })
    const { leftOut, products } = yield* Engine.call(() => Demo.seed(shop))
    yield* Engine.call(() => shop.jobs.drain())
    yield* Console.log(
      products === 0 ? "The store has products already; nothing was changed." : `Created ${Count.of(products, "product")}.`
    )
    if (leftOut > 0) {
      yield* Console.error(`${Count.of(leftOut, "line")} of the demo catalogue had prices that the currency cannot say.`)
    }
  }, Effect.scoped)
).pipe(
  Command.withDescription("Fill an empty store with a demo catalogue, shipping methods and tax rates"),
  Command.withExamples([{ command: "stoa seed --database demo.db", description: "Create a demo shop in demo.db" }])
)
