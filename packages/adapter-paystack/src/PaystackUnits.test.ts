import { assert, describe, it } from "@effect/vitest"
import * as Currency from "@stoa/core/kernel/Currency"
import { minimums, units } from "./PaystackUnits.ts"

const money = (amount: number, currency: string) => ({ amount, currency: Currency.Currency.make(currency) })

/** Every currency that Paystack takes: an amount here, and the number that Paystack is sent for it. */
const table = [
  ["GHS", 1_999, 1_999],
  ["KES", 30_000, 30_000],
  ["NGN", 50_050, 50_050],
  ["USD", 1_999, 1_999],
  ["XOF", 1_999, 199_900],
  ["ZAR", 1_999, 1_999]
] as const

describe("attack 20, zero-decimal currencies: what Paystack counts in", () => {
  it.each(table)("%s %d is %d there", (currency, here, there) => {
    assert.strictEqual(units.toGateway(money(here, currency)), there)
    assert.deepStrictEqual(units.fromGateway(there, currency), money(here, currency))
  })

  it("is said above for each of its currencies, and for no other", () => {
    assert.deepStrictEqual(units.currencies.toSorted(), table.map(([currency]) => Currency.Currency.make(currency)))
    assert.deepStrictEqual(Object.keys(minimums).toSorted(), table.map(([currency]) => currency))
    assert.isUndefined(units.toGateway(money(500, "JPY")))
    assert.isUndefined(units.fromGateway(199_950, "XOF"), "half a franc")
  })
})
