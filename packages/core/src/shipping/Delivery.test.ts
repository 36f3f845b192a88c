import { assert, describe, it } from "@effect/vitest"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { type DeliveryTime, estimate } from "./Delivery.ts"

const parcel: DeliveryTime = { minimumDays: 1, maximumDays: 3, cutOff: "14:00", weekdays: [1, 2, 3, 4, 5] }
const arrives = (at: string, more: Partial<DeliveryTime> = {}, holidays: ReadonlyArray<string> = [], timeZone = "Europe/Berlin") => {
  const { earliest, latest } = estimate({ ...parcel, ...more }, { timeZone, holidays }, at as Timestamp) ?? {}
  return [earliest, latest]
}

describe("a delivery", () => {
  // 25 November 2026 is a Wednesday; Berlin is an hour ahead of UTC
  it("leaves the same day before the cut-off, and the next after it, by the clock of the store", () => {
    assert.deepStrictEqual(arrives("2026-11-25T12:59:59.000Z"), ["2026-11-26", "2026-11-30"])
    assert.deepStrictEqual(arrives("2026-11-25T13:00:00.000Z"), ["2026-11-27", "2026-12-01"])
    assert.deepStrictEqual(arrives("2026-11-25T13:00:00.000Z", {}, [], "America/New_York"), ["2026-11-26", "2026-11-30"])
    assert.deepStrictEqual(arrives("2026-11-25T22:59:00.000Z", { cutOff: null }), ["2026-11-26", "2026-11-30"])
    // midnight in Berlin
    assert.deepStrictEqual(arrives("2026-11-25T23:00:00.000Z", { cutOff: null }), ["2026-11-27", "2026-12-01"])
  })

  it("rests at weekends and on holidays, on the way as well", () => {
    assert.deepStrictEqual(arrives("2026-11-28T08:00:00.000Z"), ["2026-12-01", "2026-12-03"])
    assert.deepStrictEqual(arrives("2026-12-23T08:00:00.000Z", {}, ["2026-12-25"]), ["2026-12-24", "2026-12-29"])
    assert.deepStrictEqual(arrives("2026-12-24T08:00:00.000Z", {}, ["2026-12-24", "2026-12-25"]), ["2026-12-29", "2026-12-31"])
    assert.deepStrictEqual(arrives("2026-11-28T08:00:00.000Z", { weekdays: [6, 7], maximumDays: 1 }), ["2026-11-29", "2026-11-29"])
  })

  it("can be picked up on the same day", () => {
    const today = { minimumDays: 0, maximumDays: 0 }
    assert.deepStrictEqual(arrives("2026-11-25T08:00:00.000Z", today), ["2026-11-25", "2026-11-25"])
    assert.deepStrictEqual(arrives("2026-11-27T16:00:00.000Z", today), ["2026-11-30", "2026-11-30"])
  })

  it("is counted in days, whatever the clocks do", () => {
    // the clocks of Berlin go back on 25 October 2026
    assert.deepStrictEqual(arrives("2026-10-24T22:30:00.000Z", { cutOff: null, weekdays: [1, 2, 3, 4, 5, 6, 7] }), [
      "2026-10-26",
      "2026-10-28"
    ])
  })

  it("has no estimate where the shop never opens", () => {
    const holidays = Array.from({ length: 500 }, (_, index) =>
      new Date(Date.UTC(2026, 10, 25 + index)).toISOString().slice(0, 10))
    assert.isUndefined(estimate(parcel, { timeZone: "UTC", holidays }, "2026-11-25T08:00:00.000Z" as Timestamp))
  })
})
