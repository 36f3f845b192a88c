/**
 * What brands and collections say, in more languages than that of the store.
 */
import * as Schema from "effect/Schema"
import { name, text } from "../kernel/Text.ts"
import { Seo } from "./Seo.ts"

/** A tag of BCP 47: `de`, `pt-BR`. */
export const LanguageTag = Schema.String.check(Schema.isPattern(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$/, {
  identifier: "LanguageTag",
  expected: "a language tag such as de or pt-BR"
}))

/** What is said in one language; what is left out is said in the language of the store. */
export const Translation = Schema.Struct({
  name: Schema.optionalKey(name(200)),
  description: Schema.optionalKey(text(20_000)),
  seo: Schema.optionalKey(Seo)
}).annotate({ identifier: "Translation" })
export interface Translation extends Schema.Schema.Type<typeof Translation> {}

/** By language. */
export const Translations = Schema.Record(LanguageTag, Translation).check(Schema.isMaxProperties(50)).annotate({
  identifier: "Translations"
})
export type Translations = typeof Translations.Type

interface Translated {
  readonly name: string
  readonly description: string
  readonly seo: Seo
  readonly translations: Translations
}

/** A thing as it is shown in a language: `pt-BR` is answered in `pt` where only that is there. */
export const inLanguage = <A extends Translated>(thing: A, language: string | undefined): A => {
  let tag = language?.toLowerCase() ?? ""
  const known = new Map(Object.entries(thing.translations).map(([key, value]) => [key.toLowerCase(), value]))
  while (tag !== "") {
    const found = known.get(tag)
    if (found !== undefined) return { ...thing, ...found }
    tag = tag.slice(0, Math.max(0, tag.lastIndexOf("-")))
  }
  return thing
}
