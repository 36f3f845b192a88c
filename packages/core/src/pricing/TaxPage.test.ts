import { assert, describe, it } from "@effect/vitest"
import { readFileSync } from "node:fs"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { priceCart } from "./PriceCart.ts"
import type { PricingLine, PricingSnapshot, PricingTaxRate } from "./Pricing.ts"

interface Example {
  readonly is: string
  readonly with: Pick<PricingSnapshot, "currency" | "country"> & Partial<PricingSnapshot>
  readonly zones?: PricingSnapshot["taxZones"]
  readonly rates: ReadonlyArray<Pick<PricingTaxRate, "name" | "ratePpm"> & Partial<PricingTaxRate>>
  readonly lines: ReadonlyArray<Pick<PricingLine, "unitPrice"> & Partial<PricingLine>>
  readonly shipping?: number
  readonly taxes: Readonly<Record<string, number>>
  readonly total: number
}

const page = readFileSync(new URL("../../../../docs/tax.md", import.meta.url), "utf8")
const examples = Array.from(page.matchAll(/```json tax-example\n([\s\S]*?)```/g), ([, text]) =>
  JSON.parse(String(text)) as Example)

const snapshotOf = (example: Example): PricingSnapshot => ({
  at: "2026-11-25T08:00:00.000Z" as Timestamp,
  pricesIncludeTax: false,
  taxRounding: "line",
  rounding: "half_up",
  lines: example.lines.map((line, index) => ({
    id: `${index}`,
    variantId: `${index}`,
    productId: `${index}`,
    quantity: 1,
    compareAtPrice: null,
    taxClass: "standard",
    taxable: true,
    requiresShipping: true,
    weightGrams: 0,
    attributes: {},
    ...line
  })),
  shipping: example.shipping === undefined
    ? null
    : { id: "parcel", name: "Parcel", amount: example.shipping, taxClass: "standard" },
  taxRates: example.rates.map((rate) => ({ id: rate.name, taxClass: "standard", country: null, ...rate })),
  taxZones: example.zones ?? [],
  codes: [],
  attributes: {},
  ...example.with
})

describe("the page about tax", () => {
  it("has examples of tax", () => assert.isAtLeast(examples.length, 7))
  for (const example of examples) {
    it(`is right: ${example.is}`, () => {
      const cart = priceCart(snapshotOf(example), [])
      assert.deepStrictEqual(
        Object.fromEntries(cart.taxes.map(({ amount, name }) => [name, amount.amount])),
        example.taxes
      )
      assert.strictEqual(cart.total.amount, example.total)
    })
  }
})
