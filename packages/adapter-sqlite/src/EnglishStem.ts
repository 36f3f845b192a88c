/**
 * The stem of an English word, so that `boards` finds a board and `knitted` what is knitting. Only what inflection adds
 * is taken off (step 1 of Porter's algorithm): words that merely come from one another stay apart.
 *
 * @see https://tartarus.org/martin/PorterStemmer/def.txt
 */

const vowel = /[aeiou]|(?<=[^aeiou])y/
const doubled = /([^aeiouylsz])\1$/
const short = /^[^aeiou]*[aeiouy][^aeiouwxy]$/

/** The stem of a word in lower case and without accents. A word that is not made of a to z is its own stem. */
export const of = (word: string): string => {
  if (word.length < 3 || word.length > 40 || !/^[a-z]+$/.test(word)) return word
  return ofY(ofPast(ofPlural(word)))
}

const ofPlural = (word: string): string => {
  if (/sses$|ies$/.test(word)) return word.slice(0, -2)
  return /[^s]s$/.test(word) ? word.slice(0, -1) : word
}

const ofPast = (word: string): string => {
  if (/[aeiouy].*[^aeiou]eed$/.test(word)) return word.slice(0, -1)
  const suffix = /(?:ed|ing)$/.exec(word)?.[0]
  if (suffix === undefined || word.endsWith("eed")) return word
  const stem = word.slice(0, -suffix.length)
  if (!vowel.test(stem)) return word
  if (/(?:at|bl|iz)$/.test(stem)) return `${stem}e`
  if (doubled.test(stem)) return stem.slice(0, -1)
  return short.test(stem) ? `${stem}e` : stem
}

const ofY = (word: string): string => word.endsWith("y") && vowel.test(word.slice(0, -1)) ? `${word.slice(0, -1)}i` : word
