import { adminPage } from "@stoa/admin"
import { consoleMailer } from "@stoa/adapter-mail"
import type { RunningServer } from "@stoa/http"
import type { Mailer } from "@stoa/core/notifications/Mailer"
import * as Command from "effect/cli/Command"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Scope from "effect/Scope"
import type * as CommandFailed from "../CommandFailed.ts"
import * as Count from "../Count.ts"
import * as Database from "../Database.ts"
import * as Demo from "../Demo.ts"
import * as Engine from "../Engine.ts"
import * as IdleMemory from "../IdleMemory.ts"
import * as FirstOwnerLink from "../FirstOwnerLink.ts"
import * as Gateways from "../Gateways.ts"
import * as LinkedPages from "../LinkedPages.ts"
import * as OtherSignIns from "../OtherSignIns.ts"
import * as Server from "../Server.ts"
import * as Settings from "../Settings.ts"
import * as SigningKeyCheck from "../SigningKeyCheck.ts"
import * as Starting from "../Starting.ts"

/** An engine that can be served: with the page of its sandbox bank, and able to read its keys. */
const open = Effect.fnUntraced(function*(settings: Settings.ServerSettings, mailer: Mailer | undefined) {
  const { all, sandbox } = yield* Gateways.gateways
  const oauth = yield* OtherSignIns.settings
  const linked = yield* LinkedPages.settings
  const starting = Engine.open(settings, {
    create: true,
    serves: true,
    gateways: all,
    ...(mailer === undefined ? {} : { mailer }),
    ...(oauth === undefined ? {} : { oauth }),
    ...(linked === undefined ? {} : { links: linked.links }),
    plugins: sandbox === undefined ? [] : [sandbox.plugin]
  })
  // a port that is taken is a matter of whoever listens in the end
  const meanwhile = settings.database._tag === "File" ? Effect.void : Effect.ignore(Starting.listen(settings))
  const scope = yield* Effect.scope
  const shop = yield* Effect.scoped(Effect.andThen(meanwhile, Effect.provideService(starting, Scope.Scope, scope)))
  yield* SigningKeyCheck.ensure(shop)
  const administered = (yield* Settings.toggle("STOA_ADMIN_PAGE")) ?? true
  return { admin: administered ? adminPage() : undefined, pages: linked?.pages, sandbox, shop }
})

type Opened = Effect.Success<ReturnType<typeof open>>

/** Listens until the scope closes: then requests under way are finished, and the engine closes. */
const listening = (
  { admin, pages, sandbox, shop }: Opened,
  { drainSeconds, host, port }: Settings.ServerSettings
): Effect.Effect<RunningServer, CommandFailed.CommandFailed, Scope.Scope> =>
  Effect.gen(function*() {
    const { defaultPrefix, serve } = yield* Server.loaded
    const server = yield* Effect.acquireRelease(
      Engine.call(() =>
        serve(shop, {
          host,
          port,
          drainDelay: drainSeconds * 1_000,
          ...(admin === undefined ? {} : { admin }),
          ...(pages === undefined ? {} : { links: pages })
        })
      ),
      (running) => Effect.promise(() => running.close())
    )
    sandbox?.servedAt(`${server.url}${defaultPrefix}`)
    IdleMemory.release()
    return server
  })

/** To be told to stop is how serving ends, not how it fails. */
const untilStopped = Effect.onInterrupt(Effect.never, () =>
  Effect.sync(() => {
    process.exitCode = 0
  }))

/** Serves the API until the process is told to stop. */
export const serve = Command.make(
  "serve",
  Settings.listening,
  Effect.fn(function*(settings) {
    if ((yield* Settings.secret) === undefined) {
      yield* Console.error("STOA_SECRET is not set, so the keys that sign access tokens are stored unencrypted.")
    }
    const opened = yield* open(settings, yield* Settings.mailer)
    const { url } = yield* listening(opened, settings)
    if (opened.admin !== undefined) {
      const outside = (yield* Settings.publicUrl) ?? url
      const notice = yield* FirstOwnerLink.notice(opened.shop, `${outside}/admin`)
      if (notice !== undefined) yield* Console.error(notice)
    }
    yield* Console.log(`Stoa listens on ${url} (API ${url}/api/v1, docs ${url}/docs${opened.admin === undefined ? "" : `, administration ${url}/admin`}). Ctrl-C ends it.`)
    return yield* untilStopped
  }, Effect.scoped)
).pipe(
  Command.withDescription("Serve the API from the database, which is created and migrated as needed"),
  Command.withExamples([{ command: "stoa serve --database shop.db --port 8080", description: "Serve shop.db" }])
)

/** Serves a demo shop: seeded the first time, with a key for its staff. */
export const start = Command.make(
  "start",
  Settings.listening,
  Effect.fn(function*(settings) {
    // who tries the demo reads the codes on their terminal
    const opened = yield* open(settings, (yield* Settings.mailer) ?? consoleMailer())
    const { shop } = opened
    const { products } = yield* Engine.call(() => Demo.seed(shop))
    const key = yield* Engine.call(() => Demo.staffKey(shop, settings))
    yield* Engine.call(() => Demo.ensureOwner(shop))
    const { url } = yield* listening(opened, settings)
    yield* Console.log(
      [
        "",
        `  Stoa is open${products > 0 ? `, with ${Count.of(products, "product")} in its catalogue` : ""}.`,
        "",
        `  API        ${url}/api/v1`,
        `  Docs       ${url}/docs`,
        ...(opened.admin === undefined ? [] : [`  Admin      ${url}/admin, as ${Demo.owner}: ask for a code, and read it here`]),
        `  Health     ${url}/health`,
        `  Database   ${Database.nameOf(settings.database)}`,
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
    return yield* untilStopped
  }, Effect.scoped)
).pipe(
  Command.withDescription("Serve a demo shop: seeded the first time, with a key for its staff"),
  Command.withExamples([{ command: "stoa start", description: "Serve the demo on http://127.0.0.1:3000" }])
)
