import { assert, describe, it } from "@effect/vitest"
import { fold } from "../catalog/SearchText.ts"
import * as GermanStem from "./GermanStem.ts"

const stem = (word: string) => GermanStem.of(fold(word))

describe("German stems", () => {
  it("are the same for the forms of a word", () => {
    const forms: ReadonlyArray<ReadonlyArray<string>> = [
      ["Tasse", "Tassen"],
      ["Glas", "Gläser", "Gläsern", "Glases"],
      ["Brett", "Bretter", "Brettern", "Bretts"],
      ["Stuhl", "Stühle", "Stühlen", "Stuhls"],
      ["rot", "rote", "roter", "rotes", "roten", "rotem"],
      ["Löffel", "Löffeln", "Loeffel"],
      ["Kühlschrank", "Kühlschränke", "Kuehlschrank"],
      ["Handtuch", "Handtücher", "Handtuecher"],
      ["Becher", "Bechern", "Bechers"],
      ["Decke", "Decken"]
    ]
    for (const [first = "", ...others] of forms) {
      for (const other of others) assert.strictEqual(stem(other), stem(first), `${other} ${first}`)
    }
  })

  it("keep words apart that are none of the same", () => {
    const words = ["Tasse", "Tasche", "Glas", "Gabel", "Brett", "Brot", "Stuhl", "Stahl", "Messer", "Messing", "neu", "Quelle"]
    assert.strictEqual(new Set(words.map(stem)).size, words.length)
    assert.deepStrictEqual(["tee", "ei", "h2o", "木"].map(stem), ["tee", "ei", "h2o", "木"])
  })
})
