/**
 * What messages say, as Liquid templates in the languages of the shop.
 *
 * **Details**
 *
 * A template is found for `de-AT`, then for `de`, then for the language of the store, then for `en`. The engine ships
 * English, German, French and Spanish. It sees `store.name` and the data of the message. Values are data and never run: a
 * name with `{{ }}` in it is shown as it is.
 */
import * as Context from "effect/Context"
import * as Layer from "effect/Layer"
import { english as customers } from "./CustomerTemplates.ts"
import { english as identity } from "./EnglishTemplates.ts"
import { english as orders } from "./OrderTemplates.ts"
import { english as payments } from "./PaymentTemplates.ts"
import { french } from "./FrenchTemplates.ts"
import { german } from "./GermanTemplates.ts"
import { spanish } from "./SpanishTemplates.ts"
import type { Template, Templates } from "./Template.ts"

/** What the engine ships in English, and in every other language too. */
export const english = { ...identity, ...customers, ...orders, ...payments } as const satisfies Templates

/** Templates by language, `"en"` or `"de-AT"`. */
export type TemplateCatalog = Readonly<Record<string, Templates>>

/** What the engine ships, by language. */
export const shipped = { en: english, de: german, fr: french, es: spanish } as const satisfies Readonly<
  Record<string, Readonly<Record<keyof typeof english, Template>>>
>

/** Read when the services are built. */
export const TemplateCatalog: Context.Reference<TemplateCatalog> = Context.Reference<TemplateCatalog>(
  "@stoa/core/notifications/TemplateCatalog",
  { defaultValue: () => shipped }
)

/** The shipped templates, with those of a shop before them. */
export const layer = (own: TemplateCatalog): Layer.Layer<never> =>
  Layer.succeed(
    TemplateCatalog,
    {
      ...own,
      ...Object.fromEntries(
        Object.entries(shipped).map(([language, templates]) => [language, { ...templates, ...own[language] }])
      )
    }
  )

/** `de-AT`, `de`. */
const widening = (locale: string): ReadonlyArray<string> => {
  const parts = locale.split("-")
  return parts.map((_, index) => parts.slice(0, parts.length - index).join("-"))
}

/** `nl-BE`, `nl`, then those of the store, `de-AT`, `de`, then `en`: the languages to look a template up in. */
export const languages = (locale: string, ofStore = "en"): ReadonlyArray<string> => [
  ...new Set([...widening(locale), ...widening(ofStore), "en"])
]

/**
 * In which manner amounts are written in a message whose words are of a language: that of its reader, or else of the store,
 * where they speak it.
 */
export const mannerOf = (language: string, locale: string, ofStore: string): string =>
  [locale, ofStore].find((one) => widening(one).at(-1) === widening(language).at(-1)) ?? language

/** The template of a name in a language itself. */
export const exactly = (catalog: TemplateCatalog, name: string, language: string): Template | undefined => {
  const templates = Object.hasOwn(catalog, language) ? catalog[language] : undefined
  return templates !== undefined && Object.hasOwn(templates, name) ? templates[name] : undefined
}

/** The template of a name that is nearest to a language. */
export const find = (catalog: TemplateCatalog, name: string, locale: string): Template | undefined => {
  for (const language of languages(locale)) {
    const template = exactly(catalog, name, language)
    if (template !== undefined) return template
  }
  return undefined
}

/** Every template of a catalog. */
export const entries = (
  catalog: TemplateCatalog
): ReadonlyArray<{ readonly name: string; readonly language: string; readonly template: Template }> =>
  Object.entries(catalog).flatMap(([language, templates]) =>
    Object.entries(templates).map(([name, template]) => ({ name, language, template }))
  )
