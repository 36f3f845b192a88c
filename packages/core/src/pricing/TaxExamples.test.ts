/**
 * Carts whose tax was worked out by hand from what tax offices publish. Each example names its source.
 */
import { assert, describe, it } from "@effect/vitest"
import type { Currency } from "../kernel/Currency.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { priceCart } from "./PriceCart.ts"
import type { PricedCart, PricingLine, PricingShipping, PricingSnapshot, PricingTaxRate } from "./Pricing.ts"

const line = (id: string, unitPrice: number, more: Partial<PricingLine> = {}): PricingLine => ({
  id,
  variantId: id,
  productId: id,
  quantity: 1,
  unitPrice,
  compareAtPrice: null,
  taxClass: "standard",
  taxable: true,
  requiresShipping: true,
  weightGrams: 0,
  attributes: {},
  ...more
})

const rate = (name: string, ratePpm: number, more: Partial<PricingTaxRate> = {}): PricingTaxRate => ({
  id: name,
  name,
  taxClass: "standard",
  country: null,
  ratePpm,
  ...more
})

const parcel = (amount: number, more: Partial<PricingShipping> = {}): PricingShipping => ({
  id: "parcel",
  name: "Parcel",
  amount,
  taxClass: "standard",
  ...more
})

const price = (currency: string, lines: ReadonlyArray<PricingLine>, more: Partial<PricingSnapshot>): PricedCart =>
  priceCart({
    at: "2026-11-25T08:00:00.000Z" as Timestamp,
    currency: currency as Currency,
    pricesIncludeTax: false,
    taxRounding: "line",
    rounding: "half_up",
    country: "US",
    lines,
    shipping: null,
    taxRates: [],
    codes: [],
    attributes: {},
    ...more
  }, [])

const taxesOf = ({ taxes }: PricedCart) => Object.fromEntries(taxes.map(({ amount, name }) => [name, amount.amount]))
const sums = ({ tax, total }: PricedCart) => [tax.amount, total.amount]

describe("Canada", () => {
  const canada = [
    rate("GST", 50_000, { country: "CA", component: "gst" }),
    rate("PST", 70_000, { zoneId: "british columbia", component: "pst" }),
    rate("QST", 99_750, { zoneId: "quebec", component: "pst" }),
    rate("HST", 130_000, { zoneId: "ontario", component: "gst" })
  ]
  const taxZones = [
    { id: "british columbia", areas: [{ country: "CA", region: "BC" }] },
    { id: "quebec", areas: [{ country: "CA", region: "QC" }] },
    { id: "ontario", areas: [{ country: "CA", region: "ON" }] }
  ]
  const inProvince = (region: string | null, taxRates = canada) =>
    price("CAD", [line("a", 10_000)], { country: "CA", region, taxRates, taxZones })

  // Canada Revenue Agency, "Charge and collect the tax – Which rate to charge": 5 % GST in Alberta and Quebec, 13 % HST in
  // Ontario; British Columbia, "Provincial Sales Tax": 7 % of the price before GST
  it("charges GST alone, GST and PST, or HST instead of both", () => {
    assert.deepStrictEqual(taxesOf(inProvince("AB")), { GST: 500 })
    assert.deepStrictEqual(taxesOf(inProvince("BC")), { GST: 500, PST: 700 })
    assert.deepStrictEqual(taxesOf(inProvince("ON")), { HST: 1_300 })
    assert.deepStrictEqual(taxesOf(inProvince(null)), { GST: 500 })
  })

  // Revenu Québec, "Basic rules for applying the GST/HST and QST": since 2013 QST is 9.975 % of the price without GST:
  // 100.00 + 5.00 + 9.98 (9.975) = 114.98
  it("charges QST on the price without GST since 2013", () => {
    const cart = inProvince("QC")
    assert.deepStrictEqual(taxesOf(cart), { GST: 500, QST: 998 })
    assert.deepStrictEqual(sums(cart), [1_498, 11_498])
  })

  // until the end of 2012 QST was 9.5 % of the price with GST, which gives the same: 105.00 * 0.095 = 9.975
  it("charged QST on the price with GST before", () => {
    const before = inProvince("QC", [canada[0]!, rate("QST", 95_000, { zoneId: "quebec", component: "pst", compound: true })])
    assert.deepStrictEqual(taxesOf(before), { GST: 500, QST: 998 })
    assert.deepStrictEqual(sums(before), [1_498, 11_498])
  })

  it("takes both taxes, the second with tax on tax, out of a price that contains them", () => {
    // 114.98 / 1.14975 = 100.0043..., of which 5.0002 and 9.9754
    const cart = price("CAD", [line("a", 11_498)], {
      country: "CA",
      region: "QC",
      pricesIncludeTax: true,
      taxZones,
      taxRates: [canada[0]!, rate("QST", 95_000, { zoneId: "quebec", component: "pst", compound: true })]
    })
    assert.deepStrictEqual(taxesOf(cart), { GST: 500, QST: 998 })
    assert.strictEqual(cart.lines[0]?.net.amount, 10_000)
  })
})

describe("the United States", () => {
  // California Department of Tax and Fee Administration, "Know Your Sales and Use Tax Rate": 7.25 % in the whole state, of
  // which 1.25 % are local, and district taxes on top; in Los Angeles County 2.5 % in 2025 (9.75 %)
  const taxRates = [
    rate("State", 60_000, { zoneId: "california", component: "state", position: 1 }),
    rate("Local", 12_500, { zoneId: "california", component: "local", position: 2 }),
    rate("District", 25_000, { zoneId: "los angeles", component: "district", position: 3 })
  ]
  const taxZones = [
    { id: "california", areas: [{ country: "US", region: "CA" }] },
    { id: "los angeles", areas: [{ country: "US", region: "CA", postalCodes: ["90001..90899", "91*"] }] }
  ]
  const at = (region: string, postalCode: string, more: Partial<PricingSnapshot> = {}) =>
    price("USD", [line("a", 4_999, { quantity: 3 })], { country: "US", region, postalCode, taxRates, taxZones, ...more })

  it("combine the taxes of state, county and district, and show each", () => {
    // 149.97: 8.9982, 1.874625, 3.74925
    assert.deepStrictEqual(taxesOf(at("CA", "90012-1234")), { District: 375, Local: 187, State: 900 })
    assert.deepStrictEqual(sums(at("CA", "90012")), [1_462, 16_459])
    // Sacramento is not in the district
    assert.deepStrictEqual(taxesOf(at("CA", "95814")), { Local: 187, State: 900 })
    assert.deepStrictEqual(taxesOf(at("OR", "97201")), {})
  })

  it("are charged by the piece where the store rounds so", () => {
    // 49.99: 2.9994, 0.624875, 1.24975; three of each
    assert.deepStrictEqual(taxesOf(at("CA", "90012", { taxRounding: "unit" })), { District: 375, Local: 186, State: 900 })
  })
})

describe("India", () => {
  // Central Board of Indirect Taxes and Customs, "Overview of GST": within a state half of the tax is central and half is
  // the state's, between states all of it is integrated tax. 18 % of 1,500.00 = 270.00
  const taxZones = [{ id: "maharashtra", areas: [{ country: "IN", region: "MH" }] }]
  const taxRates = [
    rate("IGST", 180_000, { country: "IN", component: "gst" }),
    rate("CGST", 90_000, { zoneId: "maharashtra", component: "gst" }),
    rate("SGST", 90_000, { zoneId: "maharashtra", component: "sgst" })
  ]

  it("divides the tax of a sale within the state in two, and not that of one to another state", () => {
    const to = (region: string) => price("INR", [line("a", 150_000)], { country: "IN", region, taxRates, taxZones })
    assert.deepStrictEqual(taxesOf(to("MH")), { CGST: 13_500, SGST: 13_500 })
    assert.deepStrictEqual(taxesOf(to("KA")), { IGST: 27_000 })
    assert.deepStrictEqual(sums(to("MH")), sums(to("KA")))
  })

  it("keeps the halves equal in prices that contain the tax", () => {
    // 100.00 * 9 / 118 = 7.627 each
    const cart = price("INR", [line("a", 10_000)], { country: "IN", region: "MH", pricesIncludeTax: true, taxRates, taxZones })
    assert.deepStrictEqual(taxesOf(cart), { CGST: 763, SGST: 763 })
    assert.strictEqual(cart.total.amount, 10_000)
  })
})

describe("the United Kingdom", () => {
  const taxRates = [rate("VAT", 200_000), rate("Reduced VAT", 50_000, { taxClass: "reduced" })]
  const british: Partial<PricingSnapshot> = { country: "GB", pricesIncludeTax: true, taxRates }

  // HMRC, "VAT guide (Notice 700)", section 7 and "VAT fraction": one sixth of a price that contains 20 %, one 21st of one
  // that contains 5 %
  it("finds a sixth, or a twenty-first, of the price to be tax", () => {
    assert.deepStrictEqual(taxesOf(price("GBP", [line("a", 12_000)], british)), { VAT: 2_000 })
    assert.deepStrictEqual(taxesOf(price("GBP", [line("a", 10_500, { taxClass: "reduced" })], british)), { "Reduced VAT": 500 })
  })

  // HMRC, "VAT guide (Notice 700)", paragraph 17.5: the total VAT of an invoice may be worked out per line or once for all
  it("may be rounded for each line or once for the invoice", () => {
    const lines = ["a", "b", "c"].map((id) => line(id, 1_999))
    // 19.99 / 6 = 3.3316...; 59.97 / 6 = 9.995
    assert.deepStrictEqual(taxesOf(price("GBP", lines, british)), { VAT: 999 })
    assert.deepStrictEqual(taxesOf(price("GBP", lines, { ...british, taxRounding: "order" })), { VAT: 1_000 })
    assert.deepStrictEqual(taxesOf(price("GBP", lines, { ...british, taxRounding: "order", rounding: "half_even" })), {
      VAT: 1_000
    })
  })

  // HMRC, "Postage, delivery and direct marketing (VAT Notice 700/24)": delivery follows the goods; where they are of two
  // rates its value is divided between them
  it("taxes delivery as the goods, in proportion to what they cost", () => {
    const cart = price("GBP", [line("a", 7_500), line("b", 2_500, { taxClass: "zero" })], {
      ...british,
      pricesIncludeTax: false,
      shippingTax: "proportional",
      shipping: parcel(800)
    })
    // three quarters of 8.00 with 20 %
    assert.strictEqual(cart.shipping?.tax.amount, 120)
    assert.deepStrictEqual(sums(cart), [1_620, 12_420])
  })
})

describe("the European Union", () => {
  const taxRates = [
    rate("MwSt", 190_000, { country: "DE" }),
    rate("TVA", 200_000, { country: "FR" }),
    rate("ÁFA", 270_000, { country: "HU" })
  ]
  const german: Partial<PricingSnapshot> = {
    country: "FR",
    home: { country: "DE" },
    pricesIncludeTax: true,
    taxRates,
    shipping: parcel(595)
  }
  const lamps = [line("a", 11_900, { quantity: 2, compareAtPrice: 23_800 })]

  // Directive 2006/112/EC, article 33 (distance sales are taxed where they arrive); what becomes of the price is the
  // seller's choice
  it("taxes what is sent to another member state there, at the same price", () => {
    const cart = price("EUR", lamps, german)
    // 238.00 * 20 / 120 = 39.666..., 5.95 / 6 = 0.991...
    assert.deepStrictEqual([cart.subtotal.amount, ...sums(cart)], [23_800, 4_066, 24_395])
  })

  it("or at the same price without tax", () => {
    const cart = price("EUR", lamps, { ...german, crossBorder: "constant_net" })
    // 119.00 contains 100.00; 120.00 with the tax of France; 5.95 contains 5.00
    assert.deepStrictEqual(cart.lines.map(({ compareAtPrice, unitPrice }) => [unitPrice.amount, compareAtPrice?.amount]), [
      [12_000, 24_000]
    ])
    assert.deepStrictEqual([cart.subtotal.amount, ...sums(cart)], [24_000, 4_100, 24_600])
    assert.deepStrictEqual(cart.lines[0]?.trace.map(({ amount, source }) => [source, amount.amount]), [
      ["catalog", 23_800],
      ["border", 200]
    ])
    assert.strictEqual(price("EUR", lamps, { ...german, country: "HU", crossBorder: "constant_net" }).total.amount, 26_035)
    assert.strictEqual(price("EUR", lamps, { ...german, country: "DE", crossBorder: "constant_net" }).total.amount, 24_395)
  })

  // Directive 2006/112/EC, articles 138 and 40: goods for a business in another member state are sold without tax, which the
  // buyer accounts for there; the invoice says why it has none
  it("leaves the tax to a business in another member state, and says so", () => {
    const taxRelief = { kind: "reverse_charge", note: "Reverse charge" } as const
    const cart = price("EUR", lamps, { ...german, crossBorder: "constant_net", taxRelief })
    assert.deepStrictEqual([cart.subtotal.amount, ...sums(cart)], [20_000, 0, 20_500])
    assert.deepStrictEqual(cart.taxes, [
      {
        rateId: "relief:reverse_charge",
        name: "Reverse charge",
        ratePpm: 0,
        amount: { amount: 0, currency: "EUR" as Currency },
        taxable: { amount: 20_500, currency: "EUR" as Currency }
      }
    ])
    // under constant gross the price contains the tax of France: 119.00 / 1.2 = 99.166...
    assert.strictEqual(price("EUR", lamps, { ...german, taxRelief }).subtotal.amount, 19_834)
    // prices without tax stay as they are
    assert.strictEqual(price("EUR", lamps, { ...german, pricesIncludeTax: false, taxRelief }).total.amount, 24_395)
  })
})

describe("a half", () => {
  it("goes up, or to the even neighbour, as the store rounds", () => {
    const half = (rounding: "half_up" | "half_even") =>
      taxesOf(price("USD", [line("a", 250), line("b", 350)], { rounding, taxRates: [rate("Tax", 50_000)] }))
    // 12.5 and 17.5
    assert.deepStrictEqual([half("half_up"), half("half_even")], [{ Tax: 31 }, { Tax: 30 }])
  })
})

describe("taxes that would come to more than the price they are in", () => {
  it("leave nothing below zero", () => {
    const taxRates = ["a", "b", "c"].map((component) => rate(component, 3_300_000, { component }))
    const cart = price("USD", [line("a", 2), line("b", 2)], { pricesIncludeTax: true, taxRates })
    for (const { net, tax } of cart.lines) assert.deepStrictEqual([net.amount, tax.amount], [0, 2])
    const together = price("USD", [line("a", 1), line("b", 1)], { pricesIncludeTax: true, taxRates, taxRounding: "order" })
    for (const { net } of together.lines) assert.isAtLeast(net.amount, 0)
    assert.strictEqual(together.total.amount, 2)
  })
})
