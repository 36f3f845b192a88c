/**
 * What a word and its misspellings have in common, so that an index finds one by the other.
 *
 * **Details**
 *
 * A short word is kept under itself and under what is left of it without one of its letters. Two words that differ by
 * one letter, or by two that are exchanged, always share one of these ("symmetric deletes"). A long word is kept under
 * each three letters that follow each other: two misspelt letters leave some of them as they were.
 *
 * Keys are letters and digits and one private sign, so that they are words for any full text index.
 *
 * @see https://wolfgarbe.medium.com/1000x-faster-spelling-correction-algorithm-2012-8701fcd87a5f
 */
const shortest = 3
export const longest = 40
/** Words of up to so many letters are kept under what is left of them. */
const short = 9
/** Words of so many letters and more are kept under three letters each. Some are kept in both ways: a misspelling is longer or shorter. */
const long = 6
/** Before the first letter and behind the last one. */
const edge = "\uE000"

const lettersOnly = /^[\p{L}\p{M}]+$/u

/** Whether a folded word may be misspelt: one of letters, neither short nor endless. */
export const isCorrectable = (word: string): boolean =>
  word.length >= shortest && word.length <= longest && lettersOnly.test(word)

/** The keys of a correctable word. */
export const of = (word: string): ReadonlyArray<string> => {
  const letters = Array.from(word)
  const keys = new Set<string>()
  if (letters.length <= short) {
    keys.add(`d${word}`)
    for (let index = 0; index < letters.length; index++) {
      keys.add(`d${letters.slice(0, index).join("")}${letters.slice(index + 1).join("")}`)
    }
  }
  if (letters.length >= long) {
    const padded = [edge, ...letters, edge]
    for (let index = 0; index + 3 <= padded.length; index++) keys.add(`t${padded.slice(index, index + 3).join("")}`)
  }
  return [...keys]
}

/** Whether words that go on before or behind have a key as well: three letters that neither begin nor end a word. */
export const isPartOfLong = (key: string): boolean => key.startsWith("t") && !key.includes(edge)

/** How many letters of a word may be wrong. */
export const tolerance = (word: string): number => Array.from(word).length <= long ? 1 : 2

/**
 * How many letters have to be added, left out, changed or exchanged with their neighbour to make one word of another
 * (optimal string alignment), or `limit + 1` if these are more than the limit.
 */
export const distance = (from: string, to: string, limit: number): number => {
  const a = Array.from(from)
  const b = Array.from(to)
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  let before: Array<number> = []
  let above = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1]
      let steps = Math.min((above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (above[j - 1] ?? 0) + (same ? 0 : 1))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) steps = Math.min(steps, (before[j - 2] ?? 0) + 1)
      row.push(steps)
      least = Math.min(least, steps)
    }
    if (least > limit) return limit + 1
    before = above
    above = row
  }
  return Math.min(above[b.length] ?? 0, limit + 1)
}
