/**
 * Prices and discounts that staff set by hand, each with its reason: in drafts and in edits of orders. What explains a price says
 * `staff` and the reason.
 */
import * as Schema from "effect/Schema"
import type { Currency } from "../kernel/Currency.ts"
import type { Fault } from "../kernel/Input.ts"
import * as Money from "../kernel/Money.ts"
import { name } from "../kernel/Text.ts"
import type { PricingRule } from "../pricing/Pricing.ts"
import { Price, Rate, Sum } from "../promotions/AmountActions.ts"
import type { CartVariant } from "./CartRepository.ts"

/** Why something costs what staff have said. The buyer sees it in what explains the price. */
const reason = name(200)

/** What staff take off by hand: a part, in parts per million (10 % is 100 000), or an amount. */
export const HandDiscount = Schema.Union([
  Schema.Struct({ type: Schema.Literal("rate"), ratePpm: Rate, reason }),
  Schema.Struct({ type: Schema.Literal("amount"), amount: Sum, reason })
]).annotate({ identifier: "HandDiscount" })
export type HandDiscount = typeof HandDiscount.Type

/** What one piece costs because staff say so. */
export const HandPrice = Schema.Struct({ amount: Price, reason }).annotate({ identifier: "HandPrice" })
export interface HandPrice extends Schema.Schema.Type<typeof HandPrice> {}

const million = 1_000_000

/** What is taken off a line, or off all of them, as a rule. */
export const discountRule = (discount: HandDiscount, lineId?: string): PricingRule => ({
  name: "staff",
  apply: ({ rounding }, { lines }) => {
    const there = lineId === undefined
      ? Array.from(lines.values()).reduce((sum, amount) => sum + amount, 0)
      : lines.get(lineId) ?? 0
    const off = discount.type === "rate"
      ? Money.scale(there, discount.ratePpm, million, rounding)
      : Math.min(discount.amount.amount, there)
    if (off <= 0) return []
    return [{
      amount: -off,
      label: discount.reason,
      target: { type: "lines", lineIds: lineId === undefined ? "all" : [lineId] }
    }]
  }
})

/** The variant at another price than the catalog's and the price lists'. */
export const priced = (variant: CartVariant, price: HandPrice | null | undefined): CartVariant =>
  price === null || price === undefined
    ? variant
    : { ...variant, price: price.amount, compareAtPrice: null, listed: [], setBecause: price.reason }

/** A sum that is not of a currency is a fault at its path. */
export const faultsAt = (
  path: ReadonlyArray<string | number>,
  { discount, price }: { readonly price?: HandPrice | null; readonly discount?: HandDiscount | null },
  currency: Currency
): ReadonlyArray<Fault> => {
  const wrong = (money: Money.Money | undefined, ...at: ReadonlyArray<string>) =>
    money === undefined || money.currency === currency
      ? []
      : [{ path: [...path, ...at, "currency"], message: `is not ${currency}, as the rest is`, code: "other_currency" }]
  return [
    ...wrong(price?.amount, "price", "amount"),
    ...wrong(discount?.type === "amount" ? discount.amount : undefined, "discount", "amount")
  ]
}
