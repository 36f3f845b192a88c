/**
 * Actions that count pieces: so many of these together cost less, or bring one of those for free. A piece that has
 * taken part in one of them takes part in no other.
 */
import * as Schema from "effect/Schema"
import type { PricingLine } from "../pricing/Pricing.ts"
import * as Proportion from "../pricing/Proportion.ts"
import { Count, Price, Rate } from "./AmountActions.ts"
import {
  cheapestFirst,
  type DiscountCart,
  type DiscountLine,
  finder,
  nothing,
  type Pieces,
  shareOf,
  type Take,
  worthOf
} from "./DiscountCart.ts"
import { action, type AnyAction } from "./PromotionKind.ts"
import { keysOf, matcher, type Matcher, Selection } from "./Selection.ts"

const million = 1_000_000

/** Loose pieces of a line, while they are picked. */
interface Stack {
  readonly of: DiscountLine
  left: number
}

const stacksOf = ({ lines }: Pick<DiscountCart, "lines">): ReadonlyArray<Stack> => {
  const stacks: Array<Stack> = []
  for (const of of cheapestFirst(lines)) if (of.loose > 0) stacks.push({ of, left: of.loose })
  return stacks
}

const allOf = ({ lines }: DiscountCart): ReadonlyArray<DiscountLine> => lines

const countOf = (stacks: ReadonlyArray<Stack>, wanted: Matcher): number =>
  stacks.reduce((sum, { left, of }) => wanted(of.line) ? sum + left : sum, 0)

/** Takes pieces from stacks in their order, at most so many, and says which. */
const pick = (stacks: ReadonlyArray<Stack>, wanted: Matcher, count: number): Map<DiscountLine, number> => {
  const picked = new Map<DiscountLine, number>()
  let missing = count
  for (const stack of stacks) {
    if (missing === 0) break
    if (stack.left === 0 || !wanted(stack.of.line)) continue
    const taken = Math.min(missing, stack.left)
    stack.left -= taken
    missing -= taken
    picked.set(stack.of, taken)
  }
  return picked
}

const sumOf = (picked: ReadonlyMap<DiscountLine, number>): number => {
  let sum = 0
  for (const count of picked.values()) sum += count
  return sum
}

const merged = (...all: ReadonlyArray<ReadonlyMap<DiscountLine, number>>): Map<DiscountLine, number> => {
  const sums = new Map<DiscountLine, number>()
  for (const picked of all) {
    for (const [line, count] of picked) sums.set(line, (sums.get(line) ?? 0) + count)
  }
  return sums
}

const piecesOf = (picked: ReadonlyMap<DiscountLine, number>): ReadonlyArray<Pieces> =>
  Array.from(picked, ([of, count]) => ({ of, count, worth: worthOf(of, count) }))

interface Exchange {
  /** Finds the lines that can be bought or got. */
  readonly goods: (cart: DiscountCart) => ReadonlyArray<DiscountLine>
  readonly buy: { readonly items: Matcher; readonly quantity: number }
  readonly get: { readonly items: Matcher; readonly quantity: number }
  readonly times: number
  readonly choice: "cheapest" | "dearest"
  readonly ratePpm: number
}

/**
 * Buys so many of these and gets so many of those, as often as the cart has whole sets. The pieces that get cheaper are
 * chosen first, but leave enough of those that have to be bought; these are then the ones that could not have been got,
 * and the dearest.
 */
const exchange = (cart: DiscountCart, { buy, choice, get, goods, ratePpm, times }: Exchange): ReadonlyArray<Take> => {
  const stacks = stacksOf({ lines: goods(cart) })
  const both: Matcher = (line) => buy.items(line) && get.items(line)
  const buyable = countOf(stacks, buy.items)
  const gettable = countOf(stacks, get.items)
  const together = buyable + gettable - countOf(stacks, both)
  const sets = Math.min(
    times,
    Math.floor(buyable / buy.quantity),
    Math.floor(gettable / get.quantity),
    Math.floor(together / (buy.quantity + get.quantity))
  )
  if (sets === 0) return []
  const inOrder = choice === "cheapest" ? stacks : stacks.toReversed()
  // what may be got of goods that have to be bought as well
  let spare = buyable - sets * buy.quantity
  let missing = sets * get.quantity
  const got = new Map<DiscountLine, number>()
  for (const stack of inOrder) {
    if (missing === 0) break
    if (!get.items(stack.of.line)) continue
    const isBoth = buy.items(stack.of.line)
    const taken = Math.min(missing, stack.left, isBoth ? spare : stack.left)
    if (taken === 0) continue
    stack.left -= taken
    missing -= taken
    if (isBoth) spare -= taken
    got.set(stack.of, taken)
  }
  const dearestFirst = stacks.toReversed()
  const alone = pick(dearestFirst, (line) => buy.items(line) && !get.items(line), sets * buy.quantity)
  const bought = merged(alone, pick(dearestFirst, buy.items, sets * buy.quantity - sumOf(alone)))
  const pieces = piecesOf(got)
  const parts = ratePpm === million
    ? pieces.map(({ worth }) => worth)
    : shareOf(pieces.map(({ worth }) => worth), ratePpm, cart.snapshot)
  const takes = new Map(pieces.map(({ of }, index) => [of, parts[index] as number]))
  return Array.from(merged(got, bought), ([of, pieces]) => ({ of, pieces, amount: takes.get(of) ?? 0 }))
}

const timesOf = (repeats: boolean, maximum: number | undefined): number => repeats ? maximum ?? Number.MAX_SAFE_INTEGER : 1

const Choice = Schema.optionalKey(Schema.Literals(["cheapest", "dearest"]).annotate({
  description: "Which of the goods that may be got get cheaper: the cheapest if it is left out"
}))

const maximumTimes = Schema.optionalKey(Count.annotate({ description: "How often at most in one order" }))

const some = (description: string) =>
  Schema.Struct({
    items: Schema.optionalKey(Selection.annotate({ description: "Which goods; all if it is left out" })),
    quantity: Count.annotate({ description: "How many pieces of them" })
  }).annotate({ description })

const BuyGet = Schema.Struct({
  buy: some("What has to be bought"),
  get: some("What gets cheaper; it has to be in the cart"),
  ratePpm: Schema.optionalKey(Rate),
  repeats: Schema.optionalKey(
    Schema.Boolean.annotate({ description: "Whether four bring two where two bring one; yes if it is left out" })
  ),
  maximumTimes,
  choice: Choice
})

const more = (count: number, what: string) => ({
  quantity: count,
  message: () => `Add ${count} more ${what}`
})

const buyGet = action<typeof BuyGet.Type>({
  type: "buy_x_get_y",
  class: "line",
  description: "Whoever buys so many of these gets so many of those for free, or for less",
  args: BuyGet,
  keys: ({ get }) => keysOf(get.items),
  prepare: ({ buy, choice = "cheapest", get, maximumTimes, ratePpm = million, repeats = true }) => {
    const buying = { items: matcher(buy.items), quantity: buy.quantity }
    const getting = { items: matcher(get.items), quantity: get.quantity }
    const times = timesOf(repeats, maximumTimes)
    const goods = JSON.stringify(buy.items) === JSON.stringify(get.items) ? finder(buy.items) : allOf
    return {
      apply: (cart) => ({ takes: exchange(cart, { buy: buying, get: getting, goods, times, choice, ratePpm }) }),
      missing: (cart) => {
        const stacks = stacksOf(cart)
        const toBuy = buying.quantity - countOf(stacks, buying.items)
        if (toBuy > 0) return more(toBuy, "of what has to be bought")
        const together = countOf(stacks, (line) => buying.items(line) || getting.items(line))
        const toGet = Math.max(
          getting.quantity - countOf(stacks, getting.items),
          buying.quantity + getting.quantity - together
        )
        return toGet > 0 ? more(toGet, "of what gets cheaper") : undefined
      }
    }
  }
})

const CheapestFree = Schema.Struct({
  items: Schema.optionalKey(Selection.annotate({ description: "Which goods; all if it is left out" })),
  every: Schema.Int.check(Schema.isBetween({ minimum: 2, maximum: 1_000_000 })).annotate({
    description: "How many pieces make a set: 3 for three for two"
  }),
  free: Schema.optionalKey(Count.annotate({ description: "How many of each set are free; one if it is left out" })),
  maximumTimes
}).check(Schema.makeFilter(({ every, free = 1 }) => free < every || { path: ["free"], issue: "is not below every" }))

const cheapestFree = action<typeof CheapestFree.Type>({
  type: "cheapest_free",
  class: "line",
  description: "Of every so many pieces the cheapest is free: three for two",
  args: CheapestFree,
  keys: ({ items }) => keysOf(items),
  prepare: ({ every, free = 1, items, maximumTimes }) => {
    const matches = matcher(items)
    const buy = { items: matches, quantity: every - free }
    const get = { items: matches, quantity: free }
    const times = timesOf(true, maximumTimes)
    const goods = finder(items)
    return {
      apply: (cart) => ({ takes: exchange(cart, { buy, get, goods, times, choice: "cheapest", ratePpm: million }) }),
      missing: (cart) => {
        const missing = every - countOf(stacksOf(cart), matches)
        return missing > 0 ? more(missing, "of the goods of this offer") : undefined
      }
    }
  }
})

const Bundle = Schema.Struct({
  parts: Schema.Array(some("A part of the bundle")).check(Schema.isMinLength(1), Schema.isMaxLength(20)).annotate({
    description: "What makes a bundle; a piece is in one part only"
  }),
  price: Price.annotate({ description: "What a whole bundle costs" }),
  maximumTimes
})

const bundlePrice = action<typeof Bundle.Type>({
  type: "bundle_price",
  class: "line",
  description: "Goods that are bought together cost a price together",
  args: Bundle,
  keys: ({ parts }) => parts.map(({ items }) => keysOf(items)).find((keys) => keys !== undefined),
  prepare: ({ maximumTimes, parts, price }) => {
    const wanted = parts.map(({ items, quantity }) => ({ items: matcher(items), quantity }))
    /** The pieces of so many bundles, the dearest first, or nothing where there are not enough. */
    const bundles = (cart: DiscountCart, times: number) => {
      const stacks = stacksOf(cart).toReversed()
      // parts with the least choice choose first
      const scarceFirst = wanted.map((part) => ({ part, there: countOf(stacks, part.items) }))
        .sort((a, b) => a.there - b.there)
      const all: Array<Map<DiscountLine, number>> = []
      for (const { part: { items, quantity } } of scarceFirst) {
        const picked = pick(stacks, items, times * quantity)
        if (sumOf(picked) < times * quantity) return undefined
        all.push(picked)
      }
      return merged(...all)
    }
    const mostOf = (cart: DiscountCart): number => {
      const stacks = stacksOf(cart)
      let low = 0
      let high = Math.min(
        maximumTimes ?? Number.MAX_SAFE_INTEGER,
        ...wanted.map(({ items, quantity }) => Math.floor(countOf(stacks, items) / quantity))
      )
      while (low < high) {
        const middle = Math.ceil((low + high) / 2)
        if (bundles(cart, middle) === undefined) high = middle - 1
        else low = middle
      }
      return low
    }
    return {
      apply: (cart) => {
        const times = mostOf(cart)
        const picked = times === 0 ? undefined : bundles(cart, times)
        if (picked === undefined) return nothing
        const pieces = piecesOf(picked)
        const worth = pieces.reduce((sum, { worth }) => sum + worth, 0)
        const saved = worth - times * price.amount
        if (saved <= 0) return nothing
        const shares = Proportion.split(saved, pieces.map(({ worth }) => worth))
        return { takes: pieces.map(({ count, of }, index) => ({ of, pieces: count, amount: shares[index] as number })) }
      },
      missing: (cart) => {
        const stacks = stacksOf(cart)
        for (const { items, quantity } of wanted) {
          const missing = quantity - countOf(stacks, items)
          if (missing > 0) return more(missing, "of what belongs to the bundle")
        }
        return undefined
      }
    }
  }
})

const Gift = Schema.Struct({
  items: Selection.annotate({ description: "What is given; it has to be in the cart" }),
  quantity: Schema.optionalKey(Count.annotate({ description: "How many pieces; one if it is left out" }))
})

const gift = action<typeof Gift.Type>({
  type: "gift",
  class: "line",
  description: "Gives goods that are in the cart; they count for no condition",
  args: Gift,
  keys: ({ items }) => keysOf(items),
  prepare: ({ items, quantity = 1 }) => {
    const matches = matcher(items)
    const cheapest = (a: PricingLine, b: PricingLine) => a.unitPrice - b.unitPrice || (a.id < b.id ? -1 : 1)
    return {
      apply: (cart) => ({
        takes: piecesOf(pick(stacksOf(cart), matches, quantity)).map(({ count, of, worth }) => ({
          of,
          pieces: count,
          amount: worth,
          given: true
        }))
      }),
      aside: (lines) => {
        const given = new Map<string, number>()
        let left = quantity
        for (const line of lines.filter(matches).sort(cheapest)) {
          given.set(line.id, Math.min(left, line.quantity))
          left -= Math.min(left, line.quantity)
        }
        return given
      },
      missing: () => more(1, "of what is given")
    }
  }
})

export const all: ReadonlyArray<AnyAction> = [buyGet, cheapestFree, bundlePrice, gift]
