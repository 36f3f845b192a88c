import { assert, describe, it } from "@effect/vitest"
import * as Currency from "@stoa/core/kernel/Currency"
import * as fc from "fast-check"
import { limits, units } from "./StripeUnits.ts"

const money = (amount: number, currency: string) => ({ amount, currency: Currency.Currency.make(currency) })

describe("what Stripe counts in", () => {
  it.each([
    ["BIF", 500, 500],
    ["CLP", 500, 500],
    ["DJF", 500, 500],
    ["GNF", 50_000, 50_000],
    ["KMF", 500, 500],
    ["KRW", 500, 500],
    ["PYG", 5_000, 5_000],
    ["RWF", 500, 500],
    ["VND", 15_000, 15_000],
    ["VUV", 500, 500],
    ["XAF", 500, 500],
    ["XPF", 500, 500],
    ["BHD", 1_230, 1_230],
    ["JOD", 1_230, 1_230],
    ["OMR", 1_230, 1_230],
    ["TND", 1_230, 1_230],
    ["TWD", 10_000, 10_000],
    ["EUR", 1_999, 1_999],
    ["JPY", 500, 500],
    ["UGX", 5, 500],
    ["ISK", 5, 500],
    ["KWD", 1_230, 1_230],
    ["XOF", 1_000, 1_000],
    ["MGA", 1_500_00, 1_500],
    ["HUF", 10_000, 10_000],
    ["USD", 1_999, 1_999]
  ])("attack 20, zero-decimal currencies: %s %d is %d there", (currency, here, there) => {
    assert.strictEqual(units.toGateway(money(here, currency)), there)
    assert.deepStrictEqual(units.fromGateway(there, currency.toLowerCase()), money(here, currency))
  })

  it("cannot be the thousandths of a dinar, which nobody rounds behind the shop's back", () => {
    assert.isUndefined(units.toGateway(money(1_234, "KWD")))
    assert.strictEqual(limits(Currency.Currency.make("KWD")).step, 10)
  })

  it("is the same there and back, for every currency", () => {
    assert.isAbove(units.currencies.length, 120)
    for (const currency of units.currencies) {
      const { maximum = 0, minimum = 1, step = 1 } = limits(currency)
      fc.assert(
        fc.property(fc.integer({ min: Math.ceil(minimum / step), max: Math.floor(maximum / step) }), (count) => {
          const amount = money(count * step, currency)
          const there = units.toGateway(amount) ?? Number.NaN
          assert.isTrue(Number.isSafeInteger(there) && there > 0 && there <= 99_999_999, currency)
          assert.deepStrictEqual(units.fromGateway(there, currency), amount)
        }),
        { numRuns: 20 }
      )
    }
  })
})
