import { assert, describe, it } from "@effect/vitest"
import { local, midnight, momentOf, next } from "./LocalTime.ts"
import type { Timestamp } from "./Timestamp.ts"

const at = (text: string) => text as Timestamp

describe("the time of a place", () => {
  it("is told by its clock and its calendar", () => {
    assert.deepStrictEqual(local(at("2026-11-26T23:30:00.000Z"), "Europe/Berlin"), ["2026-11-27", "00:30"])
    assert.deepStrictEqual(local(at("2026-11-26T03:30:00.000Z"), "America/Los_Angeles"), ["2026-11-25", "19:30"])
  })

  it("begins its days when its own clock says so, or as soon as there is such a time", () => {
    assert.strictEqual(midnight("2027-01-01", "Europe/Berlin"), at("2026-12-31T23:00:00.000Z"))
    assert.strictEqual(midnight("2027-07-01", "America/New_York"), at("2027-07-01T04:00:00.000Z"))
    // clocks go from 23:59 to 01:00 there
    assert.strictEqual(midnight("2024-04-26", "Africa/Cairo"), at("2024-04-25T22:00:00.000Z"))
    assert.strictEqual(momentOf("2027-01-01", "Asia/Kathmandu"), at("2026-12-31T18:15:00.000Z"))
    assert.strictEqual(momentOf(at("2027-01-01T00:00:00.000Z"), "Asia/Kathmandu"), at("2027-01-01T00:00:00.000Z"))
  })

  it("comes again the next day, also when clocks are put forward or back in between", () => {
    for (
      const [from, zone, time, expected] of [
        ["2026-11-26T22:10:30.000Z", "UTC", "08:00", "2026-11-27T08:00:00.000Z"],
        ["2026-11-26T08:00:00.000Z", "UTC", "08:00", "2026-11-27T08:00:00.000Z"],
        ["2026-11-26T07:59:59.999Z", "UTC", "08:00", "2026-11-26T08:00:00.000Z"],
        ["2026-11-26T20:00:00.000Z", "Asia/Kathmandu", "08:00", "2026-11-27T02:15:00.000Z"],
        // the night of 29 March has 23 hours in Berlin, that of 25 October 25
        ["2026-03-28T21:00:00.000Z", "Europe/Berlin", "08:00", "2026-03-29T06:00:00.000Z"],
        ["2026-10-24T20:00:00.000Z", "Europe/Berlin", "08:00", "2026-10-25T07:00:00.000Z"],
        ["2026-11-26T05:00:00.000Z", "America/New_York", "00:00", "2026-11-27T05:00:00.000Z"]
      ] as const
    ) assert.strictEqual(next(at(from), zone, time), at(expected))
  })
})
