import type { Stoa } from "@stoa/core"
import { serve as listen } from "@stoa/http"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as Demo from "../Demo.ts"
import * as Engine from "../Engine.ts"
import * as Settings from "../Settings.ts"

const server = { ...Settings.shop, port: Settings.port, host: Settings.host } as const

interface ServerSettings extends Settings.ShopSettings {
  readonly port: number
  readonly host: string
}

/** Serves a shop until the scope closes: requests under way are finished, then the engine closes. */
const listening = (
  shop: Stoa.Stoa,
  { host, port }: ServerSettings
): Effect.Effect<string, Engine.CommandFailed, Scope.Scope> =>
  Effect.acquireRelease(
    Engine.call(() => listen(shop, { host, port })),
    (server) => Effect.promise(() => server.close())
  ).pipe(Effect.map(({ url }) => url))

/** Serves the API until the process is told to stop. */
export const serve = Command.make(
  "serve",
  server,
  Effect.fn(function*(settings) {
    const shop = yield* Engine.open(settings, { workers: true, createFolder: true })
    const url = yield* listening(shop, settings)
    yield* Console.log(`Stoa listens on ${url} (API ${url}/api/v1, docs ${url}/docs). Ctrl-C ends it.`)
    return yield* Effect.never
  }, Effect.scoped)
).pipe(Command.withDescription("Serve the API from the database, which is created and migrated as needed"))

/** Serves a demo shop: seeded the first time, with a key for its staff. */
export const start = Command.make(
  "start",
  server,
  Effect.fn(function*(settings) {
    const shop = yield* Engine.open(settings, { workers: true, createFolder: true })
    const { products } = yield* Engine.call(() => Demo.seed(shop, settings.currency))
    const key = yield* Engine.call(() => Demo.staffKey(shop, settings.database))
    const url = yield* listening(shop, settings)
    yield* Console.log(
      [
        "",
        `  Stoa is open${products > 0 ? `, with ${products} products in its catalogue` : ""}.`,
        "",
        `  API        ${url}/api/v1`,
        `  Docs       ${url}/docs`,
        `  Health     ${url}/health`,
        `  Database   ${settings.database}`,
        "",
        "  Try it:",
        `    curl '${url}/api/v1/products?limit=3&sort=price'`,
        "",
        "  As staff, with the key of this demo:",
        `    curl -H 'Authorization: Bearer ${key}' ${url}/api/v1/admin/orders`,
        "",
        "  Ctrl-C ends it.",
        ""
      ].join("\n")
    )
    return yield* Effect.never
  }, Effect.scoped)
).pipe(Command.withDescription("Serve a demo shop: seeded the first time, with a key for its staff"))
