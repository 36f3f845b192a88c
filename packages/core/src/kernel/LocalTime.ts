/**
 * The clock and the calendar of a place.
 */
import * as DateTime from "effect/DateTime"
import * as Schema from "effect/Schema"
import * as Timestamp from "./Timestamp.ts"

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== ""
  } catch {
    return false
  }
}

/** IANA, such as `"Europe/Berlin"`. */
export const TimeZone = Schema.String.check(
  Schema.makeFilter((zone: string) => isTimeZone(zone) || "Expected a time zone such as Europe/Berlin", {
    fault: "not_a_time_zone"
  })
)

const isDate = (date: string) => /^\d{4}-\d\d-\d\d$/.test(date) && new Date(`${date}T00:00:00.000Z`).toISOString().startsWith(date)

/** A day of a calendar, `"2026-11-26"`. */
export const Day = Schema.String.check(
  Schema.makeFilter((date: string) => {
    try {
      return isDate(date) || "Expected a date such as 2026-11-26"
    } catch {
      return "Expected a date such as 2026-11-26"
    }
  }, { identifier: "Day", fault: "not_a_date" })
)

/** The moment at which a day begins in a time zone. */
export const midnight = (day: string, timeZone: DateTime.TimeZone | string): Timestamp.Timestamp => {
  const [year, month, date] = day.split("-").map(Number) as [number, number, number]
  return Timestamp.fromMillis(
    DateTime.toEpochMillis(DateTime.makeZonedUnsafe({ year, month, day: date }, { timeZone, adjustForTimeZone: true }))
  )
}

/** A moment, or a day of a calendar for the moment at which it begins. */
export const MomentOrDay = Schema.Union([Timestamp.Timestamp, Day])

/** The moment that is meant, by the clock of a time zone. */
export const momentOf = (given: typeof MomentOrDay.Type, timeZone: string): Timestamp.Timestamp =>
  given.includes("T") ? given as Timestamp.Timestamp : midnight(given, timeZone)

/** A time of the day, `"21:30"`. */
export const TimeOfDay = Schema.String.check(
  Schema.isPattern(/^([01]\d|2[0-3]):[0-5]\d$/, { expected: "a time of the day such as 21:30", fault: "not_a_time_of_day" })
)

const clocks = new Map<string, Intl.DateTimeFormat>()

/** The date and the time of the day in a time zone. */
export const local = (at: Timestamp.Timestamp, timeZone: string): readonly [date: string, time: string] => {
  let clock = clocks.get(timeZone)
  if (clock === undefined) {
    clock = new Intl.DateTimeFormat("en-CA", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit"
    })
    clocks.set(timeZone, clock)
  }
  const parts = Object.fromEntries(clock.formatToParts(Timestamp.toMillis(at)).map(({ type, value }) => [type, value]))
  return [`${parts["year"]}-${parts["month"]}-${parts["day"]}`, `${parts["hour"]}:${parts["minute"]}`]
}

const minuteMillis = 60_000
const dayMinutes = 1_440

const minutesOf = (time: string): number => Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5))

/** The next moment, later than `at`, at which the clocks of a place show a time of the day. */
export const next = (at: Timestamp.Timestamp, timeZone: string, time: string): Timestamp.Timestamp => {
  const wanted = minutesOf(time)
  const shown = (millis: number) => minutesOf(local(Timestamp.fromMillis(millis), timeZone)[1])
  // the seconds go first: all time zones that are in use differ by whole minutes
  const start = Math.floor(Timestamp.toMillis(at) / minuteMillis) * minuteMillis
  const wait = (wanted - shown(start) + dayMinutes) % dayMinutes || dayMinutes
  const reached = start + wait * minuteMillis
  // clocks that were put forward or back in between
  const off = (wanted - shown(reached) + dayMinutes * 1.5) % dayMinutes - dayMinutes / 2
  return Timestamp.fromMillis(reached + off * minuteMillis)
}
