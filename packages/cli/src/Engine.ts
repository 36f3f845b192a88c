/**
 * The engine that a command works with, closed when the command ends.
 */
import { localDisk, sharpImages } from "@stoa/adapter-media"
import { pdf, pdfReports } from "@stoa/adapter-pdf"
import { xlsxReports } from "@stoa/adapter-xlsx"
import { createStoa, definePlugin, type Plugin, type Services, type Stoa } from "@stoa/core"
import * as PwnedPasswords from "@stoa/core/identity/PwnedPasswords"
import type { IdentitySettings } from "@stoa/core/identity/IdentitySettings"
import type { OAuthSettings } from "@stoa/core/identity/OAuthSettings"
import type { Mailer } from "@stoa/core/notifications/Mailer"
import type { PaymentGateway } from "@stoa/core/payments/PaymentGateway"
import { StoreRepository } from "@stoa/core/stores/StoreRepository"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { LogLevel } from "effect/LogLevel"
import * as Logger from "effect/Logger"
import * as References from "effect/References"
import type * as Scope from "effect/Scope"
import { isIP } from "node:net"
import * as CommandFailed from "./CommandFailed.ts"
import * as Database from "./Database.ts"
import * as Server from "./Server.ts"
import * as Settings from "./Settings.ts"

export interface EngineOptions {
  /** `false`: fail if the database or the store is not there, rather than create it. */
  readonly create: boolean
  /** Whether it works off its jobs itself, and logs in JSON on the standard output as a server does. */
  readonly serves?: boolean
  readonly gateways?: ReadonlyArray<PaymentGateway>
  readonly mailer?: Mailer
  /** Who else people sign in with. */
  readonly oauth?: OAuthSettings
  /** The pages that links in mails lead to. */
  readonly links?: IdentitySettings["links"]
  readonly plugins?: ReadonlyArray<Plugin.Plugin>
}

/** Calls the engine's promise face. */
export const call = <A>(promise: () => Promise<A>): Effect.Effect<A, CommandFailed.CommandFailed> =>
  Effect.tryPromise({ try: promise, catch: CommandFailed.from })

/** Runs an effect on the engine, to which an interruption of the command gets through. */
export const run = <A, E>(
  shop: Stoa.Stoa,
  effect: Effect.Effect<A, E, Services.StoaServices>
): Effect.Effect<A, CommandFailed.CommandFailed> =>
  Effect.mapError(Effect.provideContext(effect, shop.context), CommandFailed.from)

/** Where it logs. The standard output of a command that ends is its result, so there it goes elsewhere. */
const logger = (serves: boolean) =>
  serves
    ? Layer.unwrap(Effect.map(Server.loaded, ({ jsonLogger }) => Logger.layer([jsonLogger])))
    : Layer.succeed(References.LogToStderr, true)

/** What the engine logs. */
const logging = (level: LogLevel, serves: boolean) =>
  definePlugin({
    name: "stoa-cli-logging",
    version: "1.0.0",
    layer: Layer.merge(Layer.succeed(References.MinimumLogLevel, level), logger(serves))
  })

/** The store that is meant, if there is one in the database yet. */
const findStore = ({ database, store }: Settings.ShopSettings) =>
  Effect.flatMap(Database.storageOf(database), (storage) =>
    StoreRepository.use((stores) => stores.findByCode(store)).pipe(
      Effect.provide(storage.layer({ migrations: [] })),
      Effect.mapError(CommandFailed.from)
    ))

/** Fails with a sentence if there is no such database. */
export const requireDatabase = (database: Database.Database): Effect.Effect<void, CommandFailed.CommandFailed> =>
  Effect.flatMap(Database.isThere(database), (isThere) => {
    if (isThere) return Effect.void
    const name = Database.nameOf(database)
    const missing = database._tag === "File" ? `There is no database ${name}` : `There is no shop in ${name}`
    return Effect.fail(new CommandFailed.CommandFailed({ message: `${missing}. "stoa migrate" creates it` }))
  })

/** For whom passkeys are made: the host that the shop is found at, which has to have a name. */
const passkeysAt = (publicUrl: string | undefined): IdentitySettings["passkeys"] | undefined => {
  if (publicUrl === undefined) return undefined
  const { hostname, origin } = new URL(publicUrl)
  return isIP(hostname.replace(/^\[|\]$/g, "")) === 0 ? { rpId: hostname, rpName: hostname, origins: [origin] } : undefined
}

/** Opens the engine on the database of the settings, and brings the database up to date. */
export const open = Effect.fnUntraced(function*(
  settings: Settings.ShopSettings,
  options: EngineOptions
): Effect.fn.Return<Stoa.Stoa, CommandFailed.CommandFailed, Scope.Scope> {
  const { database } = settings
  const serves = options.serves ?? false
  const secret = yield* Settings.secret
  const mediaFolder = yield* Settings.mediaFolder
  const passkeys = passkeysAt(yield* Settings.publicUrl)
  const checksBreaches = yield* Settings.toggle("STOA_CHECK_BREACHED_PASSWORDS")
  if (!options.create) yield* requireDatabase(database)
  yield* Database.makeRoom(database)
  const isThere = yield* Effect.provide(Database.isThere(database, { waits: serves }), logger(serves))
  const known = isThere ? yield* findStore(settings) : undefined
  if (known === undefined && !options.create) {
    return yield* new CommandFailed.CommandFailed({
      message: `There is no store ${settings.store} in ${Database.nameOf(database)}. "stoa migrate --store ${settings.store}" creates it`
    })
  }
  const level = yield* References.MinimumLogLevel
  const storage = yield* Database.storageOf(database)
  return yield* Effect.acquireRelease(
    call(() =>
      createStoa({
        storage,
        store: { code: settings.store, currency: settings.currency ?? known?.currency ?? "USD" },
        workers: serves,
        plugins: [logging(level, serves), ...(options.plugins ?? [])],
        ...(options.gateways === undefined ? {} : { gateways: options.gateways }),
        documents: pdf(),
        reports: [pdfReports(), xlsxReports()],
        media: { storage: localDisk({ folder: mediaFolder }), images: sharpImages() },
        ...(options.mailer === undefined ? {} : { mailer: options.mailer }),
        ...(checksBreaches === true ? { passwordBreaches: PwnedPasswords.pwnedPasswords() } : {}),
        ...(options.oauth === undefined ? {} : { oauth: options.oauth }),
        identity: {
          ...(options.links === undefined ? {} : { links: options.links }),
          ...(passkeys === undefined ? {} : { passkeys })
        },
        ...(secret === undefined ? {} : { secret })
      })
    ),
    (shop) => Effect.promise(() => shop.close())
  )
})
