/**
 * What a search text asks of the index, in no particular database's notation.
 *
 * **Details**
 *
 * A text is a list of words, all of which a product must have. A word is asked for in one of several ways: as it is spelled, by
 * its stem in each language, or by one of its synonyms. The last one may be unfinished.
 */
import type { SearchLanguage } from "@stoa/core/search/Dictionary"
import * as EnglishStem from "../catalog/EnglishStem.ts"
import * as SearchText from "../catalog/SearchText.ts"
import type { Lexicon } from "./Lexicon.ts"
import * as GermanStem from "./GermanStem.ts"
import { stopWords } from "./StopWords.ts"

/** As many words of a search text count. */
const maximumWords = 12

/** What stands in an index before a German stem, which is no word of any other language. */
const german = "\uE001"

/** Signs that follow each other: one word, or the parts of a text in a script without spaces. */
export type Phrase = ReadonlyArray<string>

/** Phrases of which a product has one. */
export type AnyOf = ReadonlyArray<Phrase>

/** Words that are asked for together, each in one of several ways. */
export type Term = ReadonlyArray<AnyOf>

/** A part of the text: as it was asked for, and other terms that mean the same. */
export interface Asked {
  readonly term: Term
  readonly synonyms: ReadonlyArray<Term>
}

export interface Question {
  readonly asked: ReadonlyArray<Asked>
  /** The last word as it was typed. */
  readonly unfinished: Phrase
  /** All signs as they were typed, one after the other. */
  readonly typed: Phrase
  /** Whether the last word is taken as it stands. */
  readonly isFinished: boolean
  /** All words that the last one begins, where they are known; it is looked for by these. */
  readonly endings?: ReadonlyArray<string>
}

/** The same with a last word that is taken as it stands. */
export const finished = (question: Question): Question => ({ ...question, isFinished: true })

/** What an index has of a word beside itself, so that its other forms find it. */
const stemsOf = (word: string): ReadonlyArray<string> => {
  const english = EnglishStem.of(word)
  const inGerman = GermanStem.of(word)
  return inGerman === word
    ? english === word ? [] : [english]
    : english === word ? [german + inGerman] : [english, german + inGerman]
}

/** What stems words of many texts have, worked out once for each word: its keys are the words that there were. */
export type Stems = Map<string, ReadonlyArray<string>>

/** The stems of a word, kept with those of others. */
export const keptStemsOf = (word: string, kept: Stems): ReadonlyArray<string> => {
  const known = kept.get(word)
  if (known !== undefined) return known
  const stems = stemsOf(word)
  kept.set(word, stems)
  return stems
}

/** A word in every form that an index may have of it, in some languages. */
const formsOf = (phrase: Phrase, languages: ReadonlyArray<SearchLanguage>): AnyOf => {
  const [word, second] = phrase
  if (word === undefined || second !== undefined) return [phrase]
  const forms = new Set<string>()
  if (languages.includes("en")) forms.add(EnglishStem.of(word))
  if (languages.includes("de")) {
    const stem = GermanStem.of(word)
    // a word that is its own stem is kept as it is
    forms.add(word).add(stem).add(german + stem)
  }
  if (forms.size === 0) forms.add(word)
  return Array.from(forms, (form) => [form])
}

/** A text without the words that say nothing, unless it has no others. */
const meaningful = (phrases: ReadonlyArray<Phrase>, { languages, silent }: Lexicon): ReadonlyArray<Phrase> => {
  const rest = phrases.filter(([word, second]) =>
    word === undefined || second !== undefined
    || !(silent.has(word) || languages.some((language) => stopWords[language].has(word))))
  return rest.length === 0 ? phrases : rest
}

/** What a text asks for, or `undefined` if it has no word. */
export const of = (text: string, lexicon: Lexicon): Question | undefined => {
  const all = SearchText.words(text).slice(0, maximumWords)
  const phrases = meaningful(all, lexicon)
  const last = phrases.at(-1)
  if (last === undefined) return undefined
  const asked: Array<Asked> = []
  let at = 0
  while (at < phrases.length) {
    const { length, terms } = lexicon.synonymsAt(phrases, at)
    asked.push({
      term: phrases.slice(at, at + length).map((phrase) => formsOf(phrase, lexicon.languages)),
      synonyms: terms.map((term) => term.map((phrase) => formsOf(phrase, lexicon.languages)))
    })
    at += length
  }
  return { asked, unfinished: last, typed: all.flat(), isFinished: false }
}
