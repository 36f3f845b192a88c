/**
 * The days that a report is about when it is made.
 */
import * as Calendar from "../analytics/Calendar.ts"
import type { Bucket } from "../analytics/SalesFigures.ts"
import type { ReportDefinition, ReportRange } from "./Report.ts"

type Unit = Extract<ReportRange, { readonly unit: unknown }>["unit"]

/** The day on which the unit of a day begins that is so many units before it. Weeks begin on Monday. */
const begin = (day: string, unit: Unit, before: number): string => {
  const at = new Date(`${day}T00:00:00.000Z`)
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()]
  const first = (months: number) => new Date(Date.UTC(year, months, 1)).toISOString().slice(0, 10)
  switch (unit) {
    case "day":
      return Calendar.plusDays(day, -before)
    case "week":
      return Calendar.plusDays(day, -((at.getUTCDay() + 6) % 7) - 7 * before)
    case "month":
      return first(month - before)
    case "quarter":
      return first(month - (month % 3) - 3 * before)
    case "year":
      return first(-12 * before)
  }
}

export const of = (range: ReportRange, today: string): { readonly from: string; readonly to: string } => {
  if ("from" in range) return range
  const { current = false, last, unit } = range
  return current
    ? { from: begin(today, unit, last - 1), to: today }
    : { from: begin(today, unit, last), to: Calendar.plusDays(begin(today, unit, 0), -1) }
}

const longest: Readonly<Record<Unit, number>> = { day: 1, week: 7, month: 31, quarter: 92, year: 366 }
const shortest: Readonly<Record<Bucket, number>> = { hour: 1 / 24, day: 1, week: 7, month: 28, quarter: 90, year: 365 }

/** Into how many pieces of time a report cuts its days, whenever it is made: never less than it does. */
export const mostPieces = ({ bucket, range }: Pick<ReportDefinition, "bucket" | "range">): number => {
  if (bucket === undefined) return 1
  const days = "from" in range ? Calendar.daysBetween(range.from, range.to) : range.last * longest[range.unit]
  // the first and the last may be a part of one, and a day may have an hour more
  return Math.max(1, Math.ceil(days / shortest[bucket]) + 1)
}
