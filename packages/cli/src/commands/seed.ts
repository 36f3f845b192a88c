import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Demo from "../Demo.ts"
import * as Engine from "../Engine.ts"
import * as Settings from "../Settings.ts"

/** Fills a store with the demo catalogue. */
export const seed = Command.make(
  "seed",
  Settings.shop,
  Effect.fn(function*(settings) {
    const shop = yield* Engine.open(settings, { workers: false, createFolder: true })
    const { products } = yield* Engine.call(() => Demo.seed(shop, settings.currency))
    yield* Engine.call(() => shop.jobs.drain())
    yield* Console.log(products === 0 ? "The demo catalogue is there already." : `Created ${products} products.`)
  }, Effect.scoped)
).pipe(Command.withDescription("Fill the store with a demo catalogue, shipping methods and tax rates"))
