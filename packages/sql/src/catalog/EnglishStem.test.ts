import { assert, describe, it } from "@effect/vitest"
import * as EnglishStem from "./EnglishStem.ts"

const together: ReadonlyArray<ReadonlyArray<string>> = [
  ["board", "boards"],
  ["cut", "cuts", "cutting"],
  ["dress", "dresses", "dressed", "dressing"],
  ["battery", "batteries"],
  ["cookie", "cookies"],
  ["tie", "ties"],
  ["shoe", "shoes"],
  ["tomato", "tomatoes"],
  ["watch", "watches"],
  ["knit", "knits", "knitted", "knitting"],
  ["size", "sizes", "sized", "sizing"],
  ["plane", "planes", "planed", "planing"],
  ["engrave", "engraved", "engraving"],
  ["forge", "forged", "forging"],
  ["dry", "dries", "dried", "drying"],
  ["agree", "agrees", "agreed"],
  ["box", "boxes", "boxed", "boxing"],
  ["toy", "toys"],
  ["glass", "glasses"],
  ["ring", "rings"],
  ["pin", "pins"],
  ["pine"],
  ["plan", "planned", "planning"],
  ["sky", "skies"],
  ["ski", "skis"],
  ["knife", "knives"],
  ["shelf", "shelves"],
  ["glove", "gloves"],
  ["olive", "olives"]
]

describe("the stem of a word", () => {
  for (const words of together) {
    it(`is one for ${words.join(", ")}`, () => {
      assert.deepStrictEqual(new Set(words.map(EnglishStem.of)).size, 1, words.map(EnglishStem.of).join())
    })
  }

  it("is another for every other word of these", () => {
    assert.strictEqual(new Set(together.map(([word]) => EnglishStem.of(word!))).size, together.length)
    assert.notStrictEqual(EnglishStem.of("universe"), EnglishStem.of("university"))
  })

  it("is the word itself where it is none of English", () => {
    for (const word of ["as", "42ies", "木板", "größen", "x".repeat(10_000), "bed", "string", "red"]) {
      assert.strictEqual(EnglishStem.of(word), word)
    }
  })
})
