/**
 * A store's dictionary, ready for questions.
 */
import { languagesOf, type SearchDictionary, type SearchLanguage } from "@stoa/core/search/Dictionary"
import * as EnglishStem from "../catalog/EnglishStem.ts"
import * as SearchText from "../catalog/SearchText.ts"
import * as GermanStem from "./GermanStem.ts"
import type { Phrase } from "./Question.ts"

/** As many words belong together at most. */
const longest = 3

/** So many other terms are asked for in place of one; what is beyond is not found by it. */
const maximumSynonyms = 20

export interface Lexicon {
  /** What a search compares with what the database has: the dictionary's version and the store's locale. */
  readonly token: string
  readonly languages: ReadonlyArray<SearchLanguage>
  /** Stop words of the store. */
  readonly silent: ReadonlySet<string>
  /** How many words from a place on belong together, and what else they are called. */
  readonly synonymsAt: (phrases: ReadonlyArray<Phrase>, at: number) => {
    readonly length: number
    readonly terms: ReadonlyArray<ReadonlyArray<Phrase>>
  }
}

const stems: Readonly<Record<SearchLanguage, (word: string) => string>> = { en: EnglishStem.of, de: GermanStem.of }

const keyOf = (language: SearchLanguage, phrases: ReadonlyArray<Phrase>): string =>
  `${language} ${phrases.flatMap((phrase) => phrase.length === 1 ? phrase.map(stems[language]) : phrase).join(" ")}`

export const tokenOf = (version: number, locale: string): string => `${version}:${locale}`

/** What a store has that never wrote a dictionary. */
export const unwritten = (locale: string): SearchDictionary => ({
  languages: languagesOf(locale),
  synonyms: [],
  stopWords: [],
  version: 0,
  updatedAt: null
})

export const make = (dictionary: SearchDictionary, locale: string): Lexicon => {
  const { languages } = dictionary
  const synonyms = new Map<string, Map<string, ReadonlyArray<Phrase>>>()
  for (const { alsoFinds, language, terms } of dictionary.synonyms) {
    const sources = terms.map(SearchText.words).filter((phrases) => phrases.length > 0 && phrases.length <= longest)
    const targets = alsoFinds === undefined ? sources : alsoFinds.map(SearchText.words).filter((phrases) => phrases.length > 0)
    for (const spoken of language === undefined ? languages : [language]) {
      const others = targets.map((target) => ({ name: keyOf(spoken, target), text: target.flat().join(" "), target }))
      for (const source of sources) {
        const key = keyOf(spoken, source)
        const known = synonyms.get(key) ?? new Map<string, ReadonlyArray<Phrase>>()
        for (const { name, target, text } of others) {
          if (known.size >= maximumSynonyms) break
          if (name !== key) known.set(text, target)
        }
        synonyms.set(key, known)
      }
    }
  }
  const words = new Set(dictionary.stopWords.flatMap((word) => SearchText.words(word).flat()))
  return {
    token: tokenOf(dictionary.version, locale),
    languages,
    silent: words,
    synonymsAt: (phrases, at) => {
      if (synonyms.size > 0) {
        for (let length = Math.min(longest, phrases.length - at); length > 0; length--) {
          const part = phrases.slice(at, at + length)
          const terms = new Map(languages.flatMap((language) => Array.from(synonyms.get(keyOf(language, part)) ?? [])))
          if (terms.size > 0) return { length, terms: [...terms.values()] }
        }
      }
      return { length: 1, terms: [] }
    }
  }
}
