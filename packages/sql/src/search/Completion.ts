/**
 * What somebody is about to type.
 */
import * as SearchText from "../catalog/SearchText.ts"

const wordsOf = (text: string): ReadonlyArray<string> => SearchText.words(text).map((parts) => parts.join(""))

/** A text with its last word completed by words of some titles, those that most titles have first. */
export const completions = (typed: string, titles: ReadonlyArray<string>): ReadonlyArray<string> => {
  const words = wordsOf(typed)
  const last = words.at(-1)
  if (last === undefined) return []
  const before = words.slice(0, -1)
  const counts = new Map<string, number>()
  for (const title of titles) {
    for (const word of new Set(wordsOf(title))) {
      if (word.startsWith(last) && !before.includes(word)) counts.set(word, (counts.get(word) ?? 0) + 1)
    }
  }
  return Array.from(counts).sort(([a, many], [b, more]) => more - many || a.length - b.length || (a < b ? -1 : 1))
    .map(([word]) => [...before, word].join(" "))
}
