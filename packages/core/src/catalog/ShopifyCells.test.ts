import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Cells from "./ShopifyCells.ts"

const hostile = fc.string({ unit: fc.constantFrom("'", "=", "+", "-", "@", "\t", "\n", "\"", ",", " ", "a", "ß"), maxLength: 8 })

describe("a cell of a product file", () => {
  it("is no formula to a spreadsheet, whatever the text", () => {
    assert.deepStrictEqual(
      ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"].map(Cells.fromText),
      ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\r=1"]
    )
    assert.strictEqual(Cells.fromText("A = B"), "A = B")
    fc.assert(fc.property(hostile, (text) => assert.isFalse(/^[=+\-@\t\r\n]/.test(Cells.fromText(text)))))
  })

  it("gives back the text that was written", () => {
    fc.assert(fc.property(hostile, (text) => assert.strictEqual(Cells.toText(Cells.fromText(text)), text)))
    assert.strictEqual(Cells.toText("'tis the season"), "'tis the season")
  })

  it("gives back the tags that were written", () => {
    const tag = hostile.map((text) => text.trim()).filter((text) => text !== "")
    fc.assert(fc.property(fc.uniqueArray(tag, { maxLength: 5 }), (tags) => {
      assert.deepStrictEqual(Cells.toTags(Cells.toText(Cells.fromText(Cells.fromTags(tags)))), tags)
    }))
  })

  it("reads tags as people write them", () => {
    assert.deepStrictEqual(Cells.toTags("Pot, Plants"), ["Pot", "Plants"])
    assert.deepStrictEqual(Cells.toTags(" a,,b ,a, c\"d "), ["a", "b", "c\"d"])
    assert.deepStrictEqual(Cells.toTags("\"salt, pepper\", 5\" pot"), ["salt, pepper", "5\" pot"])
    assert.deepStrictEqual(Cells.toTags(""), [])
  })
})
