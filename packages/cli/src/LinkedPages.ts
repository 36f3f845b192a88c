/**
 * The pages for links in mails, as the environment says it.
 */
import type { IdentitySettings } from "@stoa/core/identity/IdentitySettings"
import type { LinkPages } from "@stoa/http"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { readFileSync } from "node:fs"
import { CommandFailed } from "./CommandFailed.ts"
import * as Server from "./Server.ts"
import { publicUrl, variable } from "./Settings.ts"

export interface LinkedPages {
  readonly pages: LinkPages.LinkPagesOptions
  /** Where mails lead to. */
  readonly links: IdentitySettings["links"]
}

const words = Effect.gen(function*() {
  const file = yield* variable("STOA_LINKS_WORDS")
  if (file === undefined) return undefined
  const text = yield* Effect.try({
    try: () => readFileSync(file, "utf8"),
    catch: () => new CommandFailed({ message: `STOA_LINKS_WORDS is ${JSON.stringify(file)}, which is not a file that can be read` })
  })
  const { LinkWords } = yield* Server.loaded
  const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(LinkWords.LinkWordsByLanguage), { onExcessProperty: "error" })
  return yield* Effect.mapError(decode(text), () =>
    new CommandFailed({
      message: `STOA_LINKS_WORDS is ${JSON.stringify(file)}, which does not hold words by language, such as {"de": {"signInTitle": "Anmelden"}}`
    }))
})

/** `undefined` where the environment names no page to go on to: mails then hold a code only. */
export const settings: Effect.Effect<LinkedPages | undefined, CommandFailed> = Effect.gen(function*() {
  const continueTo = yield* variable("STOA_LINKS_CONTINUE_TO")
  if (continueTo === undefined) return undefined
  const outside = yield* publicUrl
  if (outside === undefined) {
    return yield* new CommandFailed({ message: "STOA_PUBLIC_URL is not set: links in mails lead there, such as https://shop.example" })
  }
  const own = yield* words
  const { defaultPrefix, LinkPages } = yield* Server.loaded
  const pages = yield* Effect.try({
    try: () => LinkPages.checked({ continueTo, ...(own === undefined ? {} : { words: own }) }),
    catch: () =>
      new CommandFailed({
        message: `STOA_LINKS_CONTINUE_TO is ${JSON.stringify(continueTo.slice(0, 200))}, which is no page to go on to: a path such as /account, or a whole address`
      })
  })
  return { pages, links: LinkPages.addresses(`${outside}${defaultPrefix}`) }
})
