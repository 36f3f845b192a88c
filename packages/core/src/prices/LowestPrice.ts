/**
 * The lowest price before a reduction, which shops in the EU must show beside it: the lowest that the shop asked in the
 * 30 days before the reduction began (Directive 98/6/EC, Article 6a, in the version of Directive (EU) 2019/2161). Pure.
 *
 * **Details**
 *
 * It is the price of one piece for everybody: lists of customer groups count neither as a reduction nor as a price before.
 * A price that is lowered further begins a new reduction, whose 30 days contain the one before. A product that was not for
 * sale for 30 days has the lowest price of the days that it was, and none where the reduced price is its first.
 */
import * as Timestamp from "../kernel/Timestamp.ts"
import type { Circumstances, ListedPrice } from "./ListedPrices.ts"
import { unitPrice } from "./ListedPrices.ts"

/** What prices of a variant became, and when. */
export interface PriceHistory {
  /** The catalog's price, whose `listId` is empty, and those of lists for one piece; `null`: taken out. */
  readonly amounts: ReadonlyArray<{
    readonly listId: string
    readonly at: string
    readonly amount: number | null
    readonly compareAt: number | null
  }>
  /** The conditions of the lists; `null`: a draft, or deleted. */
  readonly lists: ReadonlyArray<{
    readonly listId: string
    readonly at: string
    readonly terms: Omit<ListedPrice, "listId" | "minQuantity" | "amount"> | null
  }>
}

const days = 30

interface Asked {
  readonly from: string
  readonly amount: number
  readonly reduced: boolean
}

/** In minor units; `null` where nothing is reduced now, or nothing was asked before. */
export const beforeReduction = (history: PriceHistory, where: Circumstances): number | null => {
  const asked = pricesAsked(history, where)
  let first = asked.length - 1
  const now = asked[first]
  if (now === undefined || !now.reduced) return null
  while (first > 0 && asked[first - 1]?.amount === now.amount && asked[first - 1]?.reduced === true) first -= 1
  const began = asked[first]?.from ?? now.from
  const since = Timestamp.minus(began as Timestamp.Timestamp, { days })
  let lowest: number | null = null
  for (let i = 0; i < first; i++) {
    const until = asked[i + 1]?.from ?? began
    const { amount } = asked[i] as Asked
    if (until > since && (lowest === null || amount < lowest)) lowest = amount
  }
  return lowest
}

/** What was asked of everybody for one piece, from each moment at which anything changed until the next. */
const pricesAsked = ({ amounts, lists }: PriceHistory, where: Circumstances): ReadonlyArray<Asked> => {
  const moments = new Set<string>()
  for (const { at } of amounts) moments.add(at)
  for (const { at, terms } of lists) {
    moments.add(at)
    if (terms?.startsAt) moments.add(terms.startsAt)
    if (terms?.endsAt) moments.add(terms.endsAt)
  }
  const asked: Array<Asked> = []
  for (const from of [...moments].filter((moment) => moment <= where.at).sort()) {
    const catalog = latest(amounts.filter(({ listId }) => listId === ""), from)
    if (catalog === undefined || catalog.amount === null) continue
    const listed: Array<ListedPrice> = []
    for (const listId of new Set(lists.map((list) => list.listId))) {
      const terms = latest(lists.filter((list) => list.listId === listId), from)?.terms ?? null
      const amount = latest(amounts.filter((price) => price.listId === listId), from)?.amount ?? null
      if (terms === null || terms.customerGroupId !== null || amount === null) continue
      listed.push({ ...terms, listId, minQuantity: 1, amount })
    }
    const price = unitPrice(
      { amount: catalog.amount, compareAt: catalog.compareAt },
      listed,
      { ...where, at: from as Timestamp.Timestamp },
      1
    )
    asked.push({ from, amount: price.amount, reduced: price.compareAt !== null })
  }
  return asked
}

/** What held at a moment: the last change until then. */
const latest = <A extends { readonly at: string }>(changes: ReadonlyArray<A>, moment: string): A | undefined => {
  let found: A | undefined
  for (const change of changes) {
    if (change.at <= moment && (found === undefined || change.at >= found.at)) found = change
  }
  return found
}
