/**
 * Reports as spreadsheets (Office Open XML, ISO/IEC 29500).
 *
 * **Details**
 *
 * One sheet, whose first row names the columns and stays in sight. What a shop's people have written is text whatever it begins with: only
 * a cell of type formula would be worked out, and none is written.
 */
import type { ReportColumn, ReportTable } from "@stoa/core/reports/ReportTable"
import type { ReportWriter } from "@stoa/core/reports/ReportWriter"
import * as Effect from "effect/Effect"
import { setImmediate } from "node:timers/promises"
import type { CellObject } from "write-excel-file/node"

export interface XlsxReportOptions {
  /** So many lines of a report are in a file, 100,000 if it is left out. A sheet has room for 1,048,576. */
  readonly maximumLines?: number | undefined
}

/** A cell holds no more characters. */
const longestText = 32_767

/** What a number of a spreadsheet keeps of an amount, in digits: it is a double. */
const exactDigits = 15

/** Others are answered after so many lines. */
const atOnce = 1_000

/** Writes reports as XLSX. */
export const xlsxReports = ({ maximumLines = 100_000 }: XlsxReportOptions = {}): ReportWriter => ({
  format: "xlsx",
  contentType: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  write: (table) =>
    Effect.promise(async () => {
      const { default: write } = await import("write-excel-file/node")
      const clock = clockOf(table.timeZone)
      const sheet: Array<Array<CellObject | null>> = [
        table.columns.map(({ name }) => ({ ...text(name.replaceAll("_", " ")), fontWeight: "bold" }))
      ]
      for (const [index, row] of table.rows.slice(0, maximumLines).entries()) {
        if (index % atOnce === atOnce - 1) await setImmediate()
        sheet.push(row.map((value, at) => cell(value, table.columns[at]?.kind ?? "text", clock)))
      }
      const leftOut = table.rows.length - maximumLines
      if (leftOut > 0) sheet.push([text(`... ${leftOut} more`)])
      const columns = table.columns.map(({ kind }) => ({ width: kind === "text" || kind === "time" ? 20 : 12 }))
      return new Uint8Array(await write(sheet, { sheet: sheetName(table), stickyRowsCount: 1, columns }).toBuffer())
    })
})

/** Characters that no XML may hold, and halves of characters, would make the file unreadable. */
const text = (value: string): CellObject => ({
  type: String,
  // oxlint-disable-next-line no-control-regex -- it is what is looked for
  value: value.slice(0, longestText).toWellFormed().replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "")
})

const cell = (value: string | number, kind: ReportColumn["kind"], clock: (at: string) => Date | undefined): CellObject | null => {
  if (value === "") return null
  if (typeof value === "number") return { type: Number, value }
  if (kind === "amount" && /^-?\d+(\.\d+)?$/.test(value) && value.replaceAll(/\D/g, "").length <= exactDigits) {
    const decimals = value.split(".")[1]?.length ?? 0
    return { type: Number, value: Number(value), format: decimals === 0 ? "#,##0" : `#,##0.${"0".repeat(decimals)}` }
  }
  const at = kind === "time" ? clock(value) : undefined
  return at === undefined ? text(value) : { type: Date, value: at, format: "yyyy-mm-dd hh:mm" }
}

/** What a clock in a time zone says at a moment, as the spreadsheet's date, which has no zone. */
const clockOf = (timeZone: string) => {
  const format = new Intl.DateTimeFormat("en", {
    timeZone,
    hourCycle: "h23",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric"
  })
  return (at: string): Date | undefined => {
    const moment = new Date(at)
    if (Number.isNaN(moment.getTime())) return undefined
    const parts = new Map(format.formatToParts(moment).map(({ type, value }) => [type, Number(value)]))
    const [year = 0, month = 1, day = 1, hour = 0, minute = 0] = (["year", "month", "day", "hour", "minute"] as const).map((name) => parts.get(name))
    return new Date(Date.UTC(year, month - 1, day, hour, minute))
  }
}

/** A sheet's name has at most 31 characters, and none of those that formulas read. */
const sheetName = ({ title }: ReportTable): string => {
  const { value } = text(title.replaceAll(/[\\/?*[\]:']/g, " ").trim().slice(0, 31))
  return String(value).trim() || "Report"
}
