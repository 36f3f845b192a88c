import { assert, describe, it } from "@effect/vitest"
import { Currency } from "../kernel/Currency.ts"
import { priceCart } from "../pricing/PriceCart.ts"
import * as Example from "../testing/PromotionExample.ts"
import * as PromotionSet from "./PromotionSet.ts"

const usd = (amount: number) => ({ amount, currency: "USD" })
const eur = (amount: number) => ({ amount, currency: "EUR" })

/** What is taken off goods of 60.00, in a cart in a currency of a store whose own one is USD. */
const off = (tiers: ReadonlyArray<object>, currency: "USD" | "EUR", by: "amount" | "quantity" = "amount") => {
  const promotion = Example.promotion()({ name: "Much", action: { type: "tiered", args: { by, tiers } as never } })
  const set = PromotionSet.make({ promotions: [promotion], uses: new Map(), floors: new Map() }, Example.kinds)
  const snapshot = Example.snapshot([{ unitPrice: 6_000 }], {
    currency: Currency.make(currency),
    ...(currency === "USD" ? {} : { catalogCurrency: Currency.make("USD") })
  })
  return priceCart(snapshot, [PromotionSet.rule(set, PromotionSet.noFacts)]).discount.amount
}

describe("tiers that count money", () => {
  it("count in the store's currency, and do nothing in carts in another one", () => {
    const tiers = [{ from: 5_000, ratePpm: 100_000 }]
    assert.deepStrictEqual([off(tiers, "USD"), off(tiers, "EUR")], [600, 0])
  })

  it("count in the currency that they name", () => {
    const tiers = (money: (amount: number) => object) => [{ from: money(5_000), ratePpm: 100_000 }, { from: money(6_001), ratePpm: 200_000 }]
    assert.deepStrictEqual([off(tiers(usd), "USD"), off(tiers(usd), "EUR")], [600, 0])
    assert.deepStrictEqual([off(tiers(eur), "USD"), off(tiers(eur), "EUR")], [0, 600])
  })

  it("count pieces in any currency", () => {
    const tiers = [{ from: 1, ratePpm: 100_000 }]
    assert.deepStrictEqual([off(tiers, "USD", "quantity"), off(tiers, "EUR", "quantity")], [600, 600])
  })
})
