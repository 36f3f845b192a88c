import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import * as fc from "fast-check"
import * as Formula from "./Formula.ts"

const kinds: Readonly<Record<string, Formula.FigureKind>> = {
  orders: "count",
  items: "count",
  total: "amount",
  refunded: "amount",
  "buyers.newOrders": "count"
}
const kindOf = (name: string) => Object.hasOwn(kinds, name) ? kinds[name] : undefined

const figures: Readonly<Record<string, number>> = { orders: 4, items: 10, total: 2_000, refunded: 500, "buyers.newOrders": 3 }
const known = (name: string) => figures[name] ?? 0

/** What it comes to, or what is wrong with it. */
const of = (text: string, wanted: Formula.FigureKind = "count", values = known) => {
  const parsed = Formula.parse(text, kindOf, wanted)
  return Result.isSuccess(parsed) ? Formula.evaluate(parsed.success, values) : parsed.failure
}

describe("a formula over figures", () => {
  it("is worked out as written, products before sums and from the left", () => {
    const cases: ReadonlyArray<readonly [string, number | null, Formula.FigureKind?]> = [
      ["refunded / total", 0.25],
      ["  orders+items *2 ", 24],
      ["(orders + items) * 2", 28],
      ["orders - 1 - 1", 2],
      ["items / orders / 2", 1.25],
      ["-orders + 0.5", -3.5],
      ["- - orders", 4],
      ["buyers.newOrders / orders", 0.75],
      ["total / orders", 500, "amount"],
      ["(total - refunded) * 0.5", 750, "amount"],
      ["total * refunded / total", 500, "amount"],
      ["1000000 * 3", 3_000_000]
    ]
    for (const [text, value, wanted] of cases) assert.strictEqual(of(text, wanted), value, text)
  })

  it("is nothing where it divides by zero, and so is what is made of it", () => {
    const nothing = () => 0
    for (const text of ["orders / items", "1 + orders / items", "1 / (items - items)", "(orders / items) * 0", "0 / 0"]) {
      assert.isNull(of(text, "count", nothing), text)
    }
    assert.isNull(of("orders * orders", "count", () => 1e200))
    assert.isNull(of("orders", "count", () => Number.NaN))
  })

  it("says what is wrong with it", () => {
    const cases: ReadonlyArray<readonly [string, string, Formula.FigureKind?]> = [
      ["", "ends where a figure or number is expected"],
      ["orders +", "ends where a figure or number is expected"],
      ["* orders", "has * where a figure or number is expected"],
      ["orders items", "has items where a sign is expected"],
      ["(orders", "has a parenthesis that is not closed"],
      ["orders)", "has ) where a sign is expected"],
      ["visits / orders", "names visits, which is no figure"],
      ["constructor", "names constructor, which is no figure"],
      ["__proto__", "has something at 1 that is no number, name or sign"],
      ["orders; items", "has something at 7 that is no number, name or sign"],
      ["orders ** 2", "has * where a figure or number is expected"],
      ["total + orders", "has a + between money and what is none"],
      ["total - 500", "has a - between money and what is none", "amount"],
      ["total", "comes to money, and not to a number"],
      ["orders", "does not come to an amount of money", "amount"],
      ["total * total", "does not come to an amount of money", "amount"],
      [`${"(".repeat(60)}orders${")".repeat(60)}`, "has too many parentheses within each other"],
      [`${"-".repeat(60)}orders`, "has too many parentheses within each other"]
    ]
    for (const [text, fault, wanted] of cases) assert.strictEqual(of(text, wanted), fault, text)
  })

  it("comes to a finite number or to nothing, whatever is written and whatever the figures are", () => {
    const part = fc.constantFrom("orders", "items", "total", "refunded", "1", "0", "2.5", "+", "-", "*", "/", "(", ")", " ", ".", "$", "a.b.c")
    fc.assert(fc.property(fc.array(part, { maxLength: 30 }), fc.constantFrom("amount" as const, "count" as const), fc.double(), (parts, wanted, value) => {
      const parsed = Formula.parse(parts.join(""), kindOf, wanted)
      if (Result.isFailure(parsed)) return assert.isNotEmpty(parsed.failure)
      for (const name of Formula.namesIn(parsed.success)) assert.isDefined(kindOf(name))
      const result = Formula.evaluate(parsed.success, () => value)
      assert.isTrue(result === null || Number.isFinite(result))
    }))
  })
})
