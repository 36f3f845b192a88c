/**
 * Who else people sign in with, as the environment says it. Secrets are never flags and never repeated.
 */
import { OAuthSettings } from "@stoa/core"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { readFileSync } from "node:fs"
import { CommandFailed } from "./CommandFailed.ts"
import { publicUrl, variable } from "./Settings.ts"

/** Variables that only make sense together; `undefined` if the first is not set. */
const together = Effect.fnUntraced(function*<Name extends string>(first: Name, ...others: ReadonlyArray<Name>) {
  const names = [first, ...others]
  const values = yield* Effect.forEach(names, variable)
  if (values[0] === undefined) return undefined
  const missing = names.find((_name, index) => values[index] === undefined)
  if (missing !== undefined) {
    return yield* new CommandFailed({ message: `${missing} is not set, which ${first} needs` })
  }
  return Object.fromEntries(names.map((name, index) => [name, values[index] ?? ""])) as Record<Name, string>
})

const google = Effect.map(together("STOA_GOOGLE_CLIENT_ID", "STOA_GOOGLE_CLIENT_SECRET"), (given) =>
  given && OAuthSettings.google({
    clientId: given.STOA_GOOGLE_CLIENT_ID,
    clientSecret: Redacted.make(given.STOA_GOOGLE_CLIENT_SECRET)
  }))

const gitHub = Effect.map(together("STOA_GITHUB_CLIENT_ID", "STOA_GITHUB_CLIENT_SECRET"), (given) =>
  given && OAuthSettings.gitHub({
    clientId: given.STOA_GITHUB_CLIENT_ID,
    clientSecret: Redacted.make(given.STOA_GITHUB_CLIENT_SECRET)
  }))

const apple = Effect.gen(function*() {
  const given = yield* together("STOA_APPLE_CLIENT_ID", "STOA_APPLE_TEAM_ID", "STOA_APPLE_KEY_ID", "STOA_APPLE_KEY_FILE")
  if (given === undefined) return undefined
  const privateKey = yield* Effect.try({
    try: () => Redacted.make(readFileSync(given.STOA_APPLE_KEY_FILE, "utf8")),
    catch: () => new CommandFailed({ message: "STOA_APPLE_KEY_FILE is not a file that can be read" })
  })
  return OAuthSettings.apple({
    clientId: given.STOA_APPLE_CLIENT_ID,
    teamId: given.STOA_APPLE_TEAM_ID,
    keyId: given.STOA_APPLE_KEY_ID,
    privateKey
  })
})

/** Every provider that the environment names, or `undefined` if it names none. */
export const settings: Effect.Effect<OAuthSettings.OAuthSettings | undefined, CommandFailed> = Effect.gen(function*() {
  const found = yield* Effect.all([google, apple, gitHub])
  const providers = found.filter((provider) => provider !== undefined)
  if (providers.length === 0) return undefined
  const outside = yield* publicUrl
  if (outside === undefined) {
    return yield* new CommandFailed({
      message: "STOA_PUBLIC_URL is not set: providers send people back there, such as https://shop.example"
    })
  }
  const pages = (yield* variable("STOA_SIGN_IN_PAGES")) ?? ""
  return yield* Effect.try({
    try: () =>
      OAuthSettings.checked({
        providers,
        callbackBase: `${outside}/api/v1`,
        redirects: pages.split(/[\s,]+/).filter((page) => page !== "")
      }),
    catch: (error) => new CommandFailed({ message: error instanceof Error ? error.message : "The providers cannot be used" })
  })
})
