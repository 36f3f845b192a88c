/**
 * What commands need to know: which database, which store, which secret. A flag wins over the environment; a variable
 * that is set but empty counts as not set.
 */
import { smtp } from "@stoa/adapter-mail"
import * as Currency from "@stoa/core/kernel/Currency"
import type { Mailer } from "@stoa/core/notifications/Mailer"
import { StoreCode } from "@stoa/core/stores/Store"
import * as CliError from "effect/cli/CliError"
import * as Flag from "effect/cli/Flag"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { CommandFailed } from "./CommandFailed.ts"
import * as Database from "./Database.ts"

/** A variable of the environment; `undefined` if it is not set, or empty. */
export const variable = (name: string): Effect.Effect<string | undefined> =>
  Config.String(name).pipe(
    Effect.map((text) => text.trim() === "" ? undefined : text),
    // a text can only be missing
    Effect.orElseSucceed(() => undefined)
  )

/** `on` or `off`; `undefined` if it is not set. */
export const toggle = Effect.fnUntraced(function*(name: string) {
  const text = yield* variable(name)
  if (text === undefined || text === "off") return text === undefined ? undefined : false
  if (text === "on") return true
  return yield* new CommandFailed({ message: `${name} is ${JSON.stringify(text.slice(0, 100))}, which is neither on nor off` })
})

interface Setting<A> {
  readonly flag: string
  readonly alias?: string
  readonly metavar: string
  readonly environment: string
  readonly description: string
  /** `undefined` for a text that is no such thing. */
  readonly read: (text: string) => A | undefined
  /** What it should have been: `a whole number`. */
  readonly expected: string
}

/** A flag that falls back on a variable of the environment; `undefined` if neither is given. */
const setting = <A>(setting: Setting<A>): Flag.Flag<A | undefined> => {
  const flag = Flag.String(setting.flag).pipe(
    Flag.withMetavar(setting.metavar),
    Flag.withDescription(setting.description),
    Flag.optional,
    Flag.mapEffect((given) =>
      Effect.gen(function*() {
        const text = Option.isSome(given) ? given.value : yield* variable(setting.environment)
        if (text === undefined) return undefined
        const value = setting.read(text)
        if (value !== undefined) return value
        const source = Option.isSome(given) ? `--${setting.flag}` : setting.environment
        return yield* new CliError.ValidationError({
          message: `${source} is ${JSON.stringify(text.slice(0, 100))}, which is not ${setting.expected}`
        })
      })
    )
  )
  return setting.alias === undefined ? flag : Flag.withAlias(flag, setting.alias)
}

const otherwise = <A>(flag: Flag.Flag<A | undefined>, fallback: A): Flag.Flag<A> =>
  Flag.map(flag, (value) => value ?? fallback)

const wrong = (message: string) => new CliError.ValidationError({ message })

const isUrl = (text: string): boolean => /^postgres(?:ql)?:/i.test(text)

/** The certificate of an authority, from a file. */
const authority = Effect.flatMap(variable("STOA_DATABASE_CA"), (path) =>
  path === undefined ? Effect.undefined : Effect.try({
    try: () => readFileSync(path, "utf8"),
    catch: () => wrong(`STOA_DATABASE_CA is ${JSON.stringify(path)}, which is not a file that can be read`)
  }))

const connections = Effect.flatMap(variable("STOA_DATABASE_CONNECTIONS"), (text) =>
  text === undefined || /^[1-9]\d{0,3}$/.test(text)
    ? Effect.succeed(text === undefined ? undefined : Number(text))
    : Effect.fail(wrong(`STOA_DATABASE_CONNECTIONS is ${JSON.stringify(text.slice(0, 100))}, which is not a number from 1 to 9999`)))

const rowLevelSecurity = Effect.flatMap(variable("STOA_DATABASE_ROW_SECURITY"), (text) =>
  text === undefined || text === "on" || text === "off"
    ? Effect.succeed(text === undefined ? undefined : text === "on")
    : Effect.fail(wrong(`STOA_DATABASE_ROW_SECURITY is ${JSON.stringify(text.slice(0, 100))}, which is neither on nor off`)))

/** The database of the environment. Its URL is never a flag and never repeated: it has a password in it. */
const server = Effect.gen(function*() {
  const url = yield* variable("STOA_DATABASE_URL")
  if (url === undefined) return undefined
  const replicaUrl = yield* variable("STOA_DATABASE_REPLICA_URL")
  const database: Database.Server = {
    _tag: "Server",
    url: Redacted.make(url),
    replicaUrl: replicaUrl === undefined ? undefined : Redacted.make(replicaUrl),
    maxConnections: yield* connections,
    ca: yield* authority,
    rowLevelSecurity: yield* rowLevelSecurity
  }
  return database
})

const database: Flag.Flag<Database.Database> = Flag.String("database").pipe(
  Flag.withAlias("d"),
  Flag.withMetavar("file"),
  Flag.withDescription(
    "The SQLite file (environment: STOA_DATABASE; otherwise .stoa/shop.db), where STOA_DATABASE_URL names no PostgreSQL"
  ),
  Flag.optional,
  Flag.mapEffect(Effect.fnUntraced(function*(given) {
    const source = Option.isSome(given) ? "--database" : "STOA_DATABASE"
    const fromServer = Option.isSome(given) ? undefined : yield* server
    if (fromServer !== undefined) return fromServer
    const path = Option.isSome(given) ? given.value : (yield* variable("STOA_DATABASE")) ?? ".stoa/shop.db"
    if (path === "") return yield* wrong(`${source} is "", which is not the name of a file`)
    if (isUrl(path)) {
      return yield* wrong(`${source} is a file. The URL of a PostgreSQL database goes into the variable STOA_DATABASE_URL`)
    }
    return Database.file(path)
  }))
)

const store = otherwise(
  setting({
    flag: "store",
    metavar: "code",
    environment: "STOA_STORE",
    description: "The store's code (environment: STOA_STORE; otherwise main)",
    read: (text) => Schema.is(StoreCode)(text) ? text : undefined,
    expected: "a store's code: at most 40 lower-case letters, digits and hyphens, a letter first"
  }),
  "main"
)

const currency = setting({
  flag: "currency",
  metavar: "code",
  environment: "STOA_CURRENCY",
  description: "The currency of a store that is new (environment: STOA_CURRENCY; otherwise USD)",
  read: (text) => Currency.is(text) ? text : undefined,
  expected: "a currency code of ISO 4217 in capitals, such as USD"
})

const port = otherwise(
  setting({
    flag: "port",
    alias: "p",
    metavar: "number",
    environment: "PORT",
    description: "The port to listen on, 0 for any that is free (environment: PORT; otherwise 3000)",
    read: (text) => /^\d{1,5}$/.test(text) && Number(text) < 65_536 ? Number(text) : undefined,
    expected: "a port: a whole number from 0 to 65535"
  }),
  3_000
)

const host = otherwise(
  setting({
    flag: "host",
    metavar: "address",
    environment: "STOA_HOST",
    description: "The address to listen on (environment: STOA_HOST; otherwise 127.0.0.1)",
    read: (text) => text === "" ? undefined : text,
    expected: "an address"
  }),
  "127.0.0.1"
)

const drainSeconds = otherwise(
  setting({
    flag: "drain",
    metavar: "seconds",
    environment: "STOA_DRAIN_SECONDS",
    description: "How long to serve on, not ready, when told to stop (environment: STOA_DRAIN_SECONDS; otherwise 0)",
    read: (text) => /^\d{1,3}$/.test(text) ? Number(text) : undefined,
    expected: "a number of seconds: a whole number from 0 to 999"
  }),
  0
)

/** What is asked of every command. */
export const shop = { database, store, currency } as const

/** What is asked of commands that listen. */
export const listening = { ...shop, port, host, drainSeconds } as const

export interface ShopSettings {
  readonly database: Database.Database
  readonly store: string
  /** `undefined`: that of the store if it is there, otherwise US dollars. */
  readonly currency: Currency.Currency | undefined
}

export interface ServerSettings extends ShopSettings {
  readonly port: number
  readonly host: string
  /** How long to serve on, not ready, when told to stop. */
  readonly drainSeconds: number
}

const secretOf = (name: string, text: string): Effect.Effect<Redacted.Redacted, CommandFailed> =>
  text.length < 32
    ? Effect.fail(new CommandFailed({ message: `${name} is too short: a secret has at least 32 characters; "openssl rand -base64 32" makes one` }))
    : Effect.succeed(Redacted.make(text))

/**
 * The secret that signing keys are encrypted with, and those that were used before it. Never flags: command lines are seen by
 * others on the machine.
 */
export const secret: Effect.Effect<
  readonly [Redacted.Redacted, ...ReadonlyArray<Redacted.Redacted>] | undefined,
  CommandFailed
> = Effect.gen(function*() {
  const text = yield* variable("STOA_SECRET")
  const former = (yield* variable("STOA_FORMER_SECRETS"))?.split(",").map((one) => one.trim()) ?? []
  if (text === undefined) {
    return former.length === 0
      ? undefined
      : yield* new CommandFailed({ message: "STOA_FORMER_SECRETS needs STOA_SECRET, the one that is used now" })
  }
  return [
    yield* secretOf("STOA_SECRET", text),
    ...yield* Effect.forEach(former, (one) => secretOf("One of STOA_FORMER_SECRETS", one))
  ] as const
})

/** Where the server is found from outside, without a slash at its end. */
export const publicUrl: Effect.Effect<string | undefined, CommandFailed> = Effect.flatMap(variable("STOA_PUBLIC_URL"), (text) =>
  text === undefined || (/^https?:\/\//i.test(text) && URL.canParse(text))
    ? Effect.succeed(text?.replace(/\/+$/, ""))
    : Effect.fail(new CommandFailed({
      message: `STOA_PUBLIC_URL is ${JSON.stringify(text.slice(0, 200))}, which is no address of a server, such as https://shop.example`
    })))

/** The folder that files lie in. */
export const mediaFolder: Effect.Effect<string> = Effect.map(variable("STOA_MEDIA_FOLDER"), (folder) => folder ?? ".stoa/media")

/** How mail leaves: by the SMTP server of the environment, or not at all. The URL holds a password, so it is no flag. */
export const mailer: Effect.Effect<Mailer | undefined, CommandFailed> = Effect.gen(function*() {
  const url = yield* variable("STOA_SMTP_URL")
  if (url === undefined) return undefined
  const from = yield* variable("STOA_MAIL_FROM")
  if (from === undefined) {
    return yield* new CommandFailed({ message: "STOA_MAIL_FROM is not set: mail needs a sender, such as \"Shop <shop@example.com>\"" })
  }
  return yield* Effect.try({
    try: () => smtp({ url: Redacted.make(url), from }),
    catch: (error) => new CommandFailed({ message: `STOA_SMTP_URL: ${error instanceof Error ? error.message : "is no URL"}` })
  })
})
