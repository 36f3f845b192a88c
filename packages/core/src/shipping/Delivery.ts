/**
 * When goods arrive: an estimate in days of the store's calendar. Pure.
 *
 * **Details**
 *
 * What is ordered before the cut-off on a working day leaves the same day, and otherwise on the next working day; it
 * arrives so many working days later. Working days are those of the method that are no holidays of the store. All of it is
 * counted on the calendar of the store's time zone, so a change of the clocks moves nothing.
 */
import * as Schema from "effect/Schema"
import { local } from "../kernel/LocalTime.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"

const days = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 365 }))

export const DeliveryTime = Schema.Struct({
  /** How many working days after it left it arrives at the earliest, and at the latest. */
  minimumDays: days,
  maximumDays: days,
  /** Until when an order leaves the same day, `"14:00"`; `null`: at any time of the day. */
  cutOff: Schema.NullOr(Schema.String.check(Schema.isPattern(/^([01]\d|2[0-3]):[0-5]\d$/, {
    expected: "a time of the day such as 14:00"
  }))),
  /** On which days of the week goods leave and arrive; 1 is Monday and 7 is Sunday. */
  weekdays: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 7 }))).check(
    Schema.isMinLength(1),
    Schema.isMaxLength(7)
  )
}).check(
  Schema.makeFilter(({ maximumDays, minimumDays }: { readonly maximumDays: number; readonly minimumDays: number }) =>
    minimumDays <= maximumDays || { path: ["maximumDays"], issue: "Expected at least as many days as minimumDays" }
  )
).annotate({ identifier: "DeliveryTime" })
export interface DeliveryTime extends Schema.Schema.Type<typeof DeliveryTime> {}

/** Days of the calendar, `"2026-12-24"`. */
export const DeliveryEstimate = Schema.Struct({ earliest: Schema.String, latest: Schema.String })
  .annotate({ identifier: "DeliveryEstimate" })
export interface DeliveryEstimate extends Schema.Schema.Type<typeof DeliveryEstimate> {}

/** By which calendar is counted. */
export interface Calendar {
  /** IANA, such as `"Europe/Berlin"`. */
  readonly timeZone: string
  /** Days on which nothing leaves or arrives, `"2026-12-25"`. */
  readonly holidays: ReadonlyArray<string>
}

/** No calendar closes a shop for longer. */
const longestPause = 366

const millisOfDay = 86_400_000

/** A day of the calendar as the millisecond in UTC at which a day of that name begins. */
const dayOf = (date: string): number => Date.parse(`${date}T00:00:00.000Z`)

const dateOf = (day: number): string => new Date(day).toISOString().slice(0, 10)

/** When what is ordered at a moment arrives, or `undefined` where the calendar has no working day within a year. */
export const estimate = (
  { cutOff, maximumDays, minimumDays, weekdays }: DeliveryTime,
  { holidays, timeZone }: Calendar,
  at: Timestamp
): DeliveryEstimate | undefined => {
  const closed = new Set(holidays)
  const isOpen = (day: number): boolean =>
    weekdays.includes(new Date(day).getUTCDay() || 7) && !closed.has(dateOf(day))
  /** The first open day from one on. */
  const open = (day: number): number | undefined => {
    for (let wait = 0; wait <= longestPause; wait++) if (isOpen(day + wait * millisOfDay)) return day + wait * millisOfDay
    return undefined
  }
  const after = (day: number | undefined, openDays: number): number | undefined => {
    let reached = day
    for (let passed = 0; passed < openDays && reached !== undefined; passed++) reached = open(reached + millisOfDay)
    return reached
  }
  const [date, time] = local(at, timeZone)
  const today = dayOf(date)
  const leaves = open(cutOff !== null && time >= cutOff ? today + millisOfDay : today)
  const earliest = after(leaves, minimumDays)
  const latest = after(earliest, maximumDays - minimumDays)
  return earliest === undefined || latest === undefined
    ? undefined
    : { earliest: dateOf(earliest), latest: dateOf(latest) }
}
