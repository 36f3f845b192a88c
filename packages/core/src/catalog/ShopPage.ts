/**
 * What has a page of its own in the shop beside products: categories, collections and brands. How they are called, where
 * they are found and what is said of them is alike.
 */
import * as Schema from "effect/Schema"
import { Slug } from "../kernel/Slug.ts"
import { name, text } from "../kernel/Text.ts"
import { Seo } from "./Seo.ts"
import { Translations } from "./Translations.ts"

/** As long as a description may be. */
export const maximumDescription = 20_000

export const fields = {
  name: name(200),
  slug: Slug,
  /** HTML without anything that could act: it is cleaned before it is kept. What was written before engines did so is clean once it is written again. */
  description: text(maximumDescription),
  seo: Seo,
  /** Only staff see them all; everybody else is shown one. */
  translations: Translations
} as const

/** What may be left out of a new one. */
export const optional = {
  slug: Schema.optionalKey(fields.slug),
  description: Schema.optionalKey(fields.description),
  seo: Schema.optionalKey(fields.seo),
  translations: Schema.optionalKey(fields.translations)
} as const

/** What may be changed. */
export const changed = { name: Schema.optionalKey(fields.name), ...optional } as const
