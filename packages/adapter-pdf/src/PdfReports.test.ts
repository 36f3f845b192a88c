import * as ReportTable from "@stoa/core/reports/ReportTable"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { extractText, getDocumentProxy } from "unpdf"
import { pdfReports } from "./PdfReports.ts"

const about = { title: "Sales of Böttcher & Söhne", from: "2026-11-01", to: "2026-11-30", timeZone: "Europe/Berlin" }

const money = (amount: number) => ({ amount, currency: "EUR" })

const day = (at: number) => new Date(Date.UTC(2026, 10, 1 + at)).toISOString()

const sales = (days: number) =>
  ReportTable.make(
    "refunds",
    about,
    Array.from({ length: days }, (_, at) => ({
      from: day(at),
      to: day(at + 1),
      previous: false,
      figures: [{ currency: "EUR", refunds: at, orders: at, amount: money(100_000 + at), credited: money(0) }]
    }))
  )

const write = (table: ReportTable.ReportTable) => pdfReports().write(table)

const read = (table: ReportTable.ReportTable) =>
  Effect.flatMap(write(table), (bytes) =>
    Effect.promise(async () => {
      const { text } = await extractText(await getDocumentProxy(bytes), { mergePages: false })
      return text.map((page) => page.replaceAll(/\s+/g, " "))
    }))

describe("reports as PDF", () => {
  it.effect("say what they are of, with a chart and every line", () =>
    Effect.gen(function*() {
      const [page = ""] = yield* read(sales(10))
      for (const said of ["Sales of Böttcher & Söhne", "2026-11-01 – 2026-11-30, Europe/Berlin", "1000.09", "2026-11-10", "credited", "1 / 1"]) {
        assert.include(page, said)
      }
      // the scale of the chart
      assert.include(page, "1,000.1")
      const [long = ""] = yield* read(sales(200))
      assert.include(long, "1,002")
    }))

  it.effect("go on over pages with their header on each, and say what is left out", () =>
    Effect.gen(function*() {
      const pages = yield* read(sales(520))
      assert.isAbove(pages.length, 8)
      for (const page of pages) assert.include(page, "period")
      assert.include(pages.at(-1) ?? "", "20 more")
    }))

  it.effect("without a line have a header only, and the same report gives the same bytes", () =>
    Effect.gen(function*() {
      assert.lengthOf(yield* read(sales(0)), 1)
      assert.deepStrictEqual(yield* write(sales(3)), yield* write(sales(3)))
    }))
})
