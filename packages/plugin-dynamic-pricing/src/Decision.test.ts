import { assert, describe, it } from "@effect/vitest"
import { fromMillis, type Timestamp } from "@stoa/core/kernel/Timestamp"
import * as fc from "fast-check"
import { decide, type Facts } from "./Decision.ts"
import type { PriceLimits, PriceRule, Trigger } from "./PriceRule.ts"

/** A Thursday, 09:30 in London. */
const now = "2026-11-26T09:30:00.000Z" as Timestamp

const facts = (more: Partial<Facts> = {}): Facts => ({
  variantId: "mug",
  base: 1_000,
  current: 1_000,
  available: 20,
  sold: new Map(),
  since: "2026-11-01T00:00:00.000Z" as Timestamp,
  ...more
})

const rule = (trigger: Trigger, changePpm: number, more: Partial<PriceRule> = {}) =>
  ({ id: "rule", name: trigger.by, trigger, changePpm, variantIds: [], enabled: true, ...more }) as PriceRule

const limits: PriceLimits = { variantId: "mug", floor: 500, ceiling: 2_000, maxStepPpm: 1_000_000 }

const priceOf = (more: Partial<Facts>, rules: ReadonlyArray<PriceRule>, within: Partial<PriceLimits> = {}, at = now) =>
  decide(facts(more), rules, { ...limits, ...within }, at)

describe("a price", () => {
  const scarce = rule({ by: "stock", atMost: 5 }, 200_000)
  const wanted = rule({ by: "demand", days: 7, atLeast: 30 }, 100_000)
  const old = rule({ by: "age", atLeast: 25 }, -150_000)

  it("follows stock, demand and age, and says why", () => {
    const { after, limitedBy, reasons } = priceOf({ available: 3, sold: new Map([[7, 31]]) }, [scarce, wanted, old])
    // 20 % and 10 % more, 15 % less
    assert.deepStrictEqual([after, limitedBy], [1_150, null])
    assert.deepStrictEqual(reasons.map(({ because }) => because), [
      "3 pieces left",
      "31 pieces sold in 7 days",
      "25 days old"
    ])
  })

  it("is that of the catalog where no rule applies, one is switched off or for others, or stock is not counted", () => {
    const others = [scarce, { ...scarce, enabled: false }, { ...scarce, variantIds: ["cup"] }]
    assert.strictEqual(priceOf({}, others).after, 1_000)
    assert.strictEqual(priceOf({ available: 3 }, others.slice(1)).after, 1_000)
    assert.strictEqual(priceOf({ available: null }, others).after, 1_000)
    assert.strictEqual(priceOf({ current: 1_150 }, []).after, 1_000)
  })

  it("follows the hours of a time zone, over midnight too", () => {
    const night = (weekdays: Array<number>) =>
      rule({ by: "time", weekdays, from: 22, to: 6, timeZone: "Europe/Berlin" }, -100_000)
    const at = (time: string, weekdays: Array<number>) =>
      priceOf({}, [night(weekdays)], {}, `2026-11-${time}:00:00.000Z` as Timestamp).after
    // 21:00 in London is 22:00 in Berlin
    assert.deepStrictEqual([at("26T20", [4]), at("26T21", [4]), at("27T04", [4]), at("27T05", [4])], [1_000, 900, 900, 1_000])
    // Friday morning belongs to Thursday's night
    assert.deepStrictEqual([at("27T04", [5]), at("30T04", [7])], [1_000, 900])
    const noon = rule({ by: "time", weekdays: [4], from: 9, to: 10, timeZone: "UTC" }, 100_000)
    assert.strictEqual(priceOf({}, [noon]).after, 1_100)
  })

  it("stays between floor and ceiling, and moves by a step at most", () => {
    const half = rule({ by: "stock", atLeast: 0 }, -900_000)
    assert.deepStrictEqual([priceOf({}, [half]).after, priceOf({}, [half]).limitedBy], [500, "floor"])
    const thrice = rule({ by: "stock", atLeast: 0 }, 2_000_000)
    assert.deepStrictEqual([priceOf({}, [thrice]).after, priceOf({}, [thrice]).limitedBy], [2_000, "ceiling"])
    const slowly = priceOf({}, [thrice], { maxStepPpm: 50_000 })
    assert.deepStrictEqual([slowly.after, slowly.target, slowly.limitedBy], [1_050, 3_000, "step"])
    // a floor that was raised holds at once, whatever the step
    assert.strictEqual(priceOf({}, [], { floor: 1_400, maxStepPpm: 10_000 }).after, 1_400)
    // a price of a few cents moves, too
    assert.strictEqual(priceOf({ base: 3, current: 3 }, [thrice], { floor: 0, maxStepPpm: 10_000 }).after, 4)
  })

  it("goes step by step as the README says", () => {
    const within = { floor: 1_500, ceiling: 2_500, maxStepPpm: 50_000 }
    const prices: Array<number> = [2_000]
    for (let run = 0; run < 6; run++) {
      const current = prices.at(-1) ?? 0
      prices.push(priceOf({ base: 2_000, current, available: 3, sold: new Map([[7, 31]]) }, [scarce, wanted], within).after)
    }
    assert.deepStrictEqual(prices, [2_000, 2_100, 2_205, 2_315, 2_430, 2_500, 2_500])
  })

  const arbitrary = fc.record({
    base: fc.integer({ min: 0, max: 1_000_000_000_000 }),
    current: fc.integer({ min: 0, max: 1_000_000_000_000 }),
    available: fc.option(fc.integer({ min: -10, max: 100 })),
    floor: fc.integer({ min: 0, max: 1_000_000_000_000 }),
    width: fc.integer({ min: 0, max: 1_000_000_000 }),
    maxStepPpm: fc.integer({ min: 1, max: 1_000_000 }),
    at: fc.integer({ min: 0, max: 4_000_000_000_000 }),
    rules: fc.array(
      fc.record({
        changePpm: fc.integer({ min: -1_000_000, max: 10_000_000 }),
        trigger: fc.oneof(
          fc.record({ by: fc.constant("stock" as const), atMost: fc.integer({ min: -10, max: 100 }) }),
          fc.record({ by: fc.constant("age" as const), atLeast: fc.integer({ min: -100, max: 100 }) })
        )
      }).map(({ changePpm, trigger }) => rule(trigger, changePpm)),
      { maxLength: 8 }
    )
  })

  it("is never below the floor or above the ceiling, whatever the rules", () => {
    fc.assert(fc.property(arbitrary, ({ at, floor, maxStepPpm, rules, width, ...known }) => {
      const { after } = decide(facts(known), rules, { floor, ceiling: floor + width, maxStepPpm }, fromMillis(at))
      assert.isTrue(Number.isSafeInteger(after) && after >= floor && after <= floor + width)
    }), { numRuns: 2_000 })
  })

  it("does not depend on the order of the rules, and comes to rest where they want it within the limits", () => {
    fc.assert(fc.property(arbitrary, ({ at, floor, rules, width, ...known }) => {
      const within = { floor, ceiling: floor + width, maxStepPpm: 500_000 }
      const time = fromMillis(at)
      const first = decide(facts(known), rules, within, time)
      assert.strictEqual(decide(facts(known), rules.toReversed(), within, time).after, first.after)
      let current = first.after
      for (let run = 0; run < 100; run++) current = decide(facts({ ...known, current }), rules, within, time).after
      assert.strictEqual(current, Math.min(Math.max(first.target, floor), floor + width))
    }), { numRuns: 500 })
  })
})
