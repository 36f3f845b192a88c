/**
 * The stem of a German word, so that `tassen` finds a Tasse and `rotes` what is rot.
 *
 * Only what inflection adds is taken off, once, in the manner of the first step of the German stemmer of Snowball. Umlauts
 * are folded to plain vowels before, so that `glaser` (Gläser) is found by Glas; `ae`, `oe` and `ue` are folded in the stem.
 *
 * @see https://snowballstem.org/algorithms/german/stemmer.html
 */

/** The stem of a word in lower case and without accents. A word that is not made of a to z is its own stem. */
export const of = (word: string): string => {
  if (word.length < 4 || word.length > 40 || !/^[a-z]+$/.test(word)) return word
  const singular = word.replace(/(?<=...[bdfghklmnrt])s$/, "")
  const stem = singular.replace(/(?<=...)(?:ern|em|en|er|es|e)$/, "")
  return (stem === singular ? singular.replace(/(?<=..[lr])n$/, "") : stem).replace(/(?<![aeq])([aou])e(?=.)/g, "$1")
}
