import { assert, describe, it } from "@effect/vitest"
import * as Currency from "@stoa/core/kernel/Currency"
import { units } from "./FlutterwaveUnits.ts"

const money = (amount: number, currency: string) => ({ amount, currency: Currency.Currency.make(currency) })

/** Every currency that Flutterwave takes: an amount here, and the number that Flutterwave is sent for it. */
const table = [
  ["EGP", 1_999, 19.99],
  ["EUR", 1_999, 19.99],
  ["GBP", 1_999, 19.99],
  ["GHS", 1_999, 19.99],
  ["KES", 1_999, 19.99],
  ["MWK", 1_999, 19.99],
  ["NGN", 1_999, 19.99],
  ["RWF", 1_999, 1_999],
  ["TZS", 1_999, 19.99],
  ["UGX", 1_999, 1_999],
  ["USD", 1_999, 19.99],
  ["XAF", 1_999, 1_999],
  ["XOF", 1_999, 1_999],
  ["ZAR", 1_999, 19.99],
  ["ZMW", 1_999, 19.99]
] as const

describe("attack 20, zero-decimal currencies: what Flutterwave counts in", () => {
  it.each(table)("%s %d is %d there", (currency, here, there) => {
    assert.strictEqual(units.toMajor(money(here, currency)), there)
    assert.deepStrictEqual(units.fromMajor(there, currency), money(here, currency))
  })

  it("is said above for each of its currencies, and for no other", () => {
    assert.deepStrictEqual(units.currencies.toSorted(), table.map(([currency]) => Currency.Currency.make(currency)))
    assert.isUndefined(units.toMajor(money(500, "JPY")))
    assert.isUndefined(units.fromMajor(19.5, "XOF"), "half a franc")
  })
})
