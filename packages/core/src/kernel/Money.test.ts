import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Currency from "./Currency.ts"
import * as Money from "./Money.ts"

const currency = fc.constantFrom(...Currency.all)
const amount = fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 })
const USD = "USD" as Currency.Currency
const JPY = "JPY" as Currency.Currency
const KWD = "KWD" as Currency.Currency

describe("Money", () => {
  it("knows the minor units of ISO 4217", () => {
    assert.deepStrictEqual(
      ["USD", "JPY", "KWD", "CLF"].map((code) => Currency.exponent(code as Currency.Currency)),
      [2, 0, 3, 4]
    )
    assert.isFalse(Currency.is("usd"))
    assert.isFalse(Currency.is("XYZ"))
  })

  it("splits an amount so that the parts add up to it, in proportion, to the last unit", () => {
    fc.assert(fc.property(amount, fc.array(fc.nat(1_000_000), { minLength: 1, maxLength: 50 }), (total, weights) => {
      const parts = Money.allocate(total, weights)
      const sum = weights.reduce((a, b) => a + b, 0)
      assert.strictEqual(parts.reduce((a, b) => a + b, 0), total)
      parts.forEach((part, index) => {
        const exact = sum === 0 ? total / weights.length : (total * (weights[index] ?? 0)) / sum
        assert.isTrue(Math.abs(part - exact) <= 1 + Math.abs(exact) * 1e-9)
      })
    }))
  })

  it("gives the odd unit to the largest remainder, and among equals to the first", () => {
    assert.deepStrictEqual(Money.allocate(100, [1, 1, 1]), [34, 33, 33])
    assert.deepStrictEqual(Money.allocate(-100, [1, 1, 1]), [-34, -33, -33])
    assert.deepStrictEqual(Money.allocate(10, [3, 3, 4]), [3, 3, 4])
    assert.deepStrictEqual(Money.allocate(5, [0, 0]), [3, 2])
    assert.deepStrictEqual(Money.allocate(0, []), [])
  })

  it("scales without floating point, and rounds a half as it is told", () => {
    assert.strictEqual(Money.scale(1025, 100_000, 1_000_000, "half_up"), 103)
    assert.strictEqual(Money.scale(1025, 100_000, 1_000_000, "half_even"), 102)
    assert.strictEqual(Money.scale(1035, 100_000, 1_000_000, "half_even"), 104)
    assert.strictEqual(Money.scale(-1025, 100_000, 1_000_000, "half_up"), -103)
    assert.strictEqual(Money.scale(9_007_199_254_740_991, 999_999, 1_000_000, "half_up"), 9_007_190_247_541_736)
  })

  it("reads back the decimal that it writes, in every currency", () => {
    fc.assert(fc.property(amount, currency, (minor, code) => {
      const money = Money.make(minor, code)
      assert.deepStrictEqual(Money.fromDecimal(Money.toDecimal(money), code), money)
    }))
  })

  it("reads plain decimals exactly and nothing else", () => {
    assert.deepStrictEqual(Money.fromDecimal("19.99", USD), { amount: 1999, currency: USD })
    assert.deepStrictEqual(Money.fromDecimal("500", JPY), { amount: 500, currency: JPY })
    assert.deepStrictEqual(Money.fromDecimal("1.5", KWD), { amount: 1500, currency: KWD })
    assert.deepStrictEqual(Money.fromDecimal("10.000", USD), { amount: 1000, currency: USD })
    for (const text of ["", "1,50", "1e3", "1.005", "Infinity", "NaN", "0x10", "1 000", "--1", "99999999999999999"]) {
      assert.isUndefined(Money.fromDecimal(text, USD), text)
    }
  })

  it("refuses what has no meaning: other currencies, fractions, numbers that are not safe", () => {
    assert.throws(() => Money.add(Money.make(1, USD), Money.make(1, JPY)), Money.MoneyDefect)
    assert.throws(() => Money.make(0.5, USD), Money.MoneyDefect)
    assert.throws(() => Money.times(Money.make(Number.MAX_SAFE_INTEGER, USD), 2), Money.MoneyDefect)
    assert.strictEqual(Object.is(Money.negate(Money.zero(USD)).amount, 0), true)
  })

  it("shows an amount in the manner of a locale", () => {
    assert.strictEqual(Money.format(Money.make(1999, USD), "en-US"), "$19.99")
    assert.strictEqual(Money.format(Money.make(500, JPY), "en-US"), "¥500")
  })
})
