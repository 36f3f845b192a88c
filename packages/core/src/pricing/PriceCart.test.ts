import { assert, describe, it } from "@effect/vitest"
import type { Currency } from "../kernel/Currency.ts"
import { MoneyDefect } from "../kernel/Money.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { priceCart } from "./PriceCart.ts"
import type { PricedCart, PricingLine, PricingRule, PricingShipping, PricingSnapshot, PricingTaxRate } from "./Pricing.ts"

const line = (id: string, unitPrice: number, more: Partial<PricingLine> = {}): PricingLine => ({
  id,
  variantId: `variant of ${id}`,
  productId: `product of ${id}`,
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

const rate = (ratePpm: number, more: Partial<PricingTaxRate> = {}): PricingTaxRate => ({
  id: `${more.taxClass ?? "standard"} ${more.country ?? "everywhere"}`,
  name: `${ratePpm / 10_000} %`,
  taxClass: "standard",
  country: null,
  ratePpm,
  ...more
})

const parcel = (amount: number, more: Partial<PricingShipping> = {}): PricingShipping => ({
  id: "parcel",
  name: "Parcel",
  amount,
  taxClass: "shipping",
  ...more
})

const snapshot = (lines: ReadonlyArray<PricingLine>, more: Partial<PricingSnapshot> = {}): PricingSnapshot => ({
  at: "2026-11-21T08:00:00.000Z" as Timestamp,
  currency: "USD" as Currency,
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
})

const discount = (amount: number, name = "promotion:autumn", lineIds: ReadonlyArray<string> | "all" = "all"): PricingRule => ({
  name,
  apply: () => [{ amount: -amount, label: "Autumn", target: { type: "lines", lineIds } }]
})

const shippingRule = (amount: number): PricingRule => ({
  name: "promotion:shipping",
  apply: () => [{ amount, label: "Shipping", target: { type: "shipping" } }]
})

const amounts = ({ discount, shippingTotal, subtotal, tax, total }: PricedCart) => ({
  subtotal: subtotal.amount,
  discount: discount.amount,
  shipping: shippingTotal.amount,
  tax: tax.amount,
  total: total.amount
})

const steps = (trace: PricedCart["lines"][number]["trace"]) => trace.map(({ amount, source }) => [source, amount.amount])

describe("what a cart costs", () => {
  it("is nothing when it is empty", () => {
    assert.deepStrictEqual(priceCart(snapshot([]), [discount(500)]), {
      currency: "USD" as Currency,
      pricesIncludeTax: false,
      lines: [],
      shipping: null,
      subtotal: { amount: 0, currency: "USD" as Currency },
      discount: { amount: 0, currency: "USD" as Currency },
      shippingTotal: { amount: 0, currency: "USD" as Currency },
      tax: { amount: 0, currency: "USD" as Currency },
      taxes: [],
      promotions: [],
      codes: [],
      total: { amount: 0, currency: "USD" as Currency }
    })
  })

  // Streamlined Sales and Use Tax Agreement, section 324: tax is carried to the third decimal place and goes up to the next
  // cent where that is greater than four, and the seller works it out on each item or on the invoice.
  // 59.97 -> 4.647675, 0.99 -> 0.076725, 4.50 -> 0.34875
  const american = [line("a", 1999, { quantity: 3 }), line("b", 99), line("c", 450)]

  it("in a store that rounds 7.75 % for each line is the sum of what the lines round to", () => {
    const cart = priceCart(snapshot(american, { taxRates: [rate(77_500)] }), [])
    assert.deepStrictEqual(cart.lines.map(({ tax }) => tax.amount), [465, 8, 35])
    assert.deepStrictEqual(amounts(cart), { subtotal: 6546, discount: 0, shipping: 0, tax: 508, total: 7054 })
  })

  it("in a store that rounds 7.75 % for the order is rounded once, and the trace says which line gave way", () => {
    const cart = priceCart(snapshot(american, { taxRates: [rate(77_500)], taxRounding: "order" }), [])
    // 65.46 -> 5.07315
    assert.deepStrictEqual(amounts(cart), { subtotal: 6546, discount: 0, shipping: 0, tax: 507, total: 7053 })
    assert.deepStrictEqual(cart.lines.map(({ tax }) => tax.amount), [465, 7, 35])
    assert.deepStrictEqual(cart.lines.map(({ trace }) => steps(trace)), [
      [["catalog", 5997], ["tax:standard everywhere", 465]],
      [["catalog", 99], ["tax:standard everywhere", 8], ["rounding", -1]],
      [["catalog", 450], ["tax:standard everywhere", 35]]
    ])
  })

  // Umsatzsteuergesetz, § 12: 19 %, and 7 % for books; Umsatzsteuer-Anwendungserlass, section 15.4: what a price with tax
  // contains is the price times the rate, divided by 100 and the rate
  const german = {
    currency: "EUR" as Currency,
    pricesIncludeTax: true,
    country: "DE",
    shipping: parcel(490, { taxClass: "standard" }),
    taxRates: [rate(190_000), rate(70_000, { taxClass: "books" })]
  } as const
  const lampsAndBook = [line("lamps", 4990, { quantity: 2 }), line("book", 1299, { taxClass: "books" })]

  it("in a European store contains 19 % and 7 % of tax, which is taken out of each line", () => {
    const cart = priceCart(snapshot(lampsAndBook, german), [])
    // 99.80 * 19/119 = 15.934..., 12.99 * 7/107 = 0.849..., 4.90 * 19/119 = 0.782...
    assert.deepStrictEqual(cart.lines.map(({ net, tax, total }) => [net.amount, tax.amount, total.amount]), [
      [8387, 1593, 9980],
      [1214, 85, 1299]
    ])
    assert.deepStrictEqual(cart.shipping?.tax.amount, 78)
    assert.deepStrictEqual(amounts(cart), { subtotal: 11279, discount: 0, shipping: 490, tax: 1756, total: 11769 })
    assert.deepStrictEqual(cart.taxes.map(({ amount, rateId }) => [rateId, amount.amount]), [
      ["books everywhere", 85],
      ["standard everywhere", 1671]
    ])
    assert.deepStrictEqual(steps(cart.lines[0]!.trace), [["catalog", 9980]])
  })

  it("in a European store that rounds for the order takes the tax out of everything of one rate together", () => {
    const cart = priceCart(snapshot(lampsAndBook, { ...german, taxRounding: "order" }), [])
    // 104.70 * 19/119 = 16.716...
    assert.deepStrictEqual(cart.taxes.map(({ amount }) => amount.amount), [85, 1672])
    assert.deepStrictEqual([cart.lines[0]?.tax.amount, cart.shipping?.tax.amount], [1594, 78])
    assert.deepStrictEqual(amounts(cart), { subtotal: 11279, discount: 0, shipping: 490, tax: 1757, total: 11769 })
  })

  // section 324 of the same agreement: 24.99 * 0.1075 = 2.686425, of which the third decimal place is 6
  it("is 34.12 for 24.99 with 10.75 % and untaxed shipping of 6.44, not 34.116425", () => {
    const cart = snapshot([line("a", 2499)], { taxRates: [rate(107_500)], shipping: parcel(644) })
    assert.deepStrictEqual(amounts(priceCart(cart, [])), {
      subtotal: 2499,
      discount: 0,
      shipping: 644,
      tax: 269,
      total: 3412
    })
    assert.strictEqual(priceCart({ ...cart, taxRounding: "order" }, []).total.amount, 3412)
  })

  // and here it is 2: 10.00 * 0.08625 = 0.8625
  it("taxes four of 2.50 at 8.625 % with 0.86", () => {
    const cart = priceCart(snapshot([line("a", 250, { quantity: 4 })], { taxRates: [rate(86_250)] }), [])
    assert.strictEqual(cart.tax.amount, 86)
  })

  // ISO 4217: the yen has no minor unit, and the dinar of Kuwait one of three decimals
  it("is in whole yen and in thousandths of a dinar", () => {
    const yen = snapshot([line("a", 333, { quantity: 3 }), line("b", 105)], {
      currency: "JPY" as Currency,
      taxRates: [rate(100_000)]
    })
    // 99.9 and 10.5
    assert.deepStrictEqual(priceCart(yen, []).lines.map(({ tax }) => tax.amount), [100, 11])
    assert.deepStrictEqual(priceCart({ ...yen, rounding: "half_even" }, []).lines.map(({ tax }) => tax.amount), [100, 10])
    assert.strictEqual(priceCart(yen, []).total.amount, 1215)

    const dinar = snapshot([line("a", 1250, { quantity: 3 })], {
      currency: "KWD" as Currency,
      taxRates: [rate(50_000)]
    })
    // 187.5, of which both neighbours and the even one is 188
    assert.strictEqual(priceCart(dinar, []).tax.amount, 188)
    assert.strictEqual(priceCart({ ...dinar, rounding: "half_even" }, []).tax.amount, 188)
  })

  it("is exact where a product leaves the safe integers", () => {
    const cart = priceCart(snapshot([line("a", 8_000_000_000_000_001)], { taxRates: [rate(77_777)] }), [])
    // 8 000 000 000 000 001 * 0.077777 = 622 216 000 000 000.077777
    assert.deepStrictEqual(amounts(cart), {
      subtotal: 8_000_000_000_000_001,
      discount: 0,
      shipping: 0,
      tax: 622_216_000_000_000,
      total: 8_622_216_000_000_001
    })
  })
})

describe("the tax rate of a line", () => {
  const rates = [
    rate(200_000),
    rate(190_000, { country: "DE" }),
    rate(50_000, { taxClass: "reduced", country: "FR" })
  ]
  const taxesIn = (country: string, one: PricingLine) =>
    priceCart(snapshot([one], { country, taxRates: rates }), []).taxes.map(({ rateId }) => rateId)

  it("is that of the country before that for everywhere", () => {
    assert.deepStrictEqual(taxesIn("DE", line("a", 100)), ["standard DE"])
    assert.deepStrictEqual(taxesIn("FR", line("a", 100)), ["standard everywhere"])
  })

  it("is none where its class has none, or where it is not taxable", () => {
    assert.deepStrictEqual(taxesIn("DE", line("a", 100, { taxClass: "reduced" })), [])
    assert.deepStrictEqual(taxesIn("FR", line("a", 100, { taxClass: "reduced" })), ["reduced FR"])
    assert.deepStrictEqual(taxesIn("DE", line("a", 100, { taxable: false })), [])
  })

  it("may be zero, which is shown as a tax and not in the trace", () => {
    const cart = priceCart(snapshot([line("a", 100)], { taxRates: [rate(0)] }), [])
    assert.deepStrictEqual(cart.taxes.map(({ amount, ratePpm }) => [ratePpm, amount.amount]), [[0, 0]])
    assert.deepStrictEqual(steps(cart.lines[0]!.trace), [["catalog", 100]])
  })
})

describe("a rule", () => {
  it("spreads its discount over the lines by what they cost, and gives odd cents to the lowest ids", () => {
    const lines = [line("c", 1000), line("a", 1000), line("b", 1000)]
    const cart = priceCart(snapshot(lines), [discount(100)])
    assert.deepStrictEqual(cart.lines.map(({ discount, id }) => [id, discount.amount]), [["c", 33], ["a", 34], ["b", 33]])
    assert.deepStrictEqual(amounts(cart), { subtotal: 3000, discount: 100, shipping: 0, tax: 0, total: 2900 })
  })

  it("reaches only the lines that it names and that are there", () => {
    const cart = priceCart(snapshot([line("a", 1000), line("b", 3000)]), [discount(300, "rule", ["b", "gone"])])
    assert.deepStrictEqual(cart.lines.map(({ total }) => total.amount), [1000, 2700])
    assert.strictEqual(priceCart(snapshot([line("a", 1000)]), [discount(300, "rule", ["gone"])]).total.amount, 1000)
  })

  it("takes no more than is there, and the trace says what it took", () => {
    const cart = priceCart(snapshot([line("a", 500), line("b", 300)]), [discount(1000), discount(1, "late")])
    assert.deepStrictEqual(cart.lines.map(({ trace }) => steps(trace)), [
      [["catalog", 500], ["promotion:autumn", -500]],
      [["catalog", 300], ["promotion:autumn", -300]]
    ])
    assert.deepStrictEqual(amounts(cart), { subtotal: 800, discount: 800, shipping: 0, tax: 0, total: 0 })
  })

  it("sees what the rules before it have left", () => {
    const half: PricingRule = {
      name: "half",
      apply: (_, { lines, shipping }) => [
        ...[...lines].map(([id, amount]) => ({
          amount: -Math.floor(amount / 2),
          label: "Half",
          target: { type: "lines", lineIds: [id] } as const
        })),
        { amount: -Math.floor(shipping / 2), label: "Half", target: { type: "shipping" } as const }
      ]
    }
    const cart = priceCart(snapshot([line("a", 1000)], { shipping: parcel(800) }), [discount(200), half, half])
    assert.deepStrictEqual(steps(cart.lines[0]!.trace), [
      ["catalog", 1000],
      ["promotion:autumn", -200],
      ["half", -400],
      ["half", -200]
    ])
    assert.strictEqual(cart.shippingTotal.amount, 200)
  })

  it("lowers the tax with the price, and raises it with a surcharge", () => {
    const cart = snapshot([line("a", 1000)], { taxRates: [rate(100_000)] })
    assert.deepStrictEqual(amounts(priceCart(cart, [discount(500)])), {
      subtotal: 1000,
      discount: 500,
      shipping: 0,
      tax: 50,
      total: 550
    })
    assert.deepStrictEqual(amounts(priceCart(cart, [discount(-500)])), {
      subtotal: 1000,
      discount: -500,
      shipping: 0,
      tax: 150,
      total: 1650
    })
  })

  it("spreads a surcharge evenly over lines that cost nothing", () => {
    const cart = priceCart(snapshot([line("a", 0), line("b", 0)]), [discount(-5)])
    assert.deepStrictEqual(cart.lines.map(({ total }) => total.amount), [3, 2])
  })

  it("makes shipping free and no cheaper than that, apart from the discount of the lines", () => {
    const cart = priceCart(snapshot([line("a", 1000)], { shipping: parcel(644) }), [shippingRule(-1000)])
    assert.deepStrictEqual(amounts(cart), { subtotal: 1000, discount: 0, shipping: 0, tax: 0, total: 1000 })
    assert.strictEqual(cart.shipping?.discount.amount, 644)
    assert.deepStrictEqual(steps(cart.shipping!.trace), [["shipping:parcel", 644], ["promotion:shipping", -644]])
  })

  it("may say what each line bears, and is held to what is there", () => {
    const shares = (amount: number, ...shares: ReadonlyArray<readonly [string, number]>): PricingRule => ({
      name: "rule",
      apply: () => [{
        amount,
        label: "Autumn",
        target: { type: "shares", shares: new Map(shares) },
        promotion: { id: "promo", name: "Autumn", code: null, class: "line", counted: [] }
      }]
    })
    const cart = priceCart(snapshot([line("a", 1000), line("b", 300)]), [shares(-501, ["a", -1], ["b", -500])])
    assert.deepStrictEqual(cart.lines.map(({ trace }) => steps(trace)), [
      [["catalog", 1000], ["promotion:promo", -1]],
      [["catalog", 300], ["promotion:promo", -300]]
    ])
    assert.deepStrictEqual(cart.promotions.map(({ amount, id }) => [id, amount.amount]), [["promo", 301]])
    assert.throws(() => priceCart(snapshot([line("a", 1000)]), [shares(-2, ["a", -1])]), MoneyDefect)
    assert.throws(() => priceCart(snapshot([line("a", 1000)]), [shares(-1, ["a", 1], ["b", -2])]), MoneyDefect)
  })

  it("for shipping does nothing where nothing is shipped", () => {
    assert.strictEqual(priceCart(snapshot([line("a", 1000)]), [shippingRule(500)]).total.amount, 1000)
  })
})

describe("a bug in what is to be priced", () => {
  const broken: Record<string, () => PricedCart> = {
    "a price below zero": () => priceCart(snapshot([line("a", -1)]), []),
    "a fraction of a cent": () => priceCart(snapshot([line("a", 9.99)]), []),
    "no pieces": () => priceCart(snapshot([line("a", 1, { quantity: 0 })]), []),
    "half a piece": () => priceCart(snapshot([line("a", 1, { quantity: 0.5 })]), []),
    "a line beyond the safe integers": () => priceCart(snapshot([line("a", 2 ** 52, { quantity: 3 })]), []),
    "a sum beyond the safe integers": () => priceCart(snapshot([line("a", 2 ** 52), line("b", 2 ** 52)]), []),
    "a discount on such a sum": () => priceCart(snapshot([line("a", 2 ** 52), line("b", 2 ** 52)]), [discount(1)]),
    "two lines of one id": () => priceCart(snapshot([line("a", 1), line("b", 1), line("a", 1)]), []),
    "a rule that answers a fraction": () => priceCart(snapshot([line("a", 999)]), [discount(99.9)])
  }
  for (const [what, price] of Object.entries(broken)) {
    it(`is not priced: ${what}`, () => assert.throws(price, MoneyDefect))
  }
})
