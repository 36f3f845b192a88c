import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Currency from "../kernel/Currency.ts"
import * as GatewayUnits from "./GatewayUnits.ts"

const money = (amount: number, currency: string) => ({ amount, currency: Currency.Currency.make(currency) })

const units = GatewayUnits.make({
  USD: { places: 2 },
  JPY: { places: 0 },
  ISK: { places: 2, step: 100 },
  KWD: { places: 3, step: 10 },
  MGA: { places: 0 },
  XOF: { places: 2, step: 100 }
})

describe("what a gateway counts in", () => {
  it.each([
    [money(1_999, "USD"), 1_999],
    [money(500, "JPY"), 500],
    [money(5, "ISK"), 500],
    [money(1_230, "KWD"), 1_230],
    [money(1_500, "MGA"), 15],
    [money(1, "XOF"), 100]
  ])("%o is %d there, and the same again here", (amount, there) => {
    assert.strictEqual(units.toGateway(amount), there)
    assert.deepStrictEqual(units.fromGateway(there, amount.currency.toLowerCase()), amount)
  })

  it("has no counterpart for what cannot be taken exactly", () => {
    assert.isUndefined(units.toGateway(money(1_234, "KWD")), "the last digit must be zero")
    assert.isUndefined(units.toGateway(money(1_550, "MGA")), "there are no hundredths")
    assert.isUndefined(units.toGateway(money(100, "EUR")), "not in the table")
    assert.isUndefined(units.toGateway(money(Number.MAX_SAFE_INTEGER, "ISK")), "too large to be exact")
    assert.isUndefined(units.fromGateway(150, "ISK"), "half a króna")
    assert.isUndefined(units.fromGateway(1.5, "USD"))
    assert.isUndefined(units.fromGateway(Number.NaN, "USD"))
  })

  it("says what amounts must be multiples of", () => {
    assert.deepStrictEqual(
      units.currencies.map((currency) => [currency, units.stepOf(currency)]),
      [["ISK", 1], ["JPY", 1], ["KWD", 10], ["MGA", 100], ["USD", 1], ["XOF", 1]]
    )
  })

  it("is the identity there and back, for every amount of every currency that can be taken", () => {
    for (const currency of units.currencies) {
      const step = units.stepOf(currency)
      fc.assert(fc.property(fc.integer({ min: 1, max: 10 ** 9 }), (count) => {
        const amount = money(count * step, currency)
        const there = units.toGateway(amount)
        assert.isDefined(there)
        assert.deepStrictEqual(units.fromGateway(there ?? 0, currency), amount)
        const major = units.toMajor(amount)
        assert.deepStrictEqual(units.fromMajor(major ?? 0, currency), amount)
        assert.deepStrictEqual(units.fromMajor(JSON.parse(JSON.stringify(major)), currency), amount)
      }))
    }
  })

  it("reads decimal numbers of the major unit", () => {
    assert.deepStrictEqual(units.fromMajor(19.99, "usd"), money(1_999, "USD"))
    assert.deepStrictEqual(units.fromMajor("500.00", "XOF"), money(500, "XOF"))
    assert.isUndefined(units.fromMajor(0.1 + 0.2, "USD"), "a sum that was computed in floats")
    assert.isUndefined(units.fromMajor("1e3", "USD"))
    assert.isUndefined(units.fromMajor("10,00", "USD"))
  })

  it("is not made of what is no currency", () => {
    assert.throws(() => GatewayUnits.make({ XYZ: { places: 2 } }))
  })
})
