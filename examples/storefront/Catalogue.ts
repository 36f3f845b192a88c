/**
 * What the shop sells.
 */
import type { Stoa } from "@stoa/core"
import * as Currency from "@stoa/core/kernel/Currency"

const goods = [
  ["Walnut lamp", 9_000, "<p>Light for a table, from <strong>one tree</strong>.</p><ul><li>Oiled, not painted</li><li>Two metres of cord</li></ul>", 12],
  ["Stone bowl", 2_500, "Turned by hand, heavy enough to stay where it is.", 30],
  ["Oak stool", 4_500, "Three legs, so it never rocks.", 8],
  ["Linen throw", 3_900, "Grows softer with every wash.", 20],
  ["Enamel mug", 1_450, "For tea, outside and in.", 40],
  ["Brass hook", 900, "Holds what you hang on it.", 0]
] as const

/** Puts the goods up for sale, with one way of shipping. */
export const furnish = async (shop: Stoa.Stoa): Promise<void> => {
  const currency = Currency.Currency.make("USD")
  await shop.shipping.create({ name: "Post", price: { amount: 590, currency } })
  for (const [title, amount, description, stock] of goods) {
    await shop.catalog.createProduct({ title, description, status: "active", variants: [{ price: { amount, currency }, stock }] })
  }
}
