import { assert, describe, it } from "@effect/vitest"
import * as FastCheck from "fast-check"
import * as WordKeys from "./WordKeys.ts"

const letter = FastCheck.constantFrom(..."abcdeéßя".split(""))
const word = FastCheck.array(letter, { minLength: 3, maxLength: 14 }).map((letters) => letters.join(""))

/** A word with one letter added, left out, changed, or exchanged with the next. */
const misspelt = (word: string, at: number, how: number, letter: string): string => {
  const letters = Array.from(word)
  const index = at % letters.length
  if (how === 0) letters.splice(index, 0, letter)
  else if (how === 1) letters.splice(index, 1)
  else if (how === 2) letters[index] = letter
  else letters.splice(index, 2, ...letters.slice(index, index + 2).reverse())
  return letters.join("")
}

describe("the keys of words", () => {
  it("are shared by a word of up to nine letters and whatever differs from it by one", () => {
    FastCheck.assert(FastCheck.property(
      word.filter((word) => word.length <= 8),
      FastCheck.nat(20),
      FastCheck.nat(3),
      letter,
      (word, at, how, letter) => {
        const keys = new Set(WordKeys.of(word))
        assert.isTrue(WordKeys.of(misspelt(word, at, how, letter)).some((key) => keys.has(key)))
      }
    ), { numRuns: 2_000 })
  })

  it("are few, however long a word is", () => {
    assert.isAtMost(WordKeys.of("a".repeat(40)).length, 41)
    assert.isAtMost(WordKeys.of("abcdefghijklmnopqrstuvwxyzabcdefghijklmn").length, 41)
    assert.isFalse(WordKeys.isCorrectable("ab"))
    assert.isFalse(WordKeys.isCorrectable("a".repeat(41)))
    assert.isFalse(WordKeys.isCorrectable("mk2"))
    assert.isTrue(WordKeys.isCorrectable("straße"))
  })
})

describe("the distance between words", () => {
  it("counts letters that are added, left out, changed and exchanged", () => {
    const known: ReadonlyArray<readonly [string, string, number]> = [
      ["board", "board", 0],
      ["bord", "board", 1],
      ["boaard", "board", 1],
      ["boerd", "board", 1],
      ["baord", "board", 1],
      ["kitten", "sitting", 3],
      ["ca", "abc", 3],
      ["", "ab", 2],
      ["straße", "strasse", 2]
    ]
    for (const [from, to, steps] of known) {
      assert.strictEqual(WordKeys.distance(from, to, 5), steps, `${from} ${to}`)
      assert.strictEqual(WordKeys.distance(to, from, 5), steps, `${to} ${from}`)
    }
  })

  it("is never more than a misspelling makes, and stops at its limit", () => {
    FastCheck.assert(FastCheck.property(word, FastCheck.nat(20), FastCheck.nat(3), letter, (word, at, how, letter) => {
      assert.isAtMost(WordKeys.distance(word, misspelt(word, at, how, letter), 2), 1)
    }), { numRuns: 2_000 })
    assert.strictEqual(WordKeys.distance("abcdefgh", "zyxwvuts", 2), 3)
    assert.strictEqual(WordKeys.distance("abc", "abcdefgh", 2), 3)
  })
})
