/**
 * What products say, in more languages than that of the store.
 *
 * Options and their values are translated by their names in the language of the store, by which variants, filters and files know
 * them in every language.
 */
import * as Schema from "effect/Schema"
import type { Fault } from "../kernel/Input.ts"
import { LanguageTag } from "../kernel/Language.ts"
import { Slug } from "../kernel/Slug.ts"
import { name, text } from "../kernel/Text.ts"
import { Seo } from "./Seo.ts"
import { maximumLanguages, saidIn } from "./Translations.ts"

/** What an option is called in another language, and its values by what the store calls them. */
export const OptionTranslation = Schema.Struct({
  name: Schema.optionalKey(name(100)),
  values: Schema.optionalKey(Schema.Record(name(200), name(200)).check(Schema.isMaxProperties(200)))
})

/** What a product says in one language; what is left out is said in the language of the store. */
export const ProductTranslation = Schema.Struct({
  title: Schema.optionalKey(name(300)),
  /** The readable part of its address in this language. A store has each slug of a product, of any language, once. */
  slug: Schema.optionalKey(Slug),
  description: Schema.optionalKey(text(100_000)),
  seo: Schema.optionalKey(Seo),
  /** By the names of the options in the language of the store. */
  options: Schema.optionalKey(Schema.Record(name(100), OptionTranslation).check(Schema.isMaxProperties(3)))
}).annotate({ identifier: "ProductTranslation" })
export interface ProductTranslation extends Schema.Schema.Type<typeof ProductTranslation> {}

/** By language. */
export const ProductTranslations = Schema.Record(LanguageTag, ProductTranslation).check(
  Schema.isMaxProperties(maximumLanguages)
).annotate({ identifier: "ProductTranslations" })
export type ProductTranslations = typeof ProductTranslations.Type

interface Option {
  readonly name: string
  readonly values: ReadonlyArray<string>
}

/** What is said of options and values that a product does not have. */
export const faults = (options: ReadonlyArray<Option>, translations: ProductTranslations): ReadonlyArray<Fault> =>
  Object.entries(translations).flatMap(([language, said]) =>
    Object.entries(said.options ?? {}).flatMap(([name, { values = {} }]): ReadonlyArray<Fault> => {
      const option = options.find((one) => one.name === name)
      const path = ["translations", language, "options", name]
      if (option === undefined) return [{ path, message: "is no option of the product", code: "unknown" }]
      return Object.keys(values).filter((value) => !option.values.includes(value)).map((value) => ({
        path: [...path, "values", value],
        message: `is not a value of ${name}`
      }))
    })
  )

/** The translations after a change of options, which are matched by their place; what is gone is said no more. */
export const carried = (
  translations: ProductTranslations,
  before: ReadonlyArray<Option>,
  after: ReadonlyArray<Option>
): ProductTranslations => {
  if (before === after) return translations
  return Object.fromEntries(
    Object.entries(translations).map(([language, { options, ...said }]) => {
      if (options === undefined) return [language, said]
      const kept = after.flatMap((option, place) => {
        const was = before[place]?.name
        const translated = was !== undefined && Object.hasOwn(options, was) ? options[was] : undefined
        if (translated === undefined) return []
        const values = Object.entries(translated.values ?? {}).filter(([value]) => option.values.includes(value))
        return [[option.name, { ...translated, ...(translated.values === undefined ? {} : { values: Object.fromEntries(values) }) }]]
      })
      return [language, { ...said, options: Object.fromEntries(kept) }]
    })
  )
}

/** What lists and carts say of a product in other languages: small, as it is read with each of them. */
export type Names = Readonly<Record<string, {
  readonly title?: string
  readonly slug?: string
  /** What each option calls its values, by the place of the option. */
  readonly values?: ReadonlyArray<Readonly<Record<string, string>>>
}>>

export const namesOf = (product: {
  readonly options: ReadonlyArray<Option>
  readonly translations: ProductTranslations
}): Names =>
  Object.fromEntries(
    Object.entries(product.translations).map(([language, { options = {}, slug, title }]) => [language, {
      ...(title === undefined ? {} : { title }),
      ...(slug === undefined ? {} : { slug }),
      ...(Object.keys(options).length === 0
        ? {}
        : { values: product.options.map(({ name }) => Object.hasOwn(options, name) ? options[name]?.values ?? {} : {}) })
    }])
  )

const valuesIn = (
  optionValues: ReadonlyArray<string>,
  values: ReadonlyArray<Readonly<Record<string, string>>> | undefined
): ReadonlyArray<string> =>
  values === undefined
    ? optionValues
    : optionValues.map((value, place) => {
      const known = values[place]
      return known !== undefined && Object.hasOwn(known, value) ? known[value] ?? value : value
    })

/** A variant's name: its values, or the title of a product without options. */
export const variantTitle = (optionValues: ReadonlyArray<string>, title: string): string =>
  optionValues.length === 0 ? title : optionValues.join(" / ")

/** What is called by the title and slug of a product, and the values of one of its variants, in a language. */
export const namedIn = (
  names: Names,
  language: string | undefined,
  own: { readonly title: string; readonly slug: string; readonly optionValues?: ReadonlyArray<string> }
): { readonly title: string; readonly slug: string; readonly variantTitle: string } => {
  const said = saidIn(names, language)
  const title = said?.title ?? own.title
  return {
    title,
    slug: said?.slug ?? own.slug,
    variantTitle: variantTitle(valuesIn(own.optionValues ?? [], said?.values), title)
  }
}

interface Shown {
  readonly title: string
  readonly slug: string
  readonly description: string
  readonly seo: Seo
  readonly options: ReadonlyArray<Option>
  readonly translations: ProductTranslations
  readonly variants: ReadonlyArray<{ readonly title: string; readonly optionValues: ReadonlyArray<string> }>
}

/** A product as it is shown in a language. */
export const inLanguage = <P extends Shown>(product: P, language: string | undefined): P => {
  const said = saidIn(product.translations, language)
  if (said === undefined) return product
  const { options = {}, ...own } = said
  const values = product.options.map(({ name }) => Object.hasOwn(options, name) ? options[name]?.values ?? {} : {})
  const title = own.title ?? product.title
  return {
    ...product,
    ...own,
    options: product.options.map((option, place) => ({
      name: (Object.hasOwn(options, option.name) ? options[option.name]?.name : undefined) ?? option.name,
      values: option.values.map((value) => valuesIn([value], [values[place] ?? {}])[0] ?? value)
    })),
    variants: product.variants.map((variant) => {
      const optionValues = valuesIn(variant.optionValues, values)
      return { ...variant, optionValues, title: variantTitle(optionValues, title) }
    })
  }
}
