/**
 * Reports as PDF: a chart of what they are about, and the table below it.
 *
 * **Details**
 *
 * A4 or Letter, lying. Columns that are empty in every line are left out, and the header of the table stands on each page.
 * A PDF is for reading: of a longer table, the first 500 lines are in it, and it says how many there are.
 */
import type { ReportColumn, ReportTable } from "@stoa/core/reports/ReportTable"
import type { ReportWriter } from "@stoa/core/reports/ReportWriter"
import * as Effect from "effect/Effect"
import { setImmediate } from "node:timers/promises"
import { bytesOf, type Fonts, fontsOf, type Sheet } from "./Sheet.ts"

export interface PdfReportOptions {
  readonly paper?: "A4" | "letter" | undefined
  /** Font files (TrueType or OpenType) to use instead of DejaVu Sans. */
  readonly fonts?: Fonts | undefined
}

const margin = 36
const maximumLines = 500
/** More bars or points than that could not be read any more. */
const maximumBars = 30
const maximumPoints = 1_000
const grey = "#555555"
const blue = "#2b5c8a"

/** Writes reports as PDF. */
export const pdfReports = (options: PdfReportOptions = {}): ReportWriter => {
  const fonts = fontsOf(options.fonts)
  return {
    format: "pdf",
    contentType: "application/pdf",
    write: (table) =>
      Effect.promise(async () => {
        const { default: Pdf } = await import("pdfkit")
        const sheet = new Pdf({
          size: options.paper === "letter" ? "LETTER" : "A4",
          layout: "landscape",
          margin,
          bufferPages: true,
          font: fonts.regular,
          info: { Title: table.title, Producer: "Stoa", CreationDate: dayOf(table.to) }
        })
        sheet.registerFont("regular", fonts.regular).registerFont("bold", fonts.bold)
        const whole = bytesOf(sheet)
        sheet.font("bold").fontSize(16).text(table.title, margin, margin)
        sheet.font("regular").fontSize(9).fillColor(grey).text(`${table.from} – ${table.to}, ${table.timeZone}`)
        chart(sheet, table)
        await lines(sheet, table)
        feet(sheet)
        sheet.end()
        return whole
      })
  }
}

const dayOf = (day: string): Date => new Date(`${day}T00:00:00.000Z`)

/** What the chart shows: the values of the first currency, of the days that were asked for. */
const chartedOf = ({ chart: { kind, label, value }, columns, rows }: ReportTable) => {
  const currency = columns.findIndex(({ name }) => name === "currency")
  const own = rows.filter((row) => row[0] === "asked" && (currency === -1 || row[currency] === rows[0]?.[currency]))
  return own.slice(0, kind === "bars" ? maximumBars : maximumPoints).map((row) => ({
    label: String(row[label] ?? "").replace(/T\d\d:\d\d:\d\d\.\d{3}Z$/, ""),
    value: Number(row[value] ?? 0)
  }))
}

const chart = (sheet: Sheet, table: ReportTable): void => {
  const points = chartedOf(table)
  const most = Math.max(...points.map(({ value }) => value), 0)
  if (points.length < 2 || most === 0) return
  const width = sheet.page.width - 2 * margin
  const [left, top, height] = [margin + 60, sheet.y + 12, 130]
  const step = (width - 60) / points.length
  const y = (value: number) => top + height - (Math.max(value, 0) / most) * height
  sheet.fontSize(8).fillColor(grey)
  for (const share of [0, 0.5, 1]) {
    sheet.moveTo(left, y(most * share)).lineTo(margin + width, y(most * share)).lineWidth(0.5).strokeColor("#dddddd").stroke()
    sheet.text(new Intl.NumberFormat("en", { maximumFractionDigits: 1 }).format(most * share), margin, y(most * share) - 5, {
      width: 54,
      align: "right",
      lineBreak: false
    })
  }
  if (table.chart.kind === "bars") {
    points.forEach(({ value }, at) =>
      sheet.rect(left + at * step + step * 0.15, y(value), step * 0.7, top + height - y(value)).fill(blue)
    )
  } else {
    points.forEach(({ value }, at) => {
      const x = left + (at + 0.5) * step
      if (at === 0) sheet.moveTo(x, y(value))
      else sheet.lineTo(x, y(value))
    })
    sheet.lineWidth(1.5).strokeColor(blue).stroke()
  }
  // as many labels as there is room for
  const every = Math.ceil(60 / step)
  sheet.fillColor(grey)
  points.forEach(({ label }, at) => {
    if (at % every === 0) {
      sheet.text(label, left + at * step, top + height + 4, { width: step * every - 4, height: 10, ellipsis: true, lineBreak: false })
    }
  })
  sheet.fillColor("black").text(table.columns[table.chart.value]?.name.replaceAll("_", " ") ?? "", left, top - 12, { lineBreak: false })
  sheet.x = margin
  sheet.y = top + height + 24
}

/** A table that goes on over pages. */
const lines = async (sheet: Sheet, table: ReportTable): Promise<void> => {
  const used = table.columns.flatMap((column, index) => table.rows.some((row) => row[index] !== "") ? [{ ...column, index }] : [])
  const isWide = (kind: ReportColumn["kind"] | undefined) => kind === "text" || kind === "time"
  const shares = used.map(({ kind }) => isWide(kind) ? 1.6 : 1)
  const width = sheet.page.width - 2 * margin
  const unit = width / Math.max(shares.reduce((sum, share) => sum + share, 0), 1)
  const left = shares.map((_, index) => margin + unit * shares.slice(0, index).reduce((sum, share) => sum + share, 0))
  const row = (cells: ReadonlyArray<string>, style: "regular" | "bold") => {
    if (sheet.y + 12 > sheet.page.height - margin - 16) {
      sheet.addPage()
      sheet.y = margin
      header()
    }
    const top = sheet.y
    sheet.font(style).fontSize(6.5).fillColor("black")
    cells.forEach((cell, index) =>
      sheet.text(cell, left[index] ?? margin, top, {
        width: unit * (shares[index] ?? 1) - 4,
        height: 8,
        ellipsis: true,
        lineBreak: false,
        align: isWide(used[index]?.kind) ? "left" : "right"
      })
    )
    sheet.x = margin
    sheet.y = top + 12
  }
  const header = () => row(used.map(({ name }) => name.replaceAll("_", " ")), "bold")
  header()
  for (const [index, line] of table.rows.slice(0, maximumLines).entries()) {
    // others are answered in between
    if (index % 20 === 19) await setImmediate()
    row(used.map(({ index }) => String(line[index] ?? "").replace(/T00:00:00\.000Z$/, "")), "regular")
  }
  const leftOut = table.rows.length - maximumLines
  if (leftOut > 0) row([`... ${leftOut} more`], "regular")
}

const feet = (sheet: Sheet): void => {
  const { count, start } = sheet.bufferedPageRange()
  for (let page = start; page < start + count; page++) {
    sheet.switchToPage(page)
    // text below the margin would begin another page
    sheet.page.margins.bottom = 0
    sheet.font("regular").fontSize(7).fillColor(grey).text(`${page - start + 1} / ${count}`, margin, sheet.page.height - margin + 8, {
      width: sheet.page.width - 2 * margin,
      align: "center",
      lineBreak: false
    })
  }
}
