/**
 * When a saved report is made and mailed by itself: at a full hour of the shop's clock, every day, week or month.
 */
import * as Schema from "effect/Schema"
import * as LocalTime from "../kernel/LocalTime.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { UserId } from "../identity/Account.ts"
import { ReportFormat } from "./ReportFormat.ts"

/** So many people get a report by mail. */
export const maximumRecipients = 20

export const ReportSchedule = Schema.Struct({
  every: Schema.Literals(["day", "week", "month"]),
  /** The hour of the day on the clock of the shop, from 0 to 23. */
  hour: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 23 })),
  /** For `every: "week"`: 1 is Monday, which it is if it is left out, and 7 is Sunday. */
  weekday: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 7 }))),
  /** For `every: "month"`: a day that every month has; the first if it is left out. */
  monthDay: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 28 }))),
  /** `"csv"` if it is left out. */
  format: Schema.optionalKey(ReportFormat),
  /** Whose mail it goes to: users who may see figures. */
  recipients: Schema.Array(UserId).check(Schema.isMinLength(1), Schema.isMaxLength(maximumRecipients), Schema.isUnique())
}).check(
  Schema.makeFilter(({ every, monthDay, weekday }) =>
    (weekday === undefined || every === "week") && (monthDay === undefined || every === "month")
    || "Expected a weekday for every week only, and a day of the month for every month only")
).annotate({ identifier: "ReportSchedule" })
export interface ReportSchedule extends Schema.Schema.Type<typeof ReportSchedule> {}

type Times = Pick<ReportSchedule, "every" | "hour" | "monthDay" | "weekday">

/** Whether a report is due on a day of the calendar. */
const isOn = ({ every, monthDay = 1, weekday = 1 }: Times, day: string): boolean => {
  const at = new Date(`${day}T00:00:00.000Z`)
  switch (every) {
    case "day":
      return true
    case "week":
      return (at.getUTCDay() || 7) === weekday
    case "month":
      return at.getUTCDate() === monthDay
  }
}

/** The next moment, later than `at`, at which it is due. */
export const next = (schedule: Times, at: Timestamp.Timestamp, timeZone: string): Timestamp.Timestamp => {
  const time = `${String(schedule.hour).padStart(2, "0")}:00`
  let due = at
  do {
    const later = LocalTime.next(due, timeZone, time)
    // where clocks are put forward over the hour it is not found again just before
    due = later > due ? later : LocalTime.next(Timestamp.plus(due, "3 hours"), timeZone, time)
  } while (!isOn(schedule, LocalTime.local(due, timeZone)[0]))
  return due
}

/** Whether it is due at a moment by the clock of a time zone. */
export const isDue = (schedule: Times, at: Timestamp.Timestamp, timeZone: string): boolean =>
  next(schedule, Timestamp.minus(at, "1 millis"), timeZone) === at
