import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import type { Currency } from "../kernel/Currency.ts"
import { divideRounded } from "../kernel/Money.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import { priceCart } from "./PriceCart.ts"
import type { PricedCart, PricingRule, PricingSnapshot, PricingTaxRate, TraceStep } from "./Pricing.ts"
import { maximumAmount } from "./Pricing.ts"

const amount = fc.oneof(
  fc.nat(20),
  fc.nat(100_000),
  fc.integer({ min: 0, max: 1_000_000_000_000 }),
  fc.integer({ min: 0, max: maximumAmount })
)
const taxClass = fc.constantFrom("standard", "reduced", "books", "none")
const country = fc.constantFrom("DE", "US", "JP")
const ratePpm = fc.oneof(fc.constantFrom(0, 1, 50_000, 70_000, 77_500, 107_500, 190_000), fc.nat(10_000_000))

const rates: fc.Arbitrary<ReadonlyArray<PricingTaxRate>> = fc.uniqueArray(
  fc.record({ taxClass, country: fc.option(country, { nil: null }), ratePpm }),
  { selector: (rate) => `${rate.taxClass} ${rate.country}`, maxLength: 8 }
).map((list) => list.map((rate) => ({ ...rate, id: `${rate.taxClass} ${rate.country}`, name: "Tax" })))

const linesOf = (size: { readonly minLength?: number; readonly maxLength: number }, largest: number) =>
  fc.array(
    fc.record({
      quantity: fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: largest })),
      unitPrice: amount,
      taxClass,
      taxable: fc.boolean(),
      requiresShipping: fc.boolean()
    }),
    size
  ).map((list) =>
    list.map((line, index) => ({
      ...line,
      // as much as a cart may hold, and no more
      unitPrice: Math.min(line.unitPrice, Math.floor(maximumAmount / list.length / line.quantity)),
      // ids whose order is not that of the lines
      id: `line ${(index * 7919) % 10_007}`,
      variantId: `variant ${index}`,
      productId: `product ${index}`,
      compareAtPrice: null,
      weightGrams: 0,
      attributes: {}
    }))
  )

const day = fc.constantFrom(...["2026-01-01", "2026-11-21", "2026-11-22"].map((date) => `${date}T08:00:00.000Z` as Timestamp))

/** One to three rates for each class and place, some on top of others, some for a time; together below 1,000 %. */
const severalRates: fc.Arbitrary<ReadonlyArray<PricingTaxRate>> = fc.uniqueArray(
  fc.record({
    taxClass,
    country: fc.option(country, { nil: null }),
    component: fc.constantFrom("state", "county", "city"),
    compound: fc.boolean(),
    ratePpm: fc.oneof(fc.constantFrom(0, 50_000, 99_750, 190_000), fc.nat(1_200_000)),
    from: fc.option(day, { nil: null }),
    until: fc.option(day, { nil: null })
  }),
  { selector: (rate) => `${rate.taxClass} ${rate.country} ${rate.component} ${rate.from}`, maxLength: 16 }
).map((list) =>
  list.map((rate) => ({
    ...rate,
    id: `${rate.taxClass} ${rate.country} ${rate.component} ${rate.from}`,
    name: rate.component
  }))
)

const snapshotOf = (lines: ReturnType<typeof linesOf>): fc.Arbitrary<PricingSnapshot> =>
  fc.record({
    at: fc.constant("2026-11-21T08:00:00.000Z" as Timestamp),
    // no, two, three and four decimals
    currency: fc.constantFrom("JPY", "USD", "KWD", "CLF") as fc.Arbitrary<Currency>,
    pricesIncludeTax: fc.boolean(),
    taxRounding: fc.constantFrom("unit", "line", "order"),
    rounding: fc.constantFrom("half_up", "half_even"),
    country,
    lines,
    shipping: fc.option(
      fc.record({ id: fc.constant("parcel"), name: fc.constant("Parcel"), amount, taxClass }),
      { nil: null }
    ),
    taxRates: rates,
    codes: fc.constant([]),
    attributes: fc.constant({})
  })

const small = snapshotOf(linesOf({ maxLength: 8 }, 1_000_000))

/** Several taxes on each line, prices that cross a border, buyers who pay no tax, shipping taxed as its goods are. */
const abroad: fc.Arbitrary<PricingSnapshot> = fc.record({
  snapshot: small,
  taxRates: severalRates,
  home: fc.record({ country }),
  taxZones: fc.array(fc.record({ country, pricesIncludeTax: fc.option(fc.boolean(), { nil: null }) }), { maxLength: 3 })
    .map((zones) =>
      zones.map(({ country, pricesIncludeTax }, index) => ({ id: `zone ${index}`, areas: [{ country }], pricesIncludeTax }))
    ),
  pricesIncludeTaxIn: fc.subarray(["JPY", "USD"] as Array<Currency>).chain((currencies) =>
    fc.record(Object.fromEntries(currencies.map((currency) => [currency, fc.boolean()])))
  ),
  crossBorder: fc.constantFrom("constant_gross", "constant_net"),
  shippingTax: fc.constantFrom("class", "proportional"),
  taxRelief: fc.option(
    fc.record({ kind: fc.constantFrom("exempt", "reverse_charge"), note: fc.constant("No tax") }),
    { nil: null, freq: 3 }
  ),
  sent: fc.array(fc.record({ amount, taxClass, place: fc.option(fc.record({ country }), { nil: undefined }) }), { maxLength: 4 })
}).map(({ sent, snapshot, ...more }): PricingSnapshot => Object.assign({}, snapshot, more, {
  // a price may rise by 1,000 % at the border
  lines: snapshot.lines.map((line) => Object.assign({}, line, { unitPrice: Math.floor(line.unitPrice / 11) })),
  shipping: snapshot.shipping === null
    ? null
    : sent.length < 2
    ? { ...snapshot.shipping, amount: Math.floor(snapshot.shipping.amount / 11) }
    : apart(snapshot, sent)
}))

/** Lines that ship apart, some of them handed over elsewhere. */
const apart = (
  { lines }: PricingSnapshot,
  sent: ReadonlyArray<{ readonly amount: number; readonly taxClass: string; readonly place: { readonly country: string } | undefined }>
): PricingSnapshot["shipping"] => {
  const parts = sent.map(({ amount, place, taxClass }, index) => ({
    id: `part ${index}`,
    methodId: `method ${index % 3}`,
    name: "Parcel",
    lineIds: lines.filter((_, at) => at % sent.length === index).map(({ id }) => id),
    estimate: null,
    isPickedUp: place !== undefined,
    amount: Math.floor(amount / 11 / sent.length),
    taxClass,
    ...(place === undefined ? {} : { place })
  }))
  return { id: "method 0", name: "Parcel", amount: parts.reduce((all, { amount }) => all + amount, 0), taxClass: "standard", parts }
}

const large = snapshotOf(linesOf({ minLength: 500, maxLength: 500 }, 3))

/** Rules that take and add, from some lines or all, or from shipping, by fixed amounts and by what they see. */
const rule: fc.Arbitrary<PricingRule> = fc.record({
  name: fc.constantFrom("first", "second", "third"),
  amount: fc.oneof(fc.integer({ min: -2_000, max: 500 }), fc.integer({ min: -maximumAmount, max: 1_000_000 })),
  percent: fc.integer({ min: 0, max: 120 }),
  every: fc.integer({ min: 1, max: 3 })
}).map(({ amount, every, name, percent }) => ({
  name,
  apply: ({ lines }, current) => [
    { amount, label: "Fixed", target: { type: "lines", lineIds: "all" } },
    ...lines.filter(({ unitPrice }) => unitPrice % every === 0).map(({ id }) => ({
      amount: -Math.floor((current.lines.get(id) ?? 0) / 100) * percent,
      label: "Part",
      target: { type: "lines" as const, lineIds: [id] }
    })),
    { amount: Math.trunc(amount / 2), label: "Shipping", target: { type: "shipping" } }
  ]
}))
const someRules = fc.array(rule, { maxLength: 3 })

const sum = (amounts: ReadonlyArray<{ readonly amount: number }>): number => {
  let total = 0n
  for (const { amount } of amounts) total += BigInt(amount)
  return Number(total)
}

const partsOf = (cart: PricedCart) => [...cart.lines, ...(cart.shipping === null ? [] : [cart.shipping])]

/** The lines, and what each shipment costs. */
const leavesOf = (cart: PricedCart) => [
  ...cart.lines,
  ...(cart.shipping === null ? [] : cart.shipping.parts ?? [cart.shipping])
]

const addsUp = (cart: PricedCart): void => {
  for (const figure of ["subtotal", "discount", "net", "tax", "total"] as const) {
    const parts = cart.shipping?.parts
    if (parts !== undefined) assert.strictEqual(cart.shipping?.[figure].amount, sum(parts.map((part) => part[figure])))
  }
  for (const part of [...partsOf(cart), ...leavesOf(cart)]) {
    assert.strictEqual(part.net.amount + part.tax.amount, part.total.amount)
    assert.strictEqual(sum(part.trace.map(({ amount }) => amount)), part.total.amount)
    assert.strictEqual(sum(part.taxes.map(({ amount }) => amount)), part.tax.amount)
    const shown = part.subtotal.amount - part.discount.amount
    assert.strictEqual(shown, cart.pricesIncludeTax ? part.total.amount : part.net.amount)
    for (const { amount } of [part.subtotal, part.net, part.tax, part.total]) {
      assert.isTrue(Number.isSafeInteger(amount) && amount >= 0)
    }
  }
  assert.strictEqual(cart.subtotal.amount, sum(cart.lines.map(({ subtotal }) => subtotal)))
  assert.strictEqual(cart.discount.amount, sum(cart.lines.map(({ discount }) => discount)))
  assert.strictEqual(cart.tax.amount, sum(partsOf(cart).map(({ tax }) => tax)))
  assert.strictEqual(cart.tax.amount, sum(cart.taxes.map(({ amount }) => amount)))
  assert.strictEqual(cart.total.amount, sum(partsOf(cart).map(({ total }) => total)))
  assert.strictEqual(
    cart.total.amount,
    cart.subtotal.amount - cart.discount.amount + cart.shippingTotal.amount
      + (cart.pricesIncludeTax ? 0 : cart.tax.amount)
  )
}

/** The tax of every rate worked out again with whole numbers only, and how far each part is from its exact share. */
const taxIsRight = (snapshot: PricingSnapshot, cart: PricedCart): void => {
  const exact = new Map<string, bigint>()
  for (const part of partsOf(cart)) {
    const [tax] = part.taxes
    if (tax === undefined) continue
    const shown = BigInt(part.subtotal.amount - part.discount.amount)
    const numerator = shown * BigInt(tax.ratePpm)
    const denominator = BigInt(snapshot.pricesIncludeTax ? 1_000_000 + tax.ratePpm : 1_000_000)
    const distance = BigInt(tax.amount.amount) * denominator - numerator
    // half a unit for each piece where each is rounded, which a single piece has as well
    const pieces = snapshot.taxRounding === "unit" && "quantity" in part ? BigInt(part.quantity) : 1n
    assert.isTrue((distance < 0n ? -distance : distance) < denominator * pieces, "less than one unit from the exact tax")
    if (snapshot.taxRounding === "line") {
      assert.strictEqual(BigInt(tax.amount.amount), divideRounded(numerator, denominator, snapshot.rounding))
    }
    exact.set(tax.rateId, (exact.get(tax.rateId) ?? 0n) + numerator)
  }
  if (snapshot.taxRounding !== "order") return
  for (const tax of cart.taxes) {
    const denominator = BigInt(snapshot.pricesIncludeTax ? 1_000_000 + tax.ratePpm : 1_000_000)
    assert.strictEqual(
      BigInt(tax.amount.amount),
      divideRounded(exact.get(tax.rateId) ?? 0n, denominator, snapshot.rounding)
    )
  }
}

const frozen = <A>(value: A): A => {
  if (typeof value !== "object" || value === null) return value
  for (const inner of Object.values(value)) frozen(inner)
  return Object.freeze(value)
}

const took = (trace: ReadonlyArray<TraceStep>, source: string): number =>
  sum(trace.filter((step) => step.source === source).map(({ amount }) => amount))

describe("every priced cart", () => {
  it("adds up to the last minor unit, in any currency and up to the largest amounts, and nothing is below zero", () => {
    fc.assert(fc.property(small, someRules, (snapshot, rules) => addsUp(priceCart(snapshot, rules))), {
      numRuns: 500
    })
  })

  it("adds up with 500 lines", () => {
    fc.assert(
      fc.property(large, someRules, (snapshot, rules) => {
        const cart = priceCart(snapshot, rules)
        addsUp(cart)
        taxIsRight(snapshot, cart)
      }),
      { numRuns: 20 }
    )
  })

  it("carries the exact tax, rounded for each line or once for each rate", () => {
    fc.assert(fc.property(small, someRules, (snapshot, rules) => taxIsRight(snapshot, priceCart(snapshot, rules))), {
      numRuns: 500
    })
  })

  it("adds up with several taxes, across borders, and for who pays none", () => {
    fc.assert(fc.property(abroad, someRules, (snapshot, rules) => {
      const cart = priceCart(snapshot, rules)
      addsUp(cart)
      if (snapshot.taxRelief !== null) assert.strictEqual(cart.tax.amount, 0)
    }), { numRuns: 1_000 })
  })

  it("costs the same when a line is split in two, rounded for the order or the piece, and otherwise nearly so", () => {
    fc.assert(fc.property(abroad, fc.nat(), (snapshot, where) => {
      const long = snapshot.lines.findIndex(({ quantity }) => quantity > 1)
      const line = snapshot.lines[long]
      if (line === undefined) return
      const quantity = 1 + where % (line.quantity - 1)
      const lines = [
        ...snapshot.lines.slice(0, long),
        { ...line, quantity },
        { ...line, id: "split", quantity: line.quantity - quantity },
        ...snapshot.lines.slice(long + 1)
      ]
      const whole = priceCart(snapshot, [])
      // both halves go with the same part
      const parts = snapshot.shipping?.parts?.map((part) =>
        part.lineIds.includes(line.id) ? Object.assign({}, part, { lineIds: [...part.lineIds, "split"] }) : part)
      const shipping = snapshot.shipping === null || parts === undefined ? snapshot.shipping : { ...snapshot.shipping, parts }
      const split = priceCart({ ...snapshot, lines, shipping }, [])
      assert.strictEqual(split.subtotal.amount, whole.subtotal.amount)
      if (snapshot.taxRounding === "line") {
        // each tax of the line is rounded once more
        const taxes = whole.lines[long]?.taxes.length ?? 0
        assert.isAtMost(Math.abs(split.tax.amount - whole.tax.amount), taxes)
      } else {
        assert.deepStrictEqual(split.taxes, whole.taxes)
        assert.strictEqual(split.total.amount, whole.total.amount)
      }
    }), { numRuns: 1_000 })
  })

  it("rounded for the order, has the tax of the whole in its parts, whatever the tax is made of", () => {
    fc.assert(fc.property(abroad, (snapshot) => {
      const cart = priceCart({ ...snapshot, taxRounding: "order", taxRelief: null, pricesIncludeTax: false, pricesIncludeTaxIn: {}, taxZones: [] }, [])
      const nets = new Map<string, { net: bigint; taxes: typeof cart.taxes }>()
      if (snapshot.shippingTax === "proportional") return
      for (const part of leavesOf(cart)) {
        const key = part.taxes.map(({ rateId }) => rateId).join(" ")
        nets.set(key, { net: (nets.get(key)?.net ?? 0n) + BigInt(part.net.amount), taxes: part.taxes })
      }
      // a rate may be charged with others at one place and alone at another, for goods that ship apart
      const expected = new Map<string, bigint>()
      for (const { net, taxes } of nets.values()) {
        const rates = taxes.map(({ rateId }) => snapshot.taxRates.find(({ id }) => id === rateId) as PricingTaxRate)
        const plain = rates.reduce((sum, { compound, ratePpm }) => sum + (compound === true ? 0 : ratePpm), 0)
        for (const { compound, id, ratePpm } of rates) {
          const exact = net * BigInt(ratePpm) * BigInt(compound === true ? 1_000_000 + plain : 1_000_000)
          expected.set(id, (expected.get(id) ?? 0n) + divideRounded(exact, 1_000_000_000_000n, snapshot.rounding))
        }
      }
      for (const [id, amount] of expected) {
        assert.strictEqual(BigInt(cart.taxes.find(({ rateId }) => rateId === id)?.amount.amount ?? -1), amount)
      }
    }), { numRuns: 500 })
  })

  it("is the same for the same snapshot, which is left as it was", () => {
    fc.assert(fc.property(small, someRules, (snapshot, rules) => {
      const again = structuredClone(snapshot)
      assert.deepStrictEqual(priceCart(frozen(snapshot), rules), priceCart(again, rules))
    }))
  })

  it("does not depend on the order of its lines", () => {
    const mixed = small.chain((snapshot) =>
      fc.shuffledSubarray([...snapshot.lines], { minLength: snapshot.lines.length }).map((lines) => ({
        snapshot,
        shuffled: { ...snapshot, lines }
      }))
    )
    // a rule may itself look at the order, so these do not
    const fixed = fc.array(fc.integer({ min: -5_000, max: 500 }), { maxLength: 3 }).map((list) =>
      list.map((amount): PricingRule => ({
        name: "fixed",
        apply: () => [{ amount, label: "Fixed", target: { type: "lines", lineIds: "all" } }]
      }))
    )
    fc.assert(fc.property(mixed, fixed, ({ shuffled, snapshot }, rules) => {
      const byId = (cart: PricedCart) => ({ ...cart, lines: cart.lines.toSorted((a, b) => (a.id < b.id ? -1 : 1)) })
      assert.deepStrictEqual(byId(priceCart(shuffled, rules)), byId(priceCart(snapshot, rules)))
    }))
  })

  it("earns the same without tax wherever it goes under constant net, and asks the same under constant gross", () => {
    fc.assert(fc.property(abroad, (snapshot) => {
      const terms = { ...snapshot, home: { country: "US" }, taxRelief: null, taxRounding: "line" as const }
      for (const crossBorder of ["constant_gross", "constant_net"] as const) {
        const carts = ["US", "DE", "JP"].map((country) => priceCart({ ...terms, country, crossBorder }, []))
        snapshot.lines.forEach((line, index) => {
          const [home, ...others] = carts.map(({ lines }) => lines[index])
          for (const other of others) {
            if (crossBorder === "constant_gross") assert.deepStrictEqual(other?.unitPrice, home?.unitPrice)
            else {
              // the price of a piece is rounded at the border, and what it contains once more for the line at home
              const difference = Math.abs((other?.net.amount ?? 0) - (home?.net.amount ?? 0))
              const taxes = (other?.taxes.length ?? 0) + (home?.taxes.length ?? 0)
              assert.isAtMost(difference, line.quantity + taxes)
            }
          }
        })
      }
    }), { numRuns: 300 })
  })

  it("does not depend on the order of the tax rates and zones", () => {
    fc.assert(fc.property(abroad, (snapshot) => {
      const reversed = {
        ...snapshot,
        taxRates: snapshot.taxRates.toReversed(),
        taxZones: snapshot.taxZones?.toReversed() ?? []
      }
      assert.deepStrictEqual(priceCart(reversed, []), priceCart(snapshot, []))
    }), { numRuns: 500 })
  })

  it("takes off shipping what a rule says, or all of it, shared over what ships apart", () => {
    fc.assert(fc.property(abroad, amount, (snapshot, amount) => {
      const free: PricingRule = { name: "free", apply: () => [{ amount: -amount, label: "Free", target: { type: "shipping" } }] }
      const cart = priceCart(snapshot, [free])
      addsUp(cart)
      const { shipping } = cart
      if (shipping === null) return
      assert.strictEqual(shipping.discount.amount, Math.min(amount, shipping.subtotal.amount))
      for (const { discount, subtotal } of shipping.parts ?? []) {
        // in proportion to what each costs, to less than a minor unit
        const exact = BigInt(subtotal.amount) * BigInt(shipping.discount.amount)
        const distance = BigInt(discount.amount) * BigInt(shipping.subtotal.amount) - exact
        assert.isTrue((distance < 0n ? -distance : distance) <= BigInt(shipping.subtotal.amount))
      }
    }), { numRuns: 1_000 })
  })

  it("costs the same for what ships apart at the same place and class as for all of it by one method", () => {
    fc.assert(fc.property(abroad, someRules, (snapshot, rules) => {
      const { shipping } = snapshot
      if (shipping?.parts === undefined) return
      const parts = shipping.parts.map(({ place: _place, ...part }) => ({ ...part, taxClass: "standard" }))
      const terms = { ...snapshot, shippingTax: "class" as const, taxRounding: "order" as const, crossBorder: "constant_gross" as const, taxRelief: null }
      const { parts: _parts, ...together } = shipping
      const whole = priceCart({ ...terms, shipping: together }, rules)
      const split = priceCart({ ...terms, shipping: { ...shipping, parts } }, rules)
      assert.deepStrictEqual(
        [split.total, split.tax, split.taxes, split.shippingTotal, split.discount],
        [whole.total, whole.tax, whole.taxes, whole.shippingTotal, whole.discount]
      )
    }), { numRuns: 500 })
  })

  it("gives the whole discount where the lines cost as much, and all that they cost where they do not", () => {
    fc.assert(fc.property(small, amount, (snapshot, amount) => {
      const cart = priceCart(snapshot, [
        { name: "gift", apply: () => [{ amount: -amount, label: "Gift", target: { type: "lines", lineIds: "all" } }] }
      ])
      assert.strictEqual(cart.discount.amount, Math.min(amount, cart.subtotal.amount))
      assert.strictEqual(-sum(cart.lines.map(({ trace }) => ({ amount: took(trace, "gift") }))), cart.discount.amount)
    }))
  })
})
