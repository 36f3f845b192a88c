/**
 * A cart while promotions are applied to it: what each line costs still, and which of its pieces have been used up by
 * offers that count pieces, so that no piece earns a free one twice or is free twice.
 */
import * as Money from "../kernel/Money.ts"
import type { PricingLine, PricingSnapshot } from "../pricing/Pricing.ts"
import * as Proportion from "../pricing/Proportion.ts"
import { keysOf, keysOfLine, matcher, type Selection } from "./Selection.ts"

/** A line. Amounts are in minor units. */
export interface DiscountLine {
  readonly line: PricingLine
  /** What it costs now. */
  readonly amount: number
  /** What may still be taken off until the lowest price of the product is reached. */
  readonly room: number
  /** Its pieces that no offer has used up yet, and what these cost now. */
  readonly loose: number
  readonly looseAmount: number
  /** Its pieces that were given away: they count for no condition. */
  readonly given: number
}

/** Pieces of a line, and what they cost now. */
export interface Pieces {
  readonly of: DiscountLine
  readonly count: number
  readonly worth: number
}

/** What is taken off a line. */
export interface Take {
  readonly of: DiscountLine
  readonly amount: number
  /** Pieces of it that this uses up, whether they get cheaper or only count. */
  readonly pieces?: number
  /** Whether the pieces are a present, which counts for no condition. */
  readonly given?: boolean
}

/** What an action takes off: of each line once at most, and of shipping. */
export interface Discounts {
  readonly takes: ReadonlyArray<Take>
  readonly shipping?: number
}

/** What an action works on. It changes nothing in it. */
export interface DiscountCart {
  readonly snapshot: PricingSnapshot
  /** In the order of their ids. */
  readonly lines: ReadonlyArray<DiscountLine>
  readonly shipping: number
  /** The lines that have a name (`Selection.keysOfLine`), for a cart of many: the same list every time. */
  readonly named?: (key: string) => ReadonlyArray<DiscountLine>
}

export const nothing: Discounts = { takes: [] }

/** What so many of the loose pieces of a line cost. */
export const worthOf = (line: DiscountLine, pieces: number): number =>
  pieces >= line.loose ? line.looseAmount : Proportion.rounded(line.looseAmount, pieces, line.loose, "half_up")

/** What so many pieces of a line cost, used up or not. */
export const costOf = ({ amount, line }: DiscountLine, pieces: number): number =>
  pieces >= line.quantity ? amount : Proportion.rounded(amount, pieces, line.quantity, "half_up")

/** Lists that were sorted already. What they are sorted by does not change while a cart is priced. */
const sorted = new WeakMap<ReadonlyArray<DiscountLine>, ReadonlyArray<DiscountLine>>()

/** Lines by what a piece of them costs in the catalog, the cheapest first; equal ones by their ids. */
export const cheapestFirst = (lines: ReadonlyArray<DiscountLine>): ReadonlyArray<DiscountLine> => {
  const known = sorted.get(lines)
  if (known !== undefined) return known
  const fresh = lines.toSorted((a, b) => a.line.unitPrice - b.line.unitPrice || (a.line.id < b.line.id ? -1 : 1))
  sorted.set(lines, fresh)
  return fresh
}

/** Finds the lines of a cart that are meant, in the order of their ids. Nobody changes the list. */
export const finder = (items: Selection | undefined): (cart: DiscountCart) => ReadonlyArray<DiscountLine> => {
  const matches = matcher(items)
  const [name, ...others] = keysOf(items) ?? []
  if (items === undefined || name === undefined || others.length > 0) {
    return ({ lines }) => lines.filter(({ line }) => matches(line))
  }
  const isAll = Object.keys(items).length === 1
  return ({ lines, named }) => {
    const found = named?.(name) ?? lines
    return isAll && named !== undefined ? found : found.filter(({ line }) => matches(line))
  }
}

/** From how many lines on it pays to look them up by their names. */
const many = 32

const lookup = (lines: ReadonlyArray<DiscountLine>): (key: string) => ReadonlyArray<DiscountLine> => {
  let byKey: Map<string, Array<DiscountLine>> | undefined
  const none: ReadonlyArray<DiscountLine> = []
  return (key) => {
    if (byKey === undefined) {
      byKey = new Map()
      for (const line of lines) {
        // a line may be in a category, or have a tag, twice
        for (const name of new Set(keysOfLine(line.line))) {
          const others = byKey.get(name)
          if (others === undefined) byKey.set(name, [line])
          else others.push(line)
        }
      }
    }
    return byKey.get(key) ?? none
  }
}

/** A share of each of several amounts, rounded once for all of them together. */
export const shareOf = (
  amounts: ReadonlyArray<number>,
  ratePpm: number,
  { rounding }: PricingSnapshot
): ReadonlyArray<number> => Proportion.roundedTogether(amounts, ratePpm, 1_000_000, rounding)

/** An amount spread over lines in proportion to the room that they have; all of the room if there is not enough. */
export const spread = (amount: number, lines: ReadonlyArray<DiscountLine>): ReadonlyArray<Take> => {
  const room = lines.reduce((sum, line) => sum + line.room, 0)
  if (room === 0) return []
  const shares = Proportion.split(Math.min(amount, room), lines.map((line) => line.room))
  return lines.map((of, index) => ({ of, amount: shares[index] as number }))
}

/** A sum of money in words: `"12.00 USD"`. */
export const inWords = (amount: number, { currency }: PricingSnapshot): string =>
  `${Money.toDecimal(Money.make(amount, currency))} ${currency}`

/**
 * The cart as it is before promotions. `floors` are the lowest prices of a piece by the product's id, in the currency of the
 * catalog: in another one nothing is taken off what has a floor, since nobody has said what it is there.
 */
export const make = (
  snapshot: PricingSnapshot,
  current: { readonly lines: ReadonlyMap<string, number>; readonly shipping: number },
  floors: ReadonlyMap<string, number>
) => {
  const lines: Array<Changing> = snapshot.lines.map((line) => {
    const amount = current.lines.get(line.id) ?? 0
    const lowest = floors.get(line.productId)
    const floor = lowest === undefined ? 0 : snapshot.catalogCurrency === undefined ? lowest * line.quantity : amount
    return {
      line,
      amount,
      floor,
      room: Math.max(0, amount - floor),
      loose: line.quantity,
      looseAmount: amount,
      given: 0
    }
  }).sort((a, b) => (a.line.id < b.line.id ? -1 : 1))
  const cart = {
    snapshot,
    lines: lines as ReadonlyArray<DiscountLine>,
    shipping: current.shipping,
    ...(lines.length < many ? {} : { named: lookup(lines) })
  }
  return {
    cart: cart as DiscountCart,
    /** What of the discounts can be taken: no line below its lowest price, shipping not below zero. */
    limited: ({ shipping = 0, takes }: Discounts): Discounts => ({
      takes: takes.every(({ amount, of }) => amount <= of.room) ? takes : takes.map((take) =>
        take.amount <= take.of.room ? take : Object.assign({}, take, { amount: take.of.room })),
      shipping: Math.min(shipping, cart.shipping)
    }),
    /** Takes them. */
    take: ({ shipping = 0, takes }: Discounts): void => {
      cart.shipping -= shipping
      for (const { amount, given = false, of, pieces = 0 } of takes) takeFrom(of as Changing, amount, pieces, given)
    }
  }
}

interface Changing extends DiscountLine {
  amount: number
  readonly floor: number
  room: number
  loose: number
  looseAmount: number
  given: number
}

const takeFrom = (line: Changing, amount: number, pieces: number, given: boolean): void => {
  if (pieces > 0) {
    line.looseAmount -= worthOf(line, pieces)
    line.loose -= Math.min(pieces, line.loose)
    if (given) line.given += pieces
  } else if (line.looseAmount === line.amount) {
    line.looseAmount -= amount
  } else if (line.amount > 0) {
    line.looseAmount -= Proportion.rounded(line.looseAmount, amount, line.amount, "half_up")
  }
  line.amount -= amount
  line.room = Math.max(0, line.amount - line.floor)
  line.looseAmount = Math.min(line.looseAmount, line.amount)
}
