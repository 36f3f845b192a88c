/**
 * What pricing a cart costs, without storage: with promotions that apply, with many that cannot, and while both grow.
 */
import { priceCart } from "@stoa/core/pricing/PriceCart"
import type { PricingRule, PricingSnapshot } from "@stoa/core/pricing/Pricing"
import type { Promotion } from "@stoa/core/promotions/Promotion"
import * as PromotionSet from "@stoa/core/promotions/PromotionSet"
import * as Example from "@stoa/core/testing/PromotionExample"
import type { Sizes } from "./Options.ts"
import type { Row, Table } from "./Report.ts"

const usd = (amount: number) => ({ amount, currency: "USD" })

/** A cart of so many lines, each with a tag of its own and one of ten that others have, too. */
const cartOf = (lines: number): PricingSnapshot =>
  Example.snapshot(
    Array.from({ length: lines }, (_, index) => ({
      unitPrice: 500 + (index * 37) % 4_000,
      quantity: 1 + index % 3,
      tags: [`own ${index}`, `shared ${index % 10}`]
    })),
    {
      taxRates: [{ id: "vat", name: "VAT", taxClass: "standard", country: null, ratePpm: 190_000 }],
      shipping: { id: "parcel", name: "Parcel", amount: 500, taxClass: "standard" }
    }
  )

type Draft = Omit<Example.Draft, "name">

/** Every kind of action in turn, about goods that are in the cart. */
const applying = (place: number): Draft => {
  const items = { tags: [`shared ${place % 10}`] }
  const drafts: ReadonlyArray<Draft> = [
    { action: { type: "percent_off_items", args: { items, ratePpm: 10_000 } } },
    { action: { type: "fixed_off_items", args: { items, amount: usd(5), maximumQuantity: 2 } } },
    { action: { type: "cheapest_free", args: { items, every: 3 } } },
    {
      action: {
        type: "buy_x_get_y",
        args: { buy: { items, quantity: 2 }, get: { items, quantity: 1 }, ratePpm: 100_000 }
      }
    },
    {
      action: {
        type: "tiered",
        args: { by: "quantity", items, tiers: [{ from: 2, ratePpm: 5_000 }, { from: 20, ratePpm: 20_000 }] }
      }
    },
    { action: { type: "percent_off_order", args: { ratePpm: 5_000 } } },
    { action: { type: "fixed_off_order", args: { amount: usd(50) } } },
    {
      action: { type: "percent_off_order", args: { ratePpm: 1_000 } },
      conditions: [{ type: "subtotal", args: { minimum: usd(1_000) } }, { type: "country", args: { countries: ["US"] } }]
    }
  ]
  return drafts[place % drafts.length] as Draft
}

/** About goods that are in no cart. */
const elsewhere = (place: number): Draft => ({
  action: { type: "percent_off_items", args: { items: { tags: [`elsewhere ${place}`] }, ratePpm: 10_000 } }
})

/** About any cart, but one that would have to cost more. */
const unreached = (): Draft => ({
  action: { type: "percent_off_order", args: { ratePpm: 10_000 } },
  conditions: [{ type: "subtotal", args: { minimum: usd(900_000_000) } }]
})

const many = (count: number, draft: (place: number) => Draft): ReadonlyArray<Draft> =>
  Array.from({ length: count }, (_, place) => draft(place))

const rulesOf = (drafts: ReadonlyArray<Draft>): ReadonlyArray<PricingRule> => {
  const promotions = drafts.map((draft, place): Promotion =>
    Example.promotion()({ name: `promotion ${place}`, ...draft }, place))
  const set = PromotionSet.make({ promotions, uses: new Map(), floors: new Map() }, Example.kinds)
  return [PromotionSet.rule(set, PromotionSet.noFacts)]
}

/** The middle and the fastest of many calls, in microseconds: the second says what it costs where nobody else computes. */
const microsOf = (snapshot: PricingSnapshot, rules: ReadonlyArray<PricingRule>, { millis, rounds }: Sizes) => {
  const times: Array<number> = []
  const call = () => {
    const start = performance.now()
    const priced = priceCart(snapshot, rules)
    times.push((performance.now() - start) * 1_000)
    return priced.total.amount
  }
  const warm = performance.now() + millis * 2
  while (performance.now() < warm) call()
  times.length = 0
  const end = performance.now() + millis * rounds
  do call()
  while (performance.now() < end)
  times.sort((a, b) => a - b)
  return { "p50 us": times[Math.floor(times.length / 2)] ?? 0, "best us": times[0] ?? 0 }
}

/** Prices carts of every size. */
export const measure = (sizes: Sizes, add: (table: Table) => void): void => {
  const row = (name: string, lines: number, drafts: ReadonlyArray<Draft>): Row => ({
    name,
    figures: microsOf(cartOf(lines), rulesOf(drafts), sizes)
  })
  add({
    title: "Pricing a cart, in this process and without storage",
    rows: [
      row("10 lines, no promotions", 10, []),
      row("10 lines, 20 promotions that apply", 10, many(20, applying)),
      row("200 lines, no promotions", 200, []),
      row("200 lines, 20 promotions that apply", 200, many(20, applying)),
      row("200 lines, 1,000 promotions: 50 apply, 150 are not reached, 800 are about other goods", 200, [
        ...many(50, applying),
        ...many(150, unreached),
        ...many(800, elsewhere)
      ]),
      row("200 lines, 1,000 promotions that apply", 200, many(1_000, applying))
    ]
  })
  add({
    title: "Pricing a cart with 20 promotions that apply, as lines grow",
    rows: [25, 50, 100, 200, 400].map((lines) => row(`${lines} lines`, lines, many(20, applying)))
  })
  add({
    title: "Pricing a cart of 50 lines with 20 promotions that apply, as those about other goods grow",
    rows: [0, 100, 1_000, 5_000].map((count) =>
      row(`${count.toLocaleString("en-US")} others`, 50, [...many(20, applying), ...many(count, elsewhere)]))
  })
}
