/**
 * What one piece of a variant costs a buyer: the price of the catalog, or that of a price list. Pure, and the same for a
 * list of products, a product page, a cart and an order.
 *
 * **Details**
 *
 * 1. Of each list that applies (its currency, time, place, channel and group), the price of the highest quantity that is reached
 *    counts.
 * 2. Of several overrides, the most specific counts: one for a group before one for a channel before one for a subdivision
 *    (ISO 3166-2) before one for a country, and two conditions before one of them. A list that names both a country and
 *    one of its subdivisions is one for the subdivision there. Where it is not known to which subdivision the goods go,
 *    what holds for the country counts. Between equals the lower price counts, and then the list with the lower id,
 *    which is the older. An override takes the place of the catalog's price and of its price before.
 * 3. Of the sales that are lower than that, the most specific counts, by the same order. What was the price without it is
 *    then the price before. A sale never raises a price.
 */
import * as Schema from "effect/Schema"
import { subdivisionOf } from "../kernel/Area.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { PriceList } from "./PriceList.ts"

/** What a list says of a variant, with the conditions of the list. */
export interface ListedPrice {
  readonly listId: string
  readonly listName: string
  readonly type: PriceList["type"]
  /** Left out of what was written down before lists had different ones: the store's. */
  readonly currency?: string
  readonly countries: ReadonlyArray<string>
  /** ISO 3166-2. Left out of what was written down before lists had any. */
  readonly subdivisions?: ReadonlyArray<string>
  readonly channel: string | null
  /** Storage leaves out the lists of groups that the buyer does not belong to. */
  readonly customerGroupId: string | null
  readonly startsAt: string | null
  readonly endsAt: string | null
  readonly minQuantity: number
  /** In minor units. */
  readonly amount: number
}

/** What the catalog says of a variant. */
export interface CatalogPrice {
  readonly amount: number
  readonly compareAt: number | null
}

/** Who buys, where and when. */
export interface Circumstances {
  readonly at: Timestamp
  readonly country: string
  /** The subdivision of the country, as addresses name it, if it is known. */
  readonly region?: string | null | undefined
  readonly channel: string | null
  /** In which currency; lists in others say nothing. Any if it is left out. */
  readonly currency?: string
}

/** What one piece costs, what it cost before if that is shown, and which list says so. */
export interface UnitPrice extends CatalogPrice {
  readonly list: { readonly id: string; readonly name: string } | null
}

/** What one piece costs whoever buys so many. */
export const unitPrice = (
  catalog: CatalogPrice,
  listed: ReadonlyArray<ListedPrice>,
  where: Circumstances,
  quantity: number
): UnitPrice => {
  if (listed.length === 0) return { amount: catalog.amount, compareAt: catalog.compareAt, list: null }
  const reached = tiersReached(listed, where, quantity)
  const override = best(reached.filter(({ type }) => type === "override"), where)
  const original: UnitPrice = override === undefined
    ? { amount: catalog.amount, compareAt: catalog.compareAt, list: null }
    : { amount: override.amount, compareAt: null, list: { id: override.listId, name: override.listName } }
  const sale = best(reached.filter(({ amount, type }) => type === "sale" && amount < original.amount), where)
  return sale === undefined
    ? original
    : { amount: sale.amount, compareAt: original.amount, list: { id: sale.listId, name: sale.listName } }
}

/** What is asked of nobody: a variant has this price in a currency in which no list gives it one. */
export const unpriced: CatalogPrice = { amount: Number.MAX_SAFE_INTEGER, compareAt: null }

/**
 * What one piece costs in a currency in which the catalog has no price, so that only lists do; `unpriced` where none applies. A
 * sale without another price is the price.
 */
export const unitPriceByLists = (listed: ReadonlyArray<ListedPrice>, where: Circumstances, quantity: number): UnitPrice => {
  const unit = unitPrice(unpriced, listed, where, quantity)
  return unit.compareAt === unpriced.amount ? { ...unit, compareAt: null } : unit
}

/** The quantities from which on one piece costs less or more than for fewer, ascending, without the first. */
export const tiers = (
  catalog: CatalogPrice,
  listed: ReadonlyArray<ListedPrice>,
  where: Circumstances
): ReadonlyArray<{ readonly minQuantity: number; readonly amount: number }> => {
  const quantities = [...new Set(listed.filter((one) => applies(one, where)).map((one) => one.minQuantity))]
    .filter((quantity) => quantity > 1).sort((a, b) => a - b)
  const found: Array<{ readonly minQuantity: number; readonly amount: number }> = []
  let last = unitPrice(catalog, listed, where, 1).amount
  for (const minQuantity of quantities) {
    const { amount } = unitPrice(catalog, listed, where, minQuantity)
    if (amount !== last) found.push({ minQuantity, amount })
    last = amount
  }
  return found
}

/** How closely a list names where the goods go: 0 where it is for everywhere, `undefined` where it is for elsewhere. */
const placeFit = ({ countries, subdivisions = [] }: ListedPrice, where: Circumstances): 0 | 1 | 2 | undefined => {
  if (subdivisions.length > 0 && subdivisions.includes(subdivisionOf(where) ?? "")) return 2
  if (countries.includes(where.country)) return 1
  return countries.length === 0 && subdivisions.length === 0 ? 0 : undefined
}

const applies = (list: ListedPrice, where: Circumstances): boolean => {
  const { channel, currency, endsAt, startsAt } = list
  return (currency === undefined || where.currency === undefined || currency === where.currency)
    && (startsAt === null || startsAt <= where.at)
    && (endsAt === null || endsAt > where.at)
    && (channel === null || channel === where.channel)
    && placeFit(list, where) !== undefined
}

/**
 * Whether a list says what a piece costs, and if not, why: it is for customers of a group, in another currency, begins later, is over,
 * for another channel or place, for more pieces, or another price counts before it.
 */
export const Standing = Schema.Literals(["applied", "group", "currency", "not_yet", "over", "channel", "place", "quantity", "outdone"])
  .annotate({ identifier: "PriceStanding" })
export type Standing = typeof Standing.Type

export const standingOf = (
  list: ListedPrice,
  where: Circumstances,
  quantity: number,
  /** Whether the buyer belongs to the list's group, if it has one. */
  belongs: boolean,
  isApplied: boolean
): Standing => {
  const { channel, currency, endsAt, minQuantity, startsAt } = list
  if (isApplied) return "applied"
  if (!belongs) return "group"
  if (currency !== undefined && where.currency !== undefined && currency !== where.currency) return "currency"
  if (startsAt !== null && startsAt > where.at) return "not_yet"
  if (endsAt !== null && endsAt <= where.at) return "over"
  if (channel !== null && channel !== where.channel) return "channel"
  if (placeFit(list, where) === undefined) return "place"
  return minQuantity > quantity ? "quantity" : "outdone"
}

/** Of each list that applies, the price of the highest quantity that is reached. */
const tiersReached = (
  listed: ReadonlyArray<ListedPrice>,
  where: Circumstances,
  quantity: number
): ReadonlyArray<ListedPrice> => {
  const reached = new Map<string, ListedPrice>()
  for (const one of listed) {
    if (one.minQuantity > quantity || !applies(one, where)) continue
    const other = reached.get(one.listId)
    if (other === undefined || other.minQuantity < one.minQuantity) reached.set(one.listId, one)
  }
  return [...reached.values()]
}

const specificity = (list: ListedPrice, where: Circumstances): number =>
  (list.customerGroupId === null ? 0 : 6) + (list.channel === null ? 0 : 3) + (placeFit(list, where) ?? 0)

const best = (prices: ReadonlyArray<ListedPrice>, where: Circumstances): ListedPrice | undefined => {
  let found: ListedPrice | undefined
  for (const price of prices) if (found === undefined || wins(price, found, where)) found = price
  return found
}

const wins = (a: ListedPrice, b: ListedPrice, where: Circumstances): boolean => {
  const difference = specificity(a, where) - specificity(b, where)
  if (difference !== 0) return difference > 0
  if (a.amount !== b.amount) return a.amount < b.amount
  return a.listId < b.listId
}
