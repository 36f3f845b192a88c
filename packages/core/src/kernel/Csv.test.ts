import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Csv from "./Csv.ts"

const hostile = fc.string({ unit: fc.constantFrom("'", "=", "+", "-", "@", "\t", "\n", "\"", ",", " ", "a", "ß"), maxLength: 8 })

describe("a cell of a CSV file", () => {
  it("is no formula to a spreadsheet, whatever the text", () => {
    assert.deepStrictEqual(
      ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"].map(Csv.fromText),
      ["'=1+1", "'+1", "'-1", "'@SUM(A1)", "'\t=1", "'\r=1"]
    )
    assert.strictEqual(Csv.fromText("A = B"), "A = B")
    fc.assert(fc.property(hostile, (text) => assert.isFalse(/^[=+\-@\t\r\n]/.test(Csv.fromText(text)))))
  })

  it("gives back the text that was written", () => {
    fc.assert(fc.property(hostile, (text) => assert.strictEqual(Csv.toText(Csv.fromText(text)), text)))
    assert.strictEqual(Csv.toText("'tis the season"), "'tis the season")
  })

  it("is quoted where it would be taken for more than one", () => {
    assert.strictEqual(Csv.line(["a", "b,c", "5\" pot", "two\nlines", ""]), "a,\"b,c\",\"5\"\" pot\",\"two\nlines\",\n")
  })
})
