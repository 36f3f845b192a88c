import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Csv from "../kernel/Csv.ts"
import * as Cells from "./ShopifyCells.ts"

const hostile = fc.string({ unit: fc.constantFrom("'", "=", "+", "-", "@", "\t", "\n", "\"", ",", " ", "a", "ß"), maxLength: 8 })

describe("a cell of a product file", () => {
  it("gives back the tags that were written", () => {
    const tag = hostile.map((text) => text.trim()).filter((text) => text !== "")
    fc.assert(fc.property(fc.uniqueArray(tag, { maxLength: 5 }), (tags) => {
      assert.deepStrictEqual(Cells.toTags(Csv.toText(Csv.fromText(Cells.fromTags(tags)))), tags)
    }))
  })

  it("reads tags as people write them", () => {
    assert.deepStrictEqual(Cells.toTags("Pot, Plants"), ["Pot", "Plants"])
    assert.deepStrictEqual(Cells.toTags(" a,,b ,a, c\"d "), ["a", "b", "c\"d"])
    assert.deepStrictEqual(Cells.toTags("\"salt, pepper\", 5\" pot"), ["salt, pepper", "5\" pot"])
    assert.deepStrictEqual(Cells.toTags(""), [])
  })
})
