import { assert, describe, it } from "@effect/vitest"
import * as LocalTime from "../kernel/LocalTime.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as ReportSchedule from "./ReportSchedule.ts"

const at = (text: string) => text as Timestamp.Timestamp

describe("a report that is made by itself", () => {
  it("is due at its hour on the clock of the shop, on its day of the week or the month", () => {
    const next = (schedule: Parameters<typeof ReportSchedule.next>[0], from: string) =>
      ReportSchedule.next(schedule, at(from), "Europe/Berlin") as string
    assert.strictEqual(next({ every: "day", hour: 7 }, "2026-11-26T05:59:59.999Z"), "2026-11-26T06:00:00.000Z")
    assert.strictEqual(next({ every: "day", hour: 7 }, "2026-11-26T06:00:00.000Z"), "2026-11-27T06:00:00.000Z")
    assert.strictEqual(next({ every: "week", hour: 7 }, "2026-11-26T06:00:00.000Z"), "2026-11-30T06:00:00.000Z")
    assert.strictEqual(next({ every: "week", hour: 7, weekday: 7 }, "2026-11-26T06:00:00.000Z"), "2026-11-29T06:00:00.000Z")
    assert.strictEqual(next({ every: "month", hour: 0 }, "2026-11-26T06:00:00.000Z"), "2026-11-30T23:00:00.000Z")
    assert.strictEqual(next({ every: "month", hour: 7, monthDay: 28 }, "2026-11-28T06:00:00.000Z"), "2026-12-28T06:00:00.000Z")
  })

  it("is due once a day, also on the days on which clocks are put forward or back", () => {
    for (const timeZone of ["Europe/Berlin", "America/New_York", "Africa/Cairo", "Australia/Lord_Howe", "UTC"]) {
      for (const hour of [0, 1, 2, 3, 12, 23]) {
        let due = at("2026-01-01T12:00:00.000Z")
        for (let day = 1; day <= 366; day++) {
          const following = ReportSchedule.next({ every: "day", hour }, due, timeZone)
          const apart = Timestamp.toMillis(following) - Timestamp.toMillis(due)
          assert.isAbove(apart, 0)
          if (day > 1) assert.isAtMost(apart, 49 * 3_600_000)
          if (day > 1) assert.isAtLeast(apart, 22 * 3_600_000)
          due = following
        }
        assert.isAtLeast(LocalTime.local(due, timeZone)[0].localeCompare("2027-01-01"), 0)
      }
    }
  })
})
