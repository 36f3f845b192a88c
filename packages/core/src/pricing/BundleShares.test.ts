import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import * as Currency from "../kernel/Currency.ts"
import * as BundleShares from "./BundleShares.ts"
import { priceCart } from "./PriceCart.ts"
import type { PricingSnapshot } from "./Pricing.ts"

const classes = ["standard", "reduced", "zero"]

const part = fc.record({
  taxClass: fc.constantFrom(...classes),
  taxable: fc.boolean(),
  weight: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 1_000_000 }))
})

const snapshot = fc.record({
  parts: fc.array(part, { minLength: 1, maxLength: 6 }),
  unitPrice: fc.integer({ min: 0, max: 100_000 }),
  quantity: fc.integer({ min: 1, max: 50 }),
  pricesIncludeTax: fc.boolean(),
  taxRounding: fc.constantFrom("unit" as const, "line" as const, "order" as const),
  crossBorder: fc.constantFrom("constant_gross" as const, "constant_net" as const),
  relieved: fc.boolean(),
  country: fc.constantFrom("DE", "FR")
})

const rate = (taxClass: string, country: string, ratePpm: number) => ({
  id: `${country} ${taxClass}`, name: taxClass, taxClass, country: country as never, ratePpm
})

const priced = (drawn: typeof snapshot extends fc.Arbitrary<infer A> ? A : never) =>
  priceCart({
    at: "2026-01-01T00:00:00.000Z" as PricingSnapshot["at"],
    currency: Currency.Currency.make("EUR"),
    rounding: "half_up",
    pricesIncludeTax: drawn.pricesIncludeTax,
    taxRounding: drawn.taxRounding,
    crossBorder: drawn.crossBorder,
    taxRelief: drawn.relieved ? { kind: "exempt", note: "Exempt" } : null,
    country: drawn.country as never,
    home: { country: "DE" as never },
    shippingTax: "proportional",
    lines: [
      {
        id: "a", variantId: "a", productId: "a", quantity: drawn.quantity, unitPrice: drawn.unitPrice, compareAtPrice: null,
        taxClass: "standard", taxable: true, parts: drawn.parts, requiresShipping: true, weightGrams: 0, attributes: {}
      },
      {
        id: "b", variantId: "b", productId: "b", quantity: 3, unitPrice: 333, compareAtPrice: null,
        taxClass: "reduced", taxable: true, requiresShipping: true, weightGrams: 0, attributes: {}
      }
    ],
    shipping: { id: "s", name: "Post", amount: 499, taxClass: "standard" },
    taxRates: [
      rate("standard", "DE", 190_000), rate("reduced", "DE", 70_000), rate("standard", "FR", 200_000), rate("reduced", "FR", 55_000)
    ],
    codes: [],
    attributes: {}
  }, [{
    name: "rule",
    apply: () => [{ amount: -777, label: "Off", target: { type: "lines", lineIds: "all" } }]
  }])

const sum = (amounts: ReadonlyArray<number>): number => amounts.reduce((total, amount) => total + amount, 0)

describe("the shares of a bundle's parts", () => {
  it("add up to the line in every figure, whatever is taxed and rounded how", () => {
    fc.assert(
      fc.property(snapshot, (drawn) => {
        const cart = priced(drawn)
        const [line] = cart.lines
        const parts = line?.parts ?? []
        assert.lengthOf(parts, drawn.parts.length)
        for (const figure of ["net", "tax", "total"] as const) {
          assert.strictEqual(sum(parts.map((one) => one[figure].amount)), line?.[figure].amount)
          assert.isTrue(parts.every((one) => one[figure].amount >= 0))
        }
        assert.isTrue(parts.every(({ net, tax, total }) => net.amount + tax.amount === total.amount))
        assert.strictEqual(sum(line?.taxes.map(({ amount }) => amount.amount) ?? []), line?.tax.amount)
        assert.strictEqual(sum(cart.taxes.map(({ amount }) => amount.amount)), cart.tax.amount)
        assert.strictEqual(sum(line?.trace.map(({ amount }) => amount.amount) ?? []), line?.total.amount)
        // what is not taxed, and what weighs nothing beside others, bears no tax
        drawn.parts.forEach(({ taxClass, taxable }, index) => {
          if (!taxable || taxClass === "zero") assert.strictEqual(parts[index]?.tax.amount, 0)
        })
      }),
      { numRuns: 2_000 }
    )
  })

  it("are even where no part costs anything", () => {
    assert.deepStrictEqual(BundleShares.weights([["a", 0], ["b", 0], ["a", 0]]), [["a", 2], ["b", 1]])
    assert.deepStrictEqual(BundleShares.split([["a", 0], ["b", 0], ["a", 0]], [{ net: 21, tax: 1 }, { net: 10, tax: 0 }]), [
      { net: 11, tax: 1 },
      { net: 10, tax: 0 },
      { net: 10, tax: 0 }
    ])
  })
})
