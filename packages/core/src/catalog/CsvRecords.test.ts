import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { Buffer } from "node:buffer"
import * as Csv from "../kernel/Csv.ts"
import * as CsvRecords from "./CsvRecords.ts"

const read = async (text: string | Buffer, size = 65_536): Promise<ReadonlyArray<CsvRecords.CsvRow>> => {
  const bytes = Buffer.from(text)
  const pieces = async function*() {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
  }
  const rows: Array<CsvRecords.CsvRow> = []
  for await (const row of CsvRecords.read(pieces())) rows.push(row)
  return rows
}

/** Lines with their cells, or with what is wrong. */
const told = async (text: string | Buffer, size?: number) =>
  (await read(text, size)).map(({ cells, fault, line }) => `${line}: ${cells?.join("|") ?? fault}`)

const notDoubled = "a quote within a quoted cell is not doubled, or the quote before it is not closed"
const noBegin = "a quote stands in a cell that does not begin with one"

describe("a CSV file", () => {
  it("gives its records with the lines that they begin on", async () => {
    assert.deepStrictEqual(await told("a,b\n1,\"x\ny\n\"\n2,\n\n\n3,z"), ["1: a|b", "2: 1|x\ny\n", "5: 2|", "8: 3|z"])
  })

  it("may come from any system, and from two of them put together", async () => {
    const rows = ["1: a|b", "2: 1|x\r\ny", "4: 2|z"]
    assert.deepStrictEqual(await told("a,b\r\n1,\"x\r\ny\"\r\n2,z\r\n"), rows)
    assert.deepStrictEqual(await told("a,b\n1,\"x\r\ny\"\r\n2,z\n"), rows)
    assert.deepStrictEqual(await told("a,b\r1,x\r2,z"), ["1: a|b", "2: 1|x", "3: 2|z"])
  })

  it("may begin with a byte order mark, and be empty", async () => {
    assert.deepStrictEqual(await told("\ufeffa,b\n\"1\",2"), ["1: a|b", "2: 1|2"])
    assert.deepStrictEqual(await told(""), [])
    assert.deepStrictEqual(await told("\n\r\n\n"), [])
  })

  it("reads the same however it is cut into pieces, and gives back what was written", async () => {
    const cell = fc.oneof(
      fc.string({ unit: "binary", maxLength: 20 }),
      fc.string({ unit: fc.constantFrom("\"", ",", "\n", "\r", " ", "a", "é", "🙂", "'", "="), maxLength: 12 })
    )
    await fc.assert(fc.asyncProperty(
      fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 40 }),
      async (records, size) => {
        const rows = await read(records.map(Csv.line).join(""), size)
        assert.deepStrictEqual(rows.map(({ cells }) => cells), records)
      }
    ))
  })
})

describe("a CSV file with a bad quote", () => {
  it("loses the line of a quote that is not closed, and none after it", async () => {
    const text = "a,b,c\n1,\"x,y\n2,x,\"quoted\"\n3,x,y\n4,\"never closed,y\n5,x,y\n6,x,y"
    for (const size of [1, 10, 1_000]) {
      assert.deepStrictEqual(await told(text, size), [
        "1: a|b|c",
        `2: ${notDoubled}`,
        "3: 2|x|quoted",
        "4: 3|x|y",
        "5: a quote is not closed",
        "6: 5|x|y",
        "7: 6|x|y"
      ])
    }
  })

  it("names the line of the quote within a record of several lines", async () => {
    assert.deepStrictEqual(await told("a,b,c\r\n1,\"x\r\ny\r\nz\",\"He said \"hi\" then\"\r\n2,x,y"), [
      "1: a|b|c",
      `4: ${notDoubled}`,
      "5: 2|x|y"
    ])
  })

  it("loses only the line of a quote where none may be", async () => {
    assert.deepStrictEqual(await told("a,b\n1,5\" pipe\n\"x\"y,2\n\n3,x"), [
      "1: a|b",
      `2: ${noBegin}`,
      `3: ${notDoubled}`,
      "5: 3|x"
    ])
  })

  it("does not take a large rest of the file into memory", async () => {
    const rest = Array.from({ length: 60_000 }, (_, index) => `${index},some text of a few words`).join("\n")
    const rows = await read(`a,b\n0,"never closed\n${rest}\n`)
    assert.strictEqual(rows.length, 60_002)
    assert.include(rows[1]?.fault, "a quote is not closed, or the line has more than a million characters")
    assert.deepStrictEqual(rows[2], { line: 3, cells: ["0", "some text of a few words"] })
    assert.strictEqual(rows.at(-1)?.line, 60_002)
  })

  it("skips a line of more than a million characters", async () => {
    assert.deepStrictEqual(await told(`a,b\n1,${"x".repeat(3_000_000)}\n2,y\n3,"${"x".repeat(1_500_000)}"`), [
      "1: a|b",
      "2: a quote is not closed, or the line has more than a million characters",
      "3: 2|y",
      "4: a quote is not closed, or the line has more than a million characters"
    ])
  })

  it("names every line when all of them are bad", async () => {
    const lines = Array.from({ length: 5_000 }, (_, index) => index % 2 === 0 ? `${index},"x` : `${index},"x"y`)
    const rows = await read(lines.join("\n"))
    assert.strictEqual(rows.length, 5_000)
    assert.isTrue(rows.every(({ fault }, index) => fault !== undefined && rows[index]?.line === index + 1))
  })
})
