import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import { priceCart } from "../pricing/PriceCart.ts"
import type { PricedCart, PricingSnapshot } from "../pricing/Pricing.ts"
import * as Example from "../testing/PromotionExample.ts"
import type { Promotion } from "./Promotion.ts"
import * as PromotionSet from "./PromotionSet.ts"

const usd = (amount: number) => ({ amount, currency: "USD" })
const count = fc.integer({ min: 1, max: 5 })
const ratePpm = fc.oneof(fc.constantFrom(1, 100_000, 333_333, 500_000, 1_000_000), fc.integer({ min: 1, max: 1_000_000 }))
const sum = fc.integer({ min: 1, max: 6_000 }).map(usd)
const items = fc.constantFrom({}, { tags: ["a"] }, { tags: ["b"] }, { tags: ["a", "b"], except: { tags: ["c"] } })
const some = fc.record({ items, quantity: count })

const actions = {
  percent_off_order: fc.record({ ratePpm }),
  capped: fc.record({ ratePpm, maximum: sum }),
  fixed_off_order: fc.record({ amount: sum }),
  percent_off_items: fc.record({ ratePpm, items, allocation: fc.constantFrom("each", "across", "once") }),
  percent_of_some: fc.record({ ratePpm, items, allocation: fc.constantFrom("each", "once"), maximumQuantity: count }),
  fixed_off_items: fc.record({ amount: sum, items, allocation: fc.constantFrom("each", "across", "once") }),
  fixed_price: fc.record({ price: sum, items, maximumQuantity: count }),
  free_shipping: fc.record({ ratePpm }),
  tiered: fc.record({
    by: fc.constantFrom("quantity", "amount"),
    items,
    tiers: fc.uniqueArray(fc.record({ from: fc.integer({ min: 1, max: 40 }), ratePpm }), {
      minLength: 1,
      maxLength: 3,
      selector: ({ from }) => from
    })
  }),
  buy_x_get_y: fc.record({
    buy: some,
    get: some,
    ratePpm,
    repeats: fc.boolean(),
    choice: fc.constantFrom("cheapest", "dearest")
  }),
  cheapest_free: fc.record({ items, every: fc.integer({ min: 2, max: 4 }) }),
  bundle_price: fc.record({ parts: fc.array(some, { minLength: 1, maxLength: 3 }), price: sum }),
  gift: fc.record({ items, quantity: count })
}

const typeOf = (name: string) =>
  name === "capped" ? "percent_off_order" : name === "percent_of_some" ? "percent_off_items" : name

const drafts = fc.oneof(
  ...Object.entries(actions).map(([name, args]) =>
    (args as fc.Arbitrary<object>).map((args) => ({ type: typeOf(name), args: args as never }))
  )
)

const promotions: fc.Arbitrary<ReadonlyArray<Promotion>> = fc.array(
  fc.record({
    action: drafts,
    priority: fc.integer({ min: 0, max: 1 }),
    exclusive: fc.integer({ min: 0, max: 9 }).map((one) => one === 0),
    minimum: fc.option(fc.integer({ min: 1, max: 20_000 }), { nil: undefined })
  }),
  { minLength: 1, maxLength: 6 }
).map((list) =>
  list.map(({ minimum, ...draft }, place) =>
    Example.promotion()({
      ...draft,
      name: `promotion ${place}`,
      conditions: minimum === undefined ? [] : [{ type: "subtotal", args: { minimum: usd(minimum) } }]
    }, place))
)

const line = fc.record({
  unitPrice: fc.oneof(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 5_000 })),
  quantity: fc.integer({ min: 1, max: 8 }),
  tags: fc.subarray(["a", "b", "c"])
})

const carts: fc.Arbitrary<PricingSnapshot> = fc.record({
  lines: fc.array(line, { minLength: 1, maxLength: 6 }),
  shipping: fc.integer({ min: 0, max: 2_000 }),
  pricesIncludeTax: fc.boolean(),
  taxRounding: fc.constantFrom("line", "order")
}).map(({ lines, shipping, ...more }) =>
  // ids whose order is not that of the lines
  Example.snapshot(lines.map((line, index) => Object.assign(line, { id: `line ${(index * 7919) % 10_007}` })), {
    ...more,
    shipping: { id: "parcel", name: "Parcel", amount: shipping, taxClass: "standard" },
    taxRates: [{ id: "vat", name: "VAT", taxClass: "standard", country: null, ratePpm: 190_000 }]
  })
)

const price = (snapshot: PricingSnapshot, promotions: ReadonlyArray<Promotion>, floors = new Map<string, number>()) =>
  priceCart(snapshot, [
    PromotionSet.rule(PromotionSet.make({ promotions, uses: new Map(), floors }, Example.kinds), PromotionSet.noFacts)
  ])

const totalOf = (amounts: ReadonlyArray<{ readonly amount: number }>) => amounts.reduce((sum, { amount }) => sum + amount, 0)

const figures = ({ discount, promotions, shippingTotal, tax, total }: PricedCart) => ({
  discount: discount.amount,
  shipping: shippingTotal.amount,
  tax: tax.amount,
  total: total.amount,
  promotions: promotions.map(({ amount, id }) => [id, amount.amount])
})

const runs = { numRuns: 600 }

describe("promotions on any cart", () => {
  it("add up to what the lines and shipping lost, and nothing is below zero", () => {
    fc.assert(fc.property(carts, promotions, (snapshot, promotions) => {
      const cart = price(snapshot, promotions)
      const lost = cart.discount.amount + (cart.shipping?.discount.amount ?? 0)
      assert.strictEqual(totalOf(cart.promotions.map(({ amount }) => amount)), lost)
      for (const { amount } of cart.promotions) assert.isAbove(amount.amount, 0)
      for (const part of [...cart.lines, ...(cart.shipping === null ? [] : [cart.shipping])]) {
        assert.isAtLeast(part.total.amount, 0)
        assert.isAtLeast(part.discount.amount, 0)
        assert.strictEqual(totalOf(part.trace.map(({ amount }) => amount)), part.total.amount)
      }
      const prices = cart.subtotal.amount - cart.discount.amount + cart.shippingTotal.amount
      assert.strictEqual(cart.total.amount, prices + (snapshot.pricesIncludeTax ? 0 : cart.tax.amount))
      assert.isTrue(cart.promotions.every(({ id }) => {
        const own = promotions.find((promotion) => promotion.id === id)
        return own?.exclusive !== true || cart.promotions.length === 1
      }))
    }), runs)
  })

  it("do not depend on the order of the lines, nor on that of the promotions", () => {
    const shuffled = fc.tuple(carts, promotions).chain(([snapshot, promotions]) =>
      fc.record({
        snapshot: fc.constant(snapshot),
        promotions: fc.constant(promotions),
        lines: fc.shuffledSubarray([...snapshot.lines], { minLength: snapshot.lines.length }),
        others: fc.shuffledSubarray([...promotions], { minLength: promotions.length })
      })
    )
    fc.assert(fc.property(shuffled, ({ lines, others, promotions, snapshot }) => {
      assert.deepStrictEqual(figures(price({ ...snapshot, lines }, others)), figures(price(snapshot, promotions)))
    }), runs)
  })

  it("alone take off the same however the pieces of a variant are spread over lines", () => {
    const split = fc.tuple(carts, promotions, fc.nat()).filter(([{ lines }]) => lines.some(({ quantity }) => quantity > 1))
    fc.assert(fc.property(split, ([snapshot, [promotion], place]) => {
      if (promotion === undefined) return
      const many = snapshot.lines.filter(({ quantity }) => quantity > 1)
      const line = many[place % many.length]
      assert(line !== undefined)
      const lines = snapshot.lines.flatMap((other) =>
        other === line ? [{ ...line, quantity: 1 }, { ...line, id: `${line.id} more`, quantity: line.quantity - 1 }] : [other])
      const cart = price(snapshot, [promotion])
      const after = price({ ...snapshot, lines }, [promotion])
      assert.strictEqual(after.discount.amount, cart.discount.amount)
      assert.strictEqual(after.shippingTotal.amount, cart.shippingTotal.amount)
    }), runs)
  })

  it("lead to no price below the lowest of a product, unless it was there before", () => {
    fc.assert(fc.property(carts, promotions, fc.integer({ min: 1, max: 3_000 }), (snapshot, promotions, floor) => {
      const floors = new Map(snapshot.lines.map(({ productId }) => [productId, floor]))
      const cart = price(snapshot, promotions, floors)
      for (const line of cart.lines) {
        const left = line.subtotal.amount - line.discount.amount
        assert.isAtLeast(left, Math.min(floor * line.quantity, line.subtotal.amount))
      }
    }), runs)
  })

  it("cost nothing that cannot apply: the set finds the same as if it tried all", () => {
    fc.assert(fc.property(carts, promotions, (snapshot, promotions) => {
      const set = PromotionSet.make({ promotions, uses: new Map(), floors: new Map() }, Example.kinds)
      const everything = { ...set, candidates: () => [...set.byId.values()] }
      assert.deepStrictEqual(
        figures(priceCart(snapshot, [PromotionSet.rule(set, PromotionSet.noFacts)])),
        figures(priceCart(snapshot, [PromotionSet.rule(everything, PromotionSet.noFacts)]))
      )
    }), runs)
  })
})

describe("offers that count pieces", () => {
  /** Every piece for itself, the cheapest first. */
  const pieces = (snapshot: PricingSnapshot) =>
    snapshot.lines.flatMap(({ quantity, unitPrice }) => Array.from({ length: quantity }, () => unitPrice)).sort((a, b) => a - b)

  const alone = (type: string, args: Record<string, unknown>) =>
    Example.promotion()({ name: "offer", action: { type, args: args as never } })

  it("take off the same from a cart of many lines, whose goods are looked up, as from one that is searched", () => {
    const large = fc.array(line, { minLength: 32, maxLength: 60 }).map((lines) =>
      Example.snapshot(lines.map((line, index) => Object.assign(line, { id: `line ${(index * 7919) % 10_007}` }))))
    fc.assert(fc.property(large, promotions, (snapshot, promotions) => {
      // goods of two tags are searched for; nothing has the second
      const searched = JSON.parse(
        JSON.stringify(promotions).replaceAll(/"tags":\["(\w)"\]/g, "\"tags\":[\"$1\",\"nobody\"]")
      ) as ReadonlyArray<Promotion>
      assert.deepStrictEqual(price(snapshot, promotions), price(snapshot, searched))
    }), { numRuns: 150 })
  })

  it("give away as many of the cheapest pieces as there are whole sets, and no more", () => {
    fc.assert(fc.property(carts, fc.integer({ min: 2, max: 5 }), count, (snapshot, every, maximumTimes) => {
      const all = pieces(snapshot)
      const sets = Math.min(Math.floor(all.length / every), maximumTimes)
      const expected = all.slice(0, sets).reduce((sum, price) => sum + price, 0)
      const offer = alone("cheapest_free", { every, maximumTimes })
      assert.strictEqual(price(snapshot, [offer]).discount.amount, expected)
      const same = alone("buy_x_get_y", { buy: { quantity: every - 1 }, get: { quantity: 1 }, maximumTimes })
      assert.strictEqual(price(snapshot, [same]).discount.amount, expected)
    }), runs)
  })

  it("never use a piece twice: two offers give away no more than their sets together", () => {
    fc.assert(fc.property(carts, fc.integer({ min: 2, max: 4 }), (snapshot, every) => {
      const all = pieces(snapshot)
      const offers = [0, 1].map((place) =>
        Example.promotion()({ name: `offer ${place}`, action: { type: "cheapest_free", args: { every } } }, place))
      const sets = Math.floor(all.length / every)
      const cart = price(snapshot, offers)
      assert.strictEqual(cart.discount.amount, all.slice(0, sets).reduce((sum, price) => sum + price, 0))
    }), runs)
  })

  it("reach at most so many pieces of each variant, and at most so many of all", () => {
    fc.assert(fc.property(carts, count, fc.integer({ min: 1, max: 2_000 }), (snapshot, maximumQuantity, amount) => {
      const each = alone("fixed_off_items", { amount: usd(amount), maximumQuantity })
      assert.strictEqual(
        price(snapshot, [each]).discount.amount,
        snapshot.lines.reduce(
          (sum, { quantity, unitPrice }) => sum + Math.min(quantity, maximumQuantity) * Math.min(amount, unitPrice),
          0
        )
      )
      const once = alone("fixed_off_items", { amount: usd(amount), allocation: "once", maximumQuantity })
      assert.strictEqual(
        price(snapshot, [once]).discount.amount,
        pieces(snapshot).slice(0, maximumQuantity).reduce((sum, price) => sum + Math.min(amount, price), 0)
      )
    }), runs)
  })
})
