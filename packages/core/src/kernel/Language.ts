/**
 * Languages by their tags (BCP 47): which one a caller is shown things in, and how the one that fits is found (RFC 4647, 3.4).
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"

/** A tag of BCP 47: `de`, `pt-BR`. */
export const LanguageTag = Schema.String.check(Schema.isPattern(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, {
  fault: "not_a_language",
  identifier: "LanguageTag",
  expected: "a language tag such as de or pt-BR"
}))

/** In which language the caller is shown what has translations; `null` stands for that of the store. */
export const CurrentLanguage: Context.Reference<string | null> = Context.Reference<string | null>(
  "@stoa/core/kernel/CurrentLanguage",
  { defaultValue: () => null }
)

/**
 * The language that the caller asked for and was answered in, that of the store as well; `null` if they named none. What they are
 * written later is in it.
 */
export const AskedLanguage: Context.Reference<string | null> = Context.Reference<string | null>(
  "@stoa/core/kernel/AskedLanguage",
  { defaultValue: () => null }
)

/** The language in which the caller wants to be written to; `null` if they have named none. */
export const wanted: Effect.Effect<string | null> = Effect.withFiber((fiber) =>
  Effect.succeed(fiber.getRef(AskedLanguage) ?? fiber.getRef(CurrentLanguage))
)

/** Runs an effect in a language. */
export const speaking = (language: string | null) => <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.provideService(effect, CurrentLanguage, language)

/** The language that is asked for by name, or else that of the caller. */
export const asked = (language: string | undefined): Effect.Effect<string | undefined> =>
  language === undefined ? Effect.map(CurrentLanguage, (current) => current ?? undefined) : Effect.succeed(language)

/** A language and what it is a kind of, the nearest first and in lower case: `pt-br`, `pt`. */
export const nearest = (tag: string): ReadonlyArray<string> => {
  const parts = tag.toLowerCase().split("-")
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("-"))
}

/**
 * In whose manner amounts and dates are written in a language: that of the store, where they speak it (`de-AT` for `de`), or else
 * the language's own.
 */
export const manner = (language: string | undefined, ofStore: string): string =>
  language === undefined || nearest(ofStore).includes(language.toLowerCase()) ? ofStore : language

/** So many languages of a header are looked at. */
const maximumAccepted = 20

/** The languages of an `Accept-Language` header that are wanted at all, the most wanted first (RFC 9110, 12.5.4). */
export const accepted = (header: string): ReadonlyArray<string> =>
  header.slice(0, 1_000).split(",").slice(0, maximumAccepted)
    .flatMap((part) => {
      const [, tag, weight = "1"] = /^\s*([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?$/.exec(part) ?? []
      return tag === undefined || Number(weight) === 0 ? [] : [{ tag, weight: Number(weight) }]
    })
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag)

/** The first of the wanted languages that is spoken, itself, as what it is a kind of, or as a kind of it. */
export const negotiate = (wanted: ReadonlyArray<string>, spoken: ReadonlyArray<string>): string | undefined => {
  const known = new Map(spoken.toReversed().map((tag) => [tag.toLowerCase(), tag]))
  for (const tag of wanted) {
    const found = nearest(tag).map((near) => known.get(near)).find((one) => one !== undefined)
      ?? spoken.find((one) => one.toLowerCase().startsWith(`${tag.toLowerCase()}-`))
    if (found !== undefined) return found
  }
  return undefined
}
