import * as ReportTable from "@stoa/core/reports/ReportTable"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import readWorkbook from "read-excel-file/node"
import { xlsxReports, type XlsxReportOptions } from "./XlsxReports.ts"

const about = { title: "Sales of Böttcher & Söhne: [all]", from: "2026-11-01", to: "2026-11-30", timeZone: "Europe/Berlin" }

/** Promotions that were used, by their names. */
const promotions = (...names: ReadonlyArray<string>) =>
  ReportTable.make("promotions", about, [{
    from: "2026-10-31T23:00:00.000Z",
    to: "2026-11-30T23:00:00.000Z",
    previous: false,
    figures: names.map((name, index) => ({
      currency: "EUR",
      promotionId: `promo_${index}`,
      name,
      code: null,
      orders: index + 1,
      discount: { amount: -1_999, currency: "EUR" },
      revenue: { amount: 123_456_789, currency: "EUR" }
    }))
  }])

/** Every cell of the sheet as a reader that is not the writer finds it. */
const read = (table: ReportTable.ReportTable, options?: XlsxReportOptions) =>
  Effect.flatMap(xlsxReports(options).write(table), (bytes) =>
    Effect.promise(async () => {
      const [sheet] = await readWorkbook(Buffer.from(bytes))
      return { name: sheet?.sheet, rows: sheet?.data ?? [] }
    }))

describe("reports as spreadsheets", () => {
  it.effect("have counts and amounts as numbers, and times as dates on the clock of the report", () =>
    Effect.gen(function*() {
      const { name, rows } = yield* read(promotions("Spring"))
      assert.strictEqual(name, "Sales of Böttcher & Söhne   all")
      assert.deepStrictEqual(rows[0], ["period", "from", "to", "currency", "promotion id", "name", "code", "orders", "discount", "revenue"])
      const [period, from, to, currency, , called, code, ...figures] = rows[1] ?? []
      assert.deepStrictEqual([period, currency, called, code, ...figures], ["asked", "EUR", "Spring", null, 1, -19.99, 1_234_567.89])
      assert.deepStrictEqual([from, to], [new Date("2026-11-01T00:00:00.000Z"), new Date("2026-12-01T00:00:00.000Z")])
    }))

  it.effect("take no name for a formula, and none breaks the file", () =>
    Effect.gen(function*() {
      const names = ["=1+1", "+1", "-1", "@SUM(A1)", "=HYPERLINK(\"http://evil.example\")", "<b>&\"'", "12", "a".repeat(40_000)]
      const { rows } = yield* read(promotions(...names))
      assert.deepStrictEqual(rows.slice(1).map((row) => row[5]), [...names.slice(0, -1), "a".repeat(32_767)])
      const broken = yield* read(promotions("a\u0000b\u001fc\ud800d"))
      assert.strictEqual(broken.rows[1]?.[5], "abcd")
    }))

  it.effect("keep an amount that no number of a spreadsheet can hold as text", () =>
    Effect.gen(function*() {
      const table = promotions("Much")
      const row = table.rows[0] ?? []
      const { rows } = yield* read({ ...table, rows: [[...row.slice(0, -1), "9007199254740991.99"]] })
      assert.strictEqual(rows[1]?.at(-1), "9007199254740991.99")
    }))

  it.effect("end where there is no more room, and say what is left out", () =>
    Effect.gen(function*() {
      const { rows } = yield* read(promotions("one", "two", "three", "four", "five"), { maximumLines: 3 })
      assert.deepStrictEqual(rows.slice(1).map((row) => row[5]), ["one", "two", "three", null])
      assert.strictEqual(rows[4]?.[0], "... 2 more")
      assert.lengthOf((yield* read(promotions())).rows, 1)
    }))
})
