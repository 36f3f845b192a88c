/**
 * Days, weeks and months of a time zone as moments. Every time zone of today is off UTC by a multiple of 15 minutes, so that
 * all of them begin with a quarter of an hour, which figures are kept by.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import { midnight } from "../kernel/LocalTime.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { Bucket } from "./SalesFigures.ts"

/** From a moment on, and before another. */
export interface Span {
  readonly from: Timestamp.Timestamp
  readonly to: Timestamp.Timestamp
}

const stamp = (time: DateTime.DateTime) => Timestamp.fromMillis(DateTime.toEpochMillis(time))

/** A zone by its name, if there is one. */
export const zone = (name: string): DateTime.TimeZone | undefined => Option.getOrUndefined(DateTime.zoneMakeNamed(name))

/** The day of a moment. */
export const dayOf = (at: Timestamp.Timestamp, timeZone: DateTime.TimeZone): string =>
  DateTime.formatIsoDate(DateTime.makeZonedUnsafe(at, { timeZone }))

/** A day that comes so many days later, or earlier. */
export const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00.000Z`) + days * 86_400_000).toISOString().slice(0, 10)

/** The same day of the year before; the 28th where there was no 29th of February. */
export const yearBefore = (day: string): string => {
  const year = String(Number(day.slice(0, 4)) - 1).padStart(4, "0")
  return `${year}${day.endsWith("-02-29") ? "-02-28" : day.slice(4)}`
}

/** How many days there are from one to another, both counted. */
export const daysBetween = (from: string, to: string): number =>
  (Date.parse(`${to}T00:00:00.000Z`) - Date.parse(`${from}T00:00:00.000Z`)) / 86_400_000 + 1

/** From the first day's beginning to the last day's end. */
export const days = (from: string, to: string, timeZone: DateTime.TimeZone): Span => ({
  from: midnight(from, timeZone),
  to: midnight(plusDays(to, 1), timeZone)
})

const begins = (at: DateTime.Zoned, bucket: Bucket): DateTime.Zoned => {
  switch (bucket) {
    case "week":
      return DateTime.startOf(at, "week", { weekStartsOn: 1 })
    case "quarter": {
      const { month } = DateTime.toParts(at)
      return DateTime.startOf(DateTime.subtract(at, { months: (month - 1) % 3 }), "month")
    }
    default:
      return DateTime.startOf(at, bucket)
  }
}

const step = { hour: { hours: 1 }, day: { days: 1 }, week: { weeks: 1 }, month: { months: 1 }, quarter: { months: 3 }, year: { years: 1 } }

/**
 * A time cut into pieces of a calendar; the first and the last may be shorter. `undefined` if there would be more than
 * `maximum`.
 */
export const pieces = (span: Span, bucket: Bucket, timeZone: DateTime.TimeZone, maximum: number): ReadonlyArray<Span> | undefined => {
  const cut: Array<Span> = []
  let from = DateTime.makeZonedUnsafe(span.from, { timeZone })
  while (stamp(from) < span.to) {
    if (cut.length === maximum) return undefined
    // an hour is an hour, also where a clock is put back; the others follow the calendar
    const to = bucket === "hour"
      ? DateTime.makeZonedUnsafe(DateTime.toEpochMillis(begins(from, bucket)) + 3_600_000, { timeZone })
      : begins(DateTime.add(begins(from, bucket), step[bucket]), bucket)
    const end = stamp(to) < span.to ? stamp(to) : span.to
    cut.push({ from: stamp(from), to: end })
    from = to
  }
  return cut
}
