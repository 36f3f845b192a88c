/**
 * Actions that take an amount, a part, or down to a price: off the whole order, off some goods, or off shipping.
 */
import * as Schema from "effect/Schema"
import * as Money from "../kernel/Money.ts"
import { maximumAmount } from "../pricing/Pricing.ts"
import * as Proportion from "../pricing/Proportion.ts"
import {
  cheapestFirst,
  costOf,
  type DiscountCart,
  type DiscountLine,
  type Discounts,
  finder,
  inWords,
  nothing,
  shareOf,
  spread,
  type Take
} from "./DiscountCart.ts"
import { action, type AnyAction } from "./PromotionKind.ts"
import { keysOf, Selection } from "./Selection.ts"

const million = 1_000_000

/** A part in parts per million, above nothing and up to all: 10 % is 100 000. */
export const Rate = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: million })).annotate({
  description: "The part in parts per million: 100000 is 10 %, 1000000 everything"
})

/** Money from zero to what a cart can cost. */
export const Price = Money.NonNegative.check(
  Schema.makeFilter((price: Money.Money) =>
    price.amount <= maximumAmount || { path: ["amount"], issue: `Expected at most ${maximumAmount}` }
  )
)

/** Money above zero. */
export const Sum = Price.check(
  Schema.makeFilter((price: Money.Money) => price.amount > 0 || { path: ["amount"], issue: "Expected more than 0" })
)

export const Count = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1_000_000 }))

export const itemsField = Schema.optionalKey(
  Selection.annotate({ description: "The goods that get cheaper; all if it is left out" })
)

const Allocation = Schema.Literals(["each", "across", "once"]).annotate({
  description: "each: every piece of every variant, up to maximumQuantity pieces of each variant. across: the goods together,"
    + " spread by what they cost. once: the cheapest pieces of all, up to maximumQuantity of them, or one"
})

const maximumQuantity = Schema.optionalKey(
  Count.annotate({ description: "How many pieces get cheaper at most; see the allocation" })
)

const noMaximumAcross = Schema.makeFilter((
  { allocation, maximumQuantity }: { readonly allocation?: typeof Allocation.Type; readonly maximumQuantity?: number }
) =>
  allocation !== "across" || maximumQuantity === undefined
  || { path: ["maximumQuantity"], issue: "is not for the allocation across, which has no pieces" }
)

/** Pieces of a line that an action is about, and what they cost now. */
interface Share {
  readonly of: DiscountLine
  readonly count: number
  readonly cost: number
}

const sharesOf = (line: DiscountLine, count: number): Share => ({ of: line, count, cost: costOf(line, count) })

/** The pieces of every variant, at most so many of each, the lines of a variant in the order of their ids. */
const perVariant = (
  lines: ReadonlyArray<DiscountLine>,
  maximum = Number.MAX_SAFE_INTEGER
): ReadonlyArray<ReadonlyArray<Share>> => {
  const variants = new Map<string, { left: number; readonly shares: Array<Share> }>()
  for (const line of lines) {
    let variant = variants.get(line.line.variantId)
    if (variant === undefined) variants.set(line.line.variantId, variant = { left: maximum, shares: [] })
    const count = Math.min(variant.left, line.line.quantity)
    if (count === 0) continue
    variant.left -= count
    variant.shares.push(sharesOf(line, count))
  }
  return [...variants.values()].map(({ shares }) => shares)
}

/** The cheapest pieces, so many of them. */
const cheapest = (lines: ReadonlyArray<DiscountLine>, maximum: number): ReadonlyArray<Share> => {
  const shares: Array<Share> = []
  let left = maximum
  for (const line of cheapestFirst(lines)) {
    if (left === 0) break
    const count = Math.min(left, line.line.quantity)
    left -= count
    shares.push(sharesOf(line, count))
  }
  return shares
}

/** The pieces in groups, each of which is rounded once. */
const groupsOf = (
  lines: ReadonlyArray<DiscountLine>,
  { allocation, maximumQuantity }: { readonly allocation: "each" | "across" | "once"; readonly maximumQuantity?: number }
): ReadonlyArray<ReadonlyArray<Share>> => {
  switch (allocation) {
    case "across":
      return [lines.map((line) => sharesOf(line, line.line.quantity))]
    case "each":
      return perVariant(lines, maximumQuantity)
    case "once":
      return [cheapest(lines, maximumQuantity ?? 1)]
  }
}

const costOfAll = (shares: ReadonlyArray<Share>): number => shares.reduce((sum, { cost }) => sum + cost, 0)

/** An amount taken from pieces in proportion to what they cost, at most all of it. */
const off = (amount: number, shares: ReadonlyArray<Share>): ReadonlyArray<Take> => {
  const whole = Math.min(amount, costOfAll(shares))
  if (whole <= 0) return []
  const parts = Proportion.split(whole, shares.map(({ cost }) => cost))
  return shares.map(({ of }, index) => ({ of, amount: parts[index] as number }))
}

const partOff = (ratePpm: number, shares: ReadonlyArray<Share>, { snapshot }: DiscountCart): ReadonlyArray<Take> => {
  const parts = shareOf(shares.map(({ cost }) => cost), ratePpm, snapshot)
  return shares.map(({ of }, index) => ({ of, amount: parts[index] as number }))
}

/** A part of whole lines, rounded once for all of them together. */
const partOfAll = (ratePpm: number, lines: ReadonlyArray<DiscountLine>, { snapshot }: DiscountCart): ReadonlyArray<Take> => {
  const parts = shareOf(lines.map(({ amount }) => amount), ratePpm, snapshot)
  return lines.map((of, index) => ({ of, amount: parts[index] as number }))
}

const noneOf = { message: () => "Nothing of this offer is in the cart" }

const PercentOffOrder = Schema.Struct({
  ratePpm: Rate,
  maximum: Schema.optionalKey(Sum.annotate({ description: "The most that it takes off" }))
})

const percentOffOrder = action<typeof PercentOffOrder.Type>({
  type: "percent_off_order",
  class: "order",
  description: "Takes a part off all goods, after the discounts before it",
  args: PercentOffOrder,
  prepare: ({ maximum, ratePpm }) => ({
    apply: (cart) => {
      const takes = partOfAll(ratePpm, cart.lines, cart)
      if (maximum === undefined) return { takes }
      const whole = takes.reduce((sum, { amount }) => sum + amount, 0)
      return { takes: whole > maximum.amount ? spread(maximum.amount, cart.lines) : takes }
    }
  })
})

const FixedOffOrder = Schema.Struct({ amount: Sum.annotate({ description: "What it takes off" }) })

const fixedOffOrder = action<typeof FixedOffOrder.Type>({
  type: "fixed_off_order",
  class: "order",
  description: "Takes an amount off all goods, spread by what they cost",
  args: FixedOffOrder,
  prepare: ({ amount }) => ({ apply: ({ lines }) => ({ takes: spread(amount.amount, lines) }) })
})

const PercentOffItems = Schema.Struct({
  ratePpm: Rate,
  items: itemsField,
  allocation: Schema.optionalKey(Allocation),
  maximumQuantity
}).check(noMaximumAcross)

const percentOffItems = action<typeof PercentOffItems.Type>({
  type: "percent_off_items",
  class: "line",
  description: "Takes a part off some goods; every variant by itself (each) if no allocation is given",
  args: PercentOffItems,
  keys: ({ items }) => keysOf(items),
  prepare: ({ allocation = "each", items, maximumQuantity, ratePpm }) => {
    const goods = finder(items)
    const pieces = { allocation, ...(maximumQuantity === undefined ? {} : { maximumQuantity }) }
    return {
      apply: (cart) => ({
        takes: groupsOf(goods(cart), pieces).flatMap((shares) => partOff(ratePpm, shares, cart))
      }),
      missing: () => noneOf
    }
  }
})

const FixedOffItems = Schema.Struct({
  amount: Sum.annotate({ description: "What it takes off: each piece (each, once), or all goods together (across)" }),
  items: itemsField,
  allocation: Schema.optionalKey(Allocation),
  maximumQuantity
}).check(noMaximumAcross)

const fixedOffItems = action<typeof FixedOffItems.Type>({
  type: "fixed_off_items",
  class: "line",
  description: "Takes an amount off each piece of some goods (each) if no other allocation is given",
  args: FixedOffItems,
  keys: ({ items }) => keysOf(items),
  prepare: ({ allocation = "each", amount: { amount }, items, maximumQuantity }) => {
    const goods = finder(items)
    const pieces = { allocation, ...(maximumQuantity === undefined ? {} : { maximumQuantity }) }
    return {
      apply: (cart): Discounts => {
        const lines = goods(cart)
        if (allocation === "across") return { takes: spread(amount, lines) }
        return {
          takes: groupsOf(lines, pieces).flatMap((shares) =>
            shares.map(({ cost, count, of }) => ({ of, amount: Math.min(amount * count, cost) })))
        }
      },
      missing: () => noneOf
    }
  }
})

const FixedPrice = Schema.Struct({
  price: Price.annotate({ description: "What a piece costs then" }),
  items: itemsField,
  maximumQuantity: Schema.optionalKey(
    Count.annotate({ description: "How many pieces of each variant get the price at most" })
  )
})

const fixedPrice = action<typeof FixedPrice.Type>({
  type: "fixed_price",
  class: "line",
  description: "Sells each piece of some goods at a price; those that cost less stay as they are",
  args: FixedPrice,
  keys: ({ items }) => keysOf(items),
  prepare: ({ items, maximumQuantity, price }) => {
    const goods = finder(items)
    return {
      apply: (cart) => ({
        takes: perVariant(goods(cart), maximumQuantity).flatMap((shares) =>
          off(costOfAll(shares) - price.amount * shares.reduce((sum, { count }) => sum + count, 0), shares))
      }),
      missing: () => noneOf
    }
  }
})

const FreeShipping = Schema.Struct({
  maximum: Schema.optionalKey(Sum.annotate({ description: "The most that it takes off; all of it if it is left out" })),
  ratePpm: Schema.optionalKey(Rate)
})

const freeShipping = action<typeof FreeShipping.Type>({
  type: "free_shipping",
  class: "shipping",
  description: "Ships for free, or for less",
  args: FreeShipping,
  prepare: ({ maximum, ratePpm = million }) => ({
    apply: ({ shipping, snapshot }) => ({
      takes: [],
      shipping: Math.min(
        maximum?.amount ?? Number.MAX_SAFE_INTEGER,
        Proportion.rounded(shipping, ratePpm, million, snapshot.rounding)
      )
    }),
    missing: ({ snapshot }) =>
      snapshot.shipping === null ? { message: () => "Nothing is shipped yet" } : { message: () => "Shipping is free already" }
  })
})

const Tier = Schema.Struct({
  from: Schema.Union([Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: maximumAmount })), Sum]).annotate({
    description: "From how many pieces, or from which amount: money, or minor units of the store's currency"
  }),
  ratePpm: Schema.optionalKey(Rate),
  amount: Schema.optionalKey(Sum.annotate({ description: "What is taken off all of the goods together" }))
}).check(Schema.makeFilter(({ amount, ratePpm }) =>
  (amount === undefined) !== (ratePpm === undefined) || { path: ["ratePpm"], issue: "One of ratePpm and amount is needed" }
))

/** Where a tier begins, in pieces or minor units. */
const beginOf = ({ from }: typeof Tier.Type): number => typeof from === "number" ? from : from.amount

const Tiers = Schema.Struct({
  by: Schema.Literals(["quantity", "amount"]).annotate({
    description: "Whether the tiers count pieces, or what the goods cost before discounts"
  }),
  items: itemsField,
  tiers: Schema.Array(Tier).check(
    Schema.isMinLength(1),
    Schema.isMaxLength(50),
    Schema.makeFilter((tiers) => {
      const twice = tiers.findIndex((one, index) => tiers.findIndex((tier) => beginOf(tier) === beginOf(one)) !== index)
      return twice === -1 || { path: [twice, "from"], issue: "begins where another tier begins" }
    })
  ).annotate({ description: "Each holds from its beginning to that of the next" })
}).check(Schema.makeFilter(({ by, tiers }) => {
  const isMoney = ({ from }: typeof Tier.Type) => typeof from !== "number"
  const wrong = tiers.findIndex((tier) => isMoney(tier) !== (by === "amount" && tiers.some(isMoney)))
  return wrong === -1 || {
    path: ["tiers", wrong, "from"],
    issue: by === "quantity" ? "Expected how many pieces" : "Expected money, as the other tiers begin with"
  }
}))

const tiered = action<typeof Tiers.Type>({
  type: "tiered",
  class: "line",
  description: "Takes more off some goods the more of them are bought; the highest tier that is reached counts",
  args: Tiers,
  keys: ({ items }) => keysOf(items),
  countsMoney: ({ by }) => by === "amount",
  prepare: ({ by, items, tiers }) => {
    const goods = finder(items)
    const ascending = tiers.toSorted((a, b) => beginOf(a) - beginOf(b))
    const measure = (cart: DiscountCart) =>
      goods(cart).reduce(
        (sum, { given, line: { quantity, unitPrice } }) => sum + (quantity - given) * (by === "quantity" ? 1 : unitPrice),
        0
      )
    return {
      apply: (cart) => {
        const reached = measure(cart)
        const tier = ascending.findLast((tier) => beginOf(tier) <= reached)
        if (tier === undefined) return nothing
        const lines = goods(cart)
        if (tier.amount !== undefined) return { takes: spread(tier.amount.amount, lines) }
        return { takes: partOfAll(tier.ratePpm ?? 0, lines, cart) }
      },
      missing: (cart) => {
        const more = (ascending[0] === undefined ? 0 : beginOf(ascending[0])) - measure(cart)
        return by === "quantity"
          ? { quantity: more, message: () => `Add ${more} more of the goods of this offer` }
          : { amount: more, message: () => `Spend ${inWords(more, cart.snapshot)} more on the goods of this offer` }
      }
    }
  }
})

export const all: ReadonlyArray<AnyAction> = [
  percentOffOrder,
  fixedOffOrder,
  percentOffItems,
  fixedOffItems,
  fixedPrice,
  freeShipping,
  tiered
]
