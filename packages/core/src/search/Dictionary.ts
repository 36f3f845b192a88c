/**
 * What a store adds to the words of its products: other words for the same thing, and words that say nothing.
 */
import * as Schema from "effect/Schema"
import { Timestamp } from "../kernel/Timestamp.ts"
import { text } from "../kernel/Text.ts"
import { Version } from "../kernel/Version.ts"

/** Languages whose endings and stop words the search knows. */
export const SearchLanguage = Schema.Literals(["en", "de"])
export type SearchLanguage = typeof SearchLanguage.Type

/** A word, or up to three that belong together: `"cell phone"`. */
export const SearchTerm = text(60).check(
  Schema.isPattern(/[\p{L}\p{N}]/u, { expected: "a text with a letter or a digit" }),
  Schema.isPattern(/^\s*\S+(?:\s+\S+){0,2}\s*$/, { expected: "one to three words" })
)

/**
 * Terms that mean the same: whoever asks for one finds products with the others as well. With `alsoFinds` only in one
 * direction: whoever asks for one of the terms finds what `alsoFinds` names, and not the other way round.
 */
export const Synonyms = Schema.Struct({
  terms: Schema.Array(SearchTerm).check(Schema.isMinLength(1), Schema.isMaxLength(20)),
  alsoFinds: Schema.optionalKey(Schema.Array(SearchTerm).check(Schema.isMinLength(1), Schema.isMaxLength(20))),
  /** Only for searches in this language; for all if it is left out. */
  language: Schema.optionalKey(SearchLanguage)
}).annotate({ identifier: "Synonyms" })
export interface Synonyms extends Schema.Schema.Type<typeof Synonyms> {}

const fields = {
  /** In which languages people ask: their endings do not matter, and their stop words are left out. */
  languages: Schema.Array(SearchLanguage).check(Schema.isMaxLength(2)),
  synonyms: Schema.Array(Synonyms).check(Schema.isMaxLength(1_000)),
  /** Words that are left out of a search, beside those of the languages. */
  stopWords: Schema.Array(text(40)).check(Schema.isMaxLength(500))
} as const

/** The dictionary of a store. Version 0 is what a store has that never wrote one. */
export const SearchDictionary = Schema.Struct({
  ...fields,
  version: Schema.Int,
  updatedAt: Schema.NullOr(Timestamp)
}).annotate({ identifier: "SearchDictionary" })
export interface SearchDictionary extends Schema.Schema.Type<typeof SearchDictionary> {}

/** Changes to the dictionary; a list that is given replaces the one before. */
export const UpdateSearchDictionary = Schema.Struct({
  languages: Schema.optionalKey(fields.languages.check(Schema.isMinLength(1))),
  synonyms: Schema.optionalKey(fields.synonyms),
  stopWords: Schema.optionalKey(fields.stopWords),
  /** The version that the change is based on; without it the change applies to whatever is there. 0 for the first one. */
  version: Schema.optionalKey(Schema.Union([Version, Schema.Literal(0)]))
}).annotate({ identifier: "UpdateSearchDictionary" })
export interface UpdateSearchDictionary extends Schema.Schema.Type<typeof UpdateSearchDictionary> {}

/** The languages of a store that has said nothing, by its locale. */
export const languagesOf = (locale: string): ReadonlyArray<SearchLanguage> =>
  /^de\b/.test(locale) ? ["de", "en"] : ["en"]
