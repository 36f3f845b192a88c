/**
 * Finds categories by what somebody has begun to type, by words that are folded once for each change of a tree.
 */
import type { Category } from "@stoa/core/catalog/Category"
import * as SearchText from "../catalog/SearchText.ts"

interface Word {
  readonly word: string
  /** Where the category stands in the tree. */
  readonly place: number
}

interface Known {
  /** In order, so that those with one beginning stand together. */
  readonly words: ReadonlyArray<Word>
  readonly wordsOf: ReadonlyArray<ReadonlyArray<string>>
}

const wordsOf = (text: string): ReadonlyArray<string> => SearchText.words(text).map((parts) => parts.join(""))

const learn = (tree: ReadonlyArray<Category>): Known => {
  const named = tree.map(({ name }) => wordsOf(name))
  return {
    wordsOf: named,
    words: named.flatMap((all, place) => [...new Set(all)].map((word) => ({ word, place })))
      .sort((a, b) => a.word < b.word ? -1 : a.word > b.word ? 1 : a.place - b.place)
  }
}

/** The first of some words in order that is not below another. */
const firstFrom = (words: ReadonlyArray<Word>, begin: string): number => {
  let [low, high] = [0, words.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((words[middle]?.word ?? "") < begin) low = middle + 1
    else high = middle
  }
  return low
}

/** What finds categories of a tree, and remembers the words of trees for as long as somebody else keeps these. */
export const make = () => {
  const trees = new WeakMap<ReadonlyArray<Category>, Known>()
  return {
    /** Categories whose names have every word of a text, the last of which may be unfinished, in the order of the tree. */
    find: (tree: ReadonlyArray<Category>, typed: string, limit: number): ReadonlyArray<Category> => {
      const asked = wordsOf(typed)
      const last = asked.at(-1)
      if (last === undefined) return []
      const known = trees.get(tree) ?? learn(tree)
      trees.set(tree, known)
      const places = new Set<number>()
      for (let at = firstFrom(known.words, last); known.words[at]?.word.startsWith(last) === true; at++) {
        const place = known.words[at]?.place ?? 0
        if (asked.slice(0, -1).every((word) => known.wordsOf[place]?.includes(word) === true)) places.add(place)
      }
      return [...places].sort((a, b) => a - b).slice(0, limit).flatMap((place) => tree[place] ?? [])
    }
  }
}
