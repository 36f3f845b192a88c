/**
 * The stem of an English word, so that `boards` finds a board and `knitted` what is knitting.
 *
 * Only what inflection adds is taken off: plurals, -ed and -ing, in the manner of the first step of Porter's algorithm.
 * What goes further makes one word of pin and pine, or of universe and university, which a shop keeps apart. The stem of
 * some words is no word itself (`cookie` and `cookies` become `cooky`).
 *
 * @see https://tartarus.org/martin/PorterStemmer/def.txt
 */

const vowel = /[aeiou]|(?<=[^aeiou])y/
const doubled = /([^aeiouylsz])\1$/
const short = /^[^aeiou]*[aeiouy][^aeiouwxy]$/
/** Endings that no word has without an e. */
const unfinished = /(?:at|bl|iz|v|[dr]g)$/

/** The stem of a word in lower case and without accents. A word that is not made of a to z is its own stem. */
export const of = (word: string): string =>
  word.length < 3 || word.length > 40 || !/^[a-z]+$/.test(word) ? word : spelled(ofPast(ofPlural(word)))

const ofPlural = (word: string): string => {
  if (/(?:ss|x|ch|sh)es$/.test(word)) return word.slice(0, -2)
  if (/(?:kni|wi|^li)ves$/.test(word)) return `${word.slice(0, -3)}fe`
  if (/(?:^cal|^el|^hal|^hoo|lea|loa|scar|sel|shel|thie|wol)ves$/.test(word)) return `${word.slice(0, -3)}f`
  return /[^su]s$/.test(word) ? word.slice(0, -1) : word
}

const ofPast = (word: string): string => {
  if (/.ied$/.test(word)) return word.slice(0, -1)
  if (word.endsWith("eed")) return vowel.test(word.slice(0, -3)) ? word.slice(0, -1) : word
  const suffix = /(?:ed|ing)$/.exec(word)?.[0]
  const stem = suffix === undefined ? "" : word.slice(0, -suffix.length)
  if (!vowel.test(stem)) return word
  if (unfinished.test(stem) || short.test(stem)) return `${stem}e`
  return doubled.test(stem) ? stem.slice(0, -1) : stem
}

/** A word may end in -ie or -y, -oe or -o before an s. */
const spelled = (word: string): string => {
  if (word.length > 3 && word.endsWith("ie")) return `${word.slice(0, -2)}y`
  return word.endsWith("oe") ? word.slice(0, -1) : word
}
