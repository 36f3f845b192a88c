/**
 * What categories, brands and collections say, in more languages than that of the store.
 */
import * as Schema from "effect/Schema"
import { LanguageTag, nearest } from "../kernel/Language.ts"
import { Slug } from "../kernel/Slug.ts"
import { name, text } from "../kernel/Text.ts"
import { Seo } from "./Seo.ts"

export { LanguageTag }

/** In which language a page or a list is shown: that of the caller if it is left out, that of the store where it is not translated. */
export const InLanguage = Schema.Struct({ language: Schema.optionalKey(LanguageTag) }).annotate({
  identifier: "InLanguage"
})

/** What is said in one language; what is left out is said in the language of the store. */
export const Translation = Schema.Struct({
  name: Schema.optionalKey(name(200)),
  /** The readable part of its address in this language. Everything of a kind has each slug, of any language, once. */
  slug: Schema.optionalKey(Slug),
  description: Schema.optionalKey(text(20_000)),
  seo: Schema.optionalKey(Seo)
}).annotate({ identifier: "Translation" })
export interface Translation extends Schema.Schema.Type<typeof Translation> {}

/** In so many languages a thing may be described besides that of the store. */
export const maximumLanguages = 50

/** By language. */
export const Translations = Schema.Record(LanguageTag, Translation).check(Schema.isMaxProperties(maximumLanguages)).annotate({
  identifier: "Translations"
})
export type Translations = typeof Translations.Type

/**
 * The languages in which a thing is described, each with its slug; `null` stands for the language of the store. Left out of what
 * is described in that alone.
 */
export const Alternates = Schema.Array(Schema.Struct({ language: Schema.NullOr(LanguageTag), slug: Slug })).annotate({
  identifier: "Alternates"
})
export type Alternates = typeof Alternates.Type

export const alternatesOf = (
  slug: string,
  translations: Readonly<Record<string, { readonly slug?: string }>>
): Alternates => [
  { language: null, slug },
  ...Object.entries(translations).map(([language, said]) => ({ language, slug: said.slug ?? slug }))
]

/** What is said in a language, field by field: what `pt-BR` leaves out is taken from `pt` where that is there. */
export const saidIn = <T extends object>(
  translations: Readonly<Record<string, T>>,
  language: string | undefined
): T | undefined => {
  if (language === undefined) return undefined
  const known = new Map(Object.entries(translations).map(([key, value]) => [key.toLowerCase(), value]))
  const found = nearest(language).flatMap((tag) => known.get(tag) ?? [])
  return found.length === 0 ? undefined : Object.assign({}, ...found.toReversed())
}

interface Translated {
  readonly name: string
  readonly slug: string
  readonly description: string
  readonly seo: Seo
  readonly translations: Translations
}

/** Whether there is another language than that of the store. */
export const isTranslated = ({ translations }: { readonly translations: object }): boolean => Object.keys(translations).length > 0

/** A thing as it is shown in a language, with all that it is known by. */
export const inLanguage = <A extends Translated>(
  thing: A,
  language: string | undefined
): A & { readonly alternates?: Alternates } =>
  isTranslated(thing)
    ? { ...thing, ...saidIn(thing.translations, language), alternates: alternatesOf(thing.slug, thing.translations) }
    : thing
