/**
 * What a credit note credits: which lines of an order, and which of its taxes. Pure.
 *
 * **Details**
 *
 * An order consists of its lines and its shipping. Whatever a note is about, all of it falls to these: what a refund names to what it
 * names, as far as that was not credited before, and the rest to what is left of everything, in proportion. So no more is ever credited of
 * a line than it cost.
 *
 * Of a line so much tax is credited as it had of its price, rounded down; what was rounded off before is made up for by the next note.
 * No more is credited of a tax than the order has of it, and the note after which nothing is left of the order credits all that is left
 * of each. So the notes of an order come to its taxes to the last minor unit, and so does what these were charged on.
 */
import * as Money from "../kernel/Money.ts"
import type { OrderEdit } from "../edits/OrderEdit.ts"
import type { Order, OrderLine } from "../orders/Order.ts"
import { share } from "../orders/OrderMoney.ts"
import type { RefundPart } from "../payments/RefundPart.ts"
import type { DocumentContent } from "./Document.ts"
import * as PaperTaxes from "./PaperTaxes.ts"
import type { PaperTax } from "./PaperTaxes.ts"

/** A line, or what is sent by one method. */
interface Item {
  readonly of: Omit<RefundPart, "amount">
  readonly total: number
  readonly net: number
  readonly taxes: ReadonlyArray<PaperTax>
  /** What was credited of it. */
  credited: number
}

/** What was credited before: by notes, and against these by what took them back. */
type Said = Pick<DocumentContent, "total" | "parts">

const sumOf = (amounts: Iterable<number>): number => {
  let sum = 0
  for (const amount of amounts) sum += amount
  return sum
}

type Figures = Pick<OrderLine, "total" | "net" | "taxes">

const itemsOf = (order: Order, said: ReadonlyArray<PaperTax>): ReadonlyArray<Item> => {
  const item = (of: Item["of"], { net, taxes, total }: Figures): Item =>
    ({ of, total: total.amount, net: net.amount, taxes: PaperTaxes.of(order, taxes, said), credited: 0 })
  const { shipping } = order
  const parts = shipping?.parts ?? []
  const isApart = parts.length > 0 && sumOf(parts.map(({ total }) => total.amount)) === shipping?.total.amount
  return [
    ...order.lines.map((line) => item({ lineId: line.id }, line)),
    ...shipping === null
      ? []
      : isApart
      ? parts.map((part) => item({ lineId: null, shippingPart: part.id }, part))
      : [item({ lineId: null }, shipping)]
  ]
}

const leftOf = ({ credited, total }: Item): number => Math.max(0, total - credited)

const isOf = ({ of }: Item, { lineId, shippingPart }: Omit<RefundPart, "amount">): boolean =>
  of.lineId === lineId && (of.shippingPart === undefined || shippingPart === undefined || of.shippingPart === shippingPart)

/** Credits so much of items, as far as `most` says it of each, in proportion to that. Answers with what was. */
const spread = (items: ReadonlyArray<Item>, amount: number, most: (item: Item) => number): number => {
  const weights = items.map(most)
  const there = Math.min(amount, sumOf(weights))
  if (there <= 0) return 0
  Money.allocate(there, weights).forEach((part, index) => {
    const item = items[index]
    if (item !== undefined) item.credited += part
  })
  return there
}

/** What edits have taken out of the figures of an order: its lines have it still. */
const takeOut = (order: Order, items: ReadonlyArray<Item>, edits: ReadonlyArray<OrderEdit>): void => {
  for (const part of edits.flatMap(({ creditedOf = [] }) => creditedOf)) {
    for (const item of items) if (item.of.lineId !== null && isOf(item, part)) item.credited += part.amount.amount
  }
  // edits from before it was kept do not say of which lines
  let missing = sumOf(items.map(({ credited, total }) => total - credited)) - order.total.amount
  for (const most of [
    ({ cancelled, quantity, total }: OrderLine) => share(total.amount, cancelled, quantity),
    ({ total }: OrderLine) => total.amount
  ]) {
    for (const [index, line] of order.lines.entries()) {
      missing -= spread(items.slice(index, index + 1), missing, ({ credited }) => Math.max(0, most(line) - credited))
    }
  }
}

/** Credits parts of what they name, as far as it is there; answers with what was credited. */
const creditNamed = (items: ReadonlyArray<Item>, parts: ReadonlyArray<RefundPart>, amount: number): number => {
  let credited = 0
  for (const part of parts) {
    credited += spread(items.filter((item) => isOf(item, part)), Math.min(part.amount.amount, amount - credited), leftOf)
  }
  return credited
}

/**
 * Credits an amount of which nothing is said: all that is left has its share. What edits have added and nobody has paid has none, for
 * no money goes back of it, as long as something else is left.
 */
const creditRest = ({ open }: Order, items: ReadonlyArray<Item>, amount: number): void => {
  let unpaid = open.amount
  const paid = new Map(items.toReversed().map((item) => {
    const left = leftOf(item)
    const off = item.of.lineId === null ? 0 : Math.min(unpaid, left)
    unpaid -= off
    return [item, left - off]
  }))
  const credited = spread(items, amount, (item) => paid.get(item) ?? 0)
  spread(items, amount - credited, leftOf)
}

const credit = (order: Order, items: ReadonlyArray<Item>, amount: number, parts: ReadonlyArray<RefundPart>): void =>
  creditRest(order, items, amount - creditNamed(items, parts, amount))

/** What earlier papers have credited. What takes one back says amounts below zero. */
const creditEarlier = (order: Order, items: ReadonlyArray<Item>, { parts = [], total }: Said, edited: ReadonlyArray<number>): void => {
  const places = parts.map((part) => ({ item: items.filter((one) => isOf(one, part)), amount: part.amount.amount }))
  // what a paper says stays so, whatever edits have taken out since
  if (sumOf(places.map(({ amount }) => amount)) === total.amount && places.every(({ item }) => item.length === 1)) {
    for (const { amount, item: [item] } of places) if (item !== undefined) item.credited += amount
    return
  }
  if (total.amount >= 0) return credit(order, items, total.amount, parts)
  let left = -total.amount
  const back = (some: ReadonlyArray<Item>, amount: number) => {
    const noted = some.map((item) => Math.max(0, item.credited - (edited[items.indexOf(item)] ?? 0)))
    const there = Math.min(amount, sumOf(noted))
    if (there <= 0) return
    left -= there
    Money.allocate(there, noted).forEach((each, index) => {
      const item = some[index]
      if (item !== undefined) item.credited -= each
    })
  }
  for (const part of parts) back(items.filter((item) => isOf(item, part)), -part.amount.amount)
  back(items, left)
}

/** A tax of a note while it is worked out, in minor units. */
interface Rate {
  readonly tax: PaperTax
  amount: number
  /** What it is charged on; `undefined` if that is not known. */
  taxable: number | undefined
}

/** The taxes in so much of an item, each rounded down. */
const taxesIn = ({ net, taxes, total }: Item, amount: number): ReadonlyArray<Rate> => {
  const part = (whole: number) => total === 0 ? 0 : share(whole, amount, total)
  const rates = taxes.map((tax): Rate => ({ tax, amount: part(tax.amount.amount), taxable: tax.taxable === undefined ? undefined : part(tax.taxable.amount) }))
  const left = amount - sumOf(rates.map((rate) => rate.amount))
  if (taxes.every(({ taxable }) => taxable?.amount === net)) return rates.map(({ amount, tax }) => ({ tax, amount, taxable: left }))
  const known = rates.map(({ taxable }) => taxable ?? 0)
  // parts that are taxed apart are together what there is without tax
  const isWhole = taxes.every(({ taxable }) => taxable !== undefined) && sumOf(taxes.map(({ taxable }) => taxable?.amount ?? 0)) === net
  return rates.map((rate, index) => isWhole && index === rates.length - 1 ? Object.assign({}, rate, { taxable: left - sumOf(known.slice(0, -1)) }) : rate)
}

/** Whether each part of what an order costs is taxed by one rate at most. */
const isTaxedOnce = (items: ReadonlyArray<Item>): boolean =>
  items.every(({ net, taxes }) => sumOf(taxes.map(({ taxable }) => taxable?.amount ?? Number.NaN)) <= net || taxes.length === 0)

/**
 * Keeps what is taxed by each rate within what is left of it: a cent that one may not have, another one does. A note of which only a part
 * was taken back is the reason.
 */
const goodsWithin = (rates: ReadonlyArray<Rate>, left: ReadonlyArray<PaperTax>): ReadonlyArray<Rate> => {
  const rooms = rates.map(({ amount, tax, taxable }) => {
    const there = left.find((each) => PaperTaxes.isSame(each, tax))
    return taxable === undefined || there?.taxable === undefined ? 0 : there.taxable.amount + there.amount.amount - taxable - amount
  })
  let excess = -sumOf(rooms.filter((room) => room < 0))
  if (excess === 0) return rates
  return rates.map(({ amount, tax, taxable }, index) => {
    const room = rooms[index] ?? 0
    const here = Math.min(room, excess)
    if (here > 0) excess -= here
    return { tax, amount, taxable: taxable === undefined ? undefined : taxable + here }
  })
}

/**
 * Keeps taxes within what is left of each, and their sum within what the note and what is left after it can bear: what one may not have,
 * the others do, as far as they may.
 */
const bounded = (rates: ReadonlyArray<Rate>, left: ReadonlyArray<PaperTax>, isOnce: boolean, least: number, most: number): ReadonlyArray<Rate> => {
  const limits = rates.map(({ amount, tax, taxable }) => {
    const there = left.find((each) => PaperTaxes.isSame(each, tax))
    const high = Math.max(0, there?.amount.amount ?? 0)
    if (!isOnce || taxable === undefined || there?.taxable === undefined) return { low: 0, high }
    const gross = amount + taxable
    return { low: Math.min(high, Math.max(0, gross - there.taxable.amount)), high: Math.min(high, gross) }
  })
  const amounts = rates.map(({ amount }, index) => Math.min(Math.max(amount, limits[index]?.low ?? 0), limits[index]?.high ?? 0))
  const sum = sumOf(amounts)
  let missing = Math.min(most, Math.max(least, sum)) - sum
  for (const [index, amount] of amounts.entries()) {
    const here = missing > 0 ? Math.min(missing, (limits[index]?.high ?? 0) - amount) : Math.max(missing, -amount)
    amounts[index] = amount + here
    missing -= here
  }
  return rates.map(({ amount: before, tax, taxable }, index) => {
    const amount = amounts[index] ?? 0
    return { tax, amount, taxable: isOnce && taxable !== undefined ? taxable + before - amount : taxable }
  })
}

/** What a note credits of an order. */
export interface Credited {
  /** Together the amount. */
  readonly parts: ReadonlyArray<RefundPart>
  /** The tax in each of the parts, in minor units; what is rounded for the note as a whole is in none. */
  readonly taxIn: ReadonlyArray<number>
  readonly taxes: ReadonlyArray<PaperTax>
}

/**
 * What a note over an amount credits.
 *
 * @param parts what of the amount is for what
 * @param earlier what notes have credited before, without those of edits
 * @param said the taxes of the order's invoice
 */
export const of = (
  order: Order,
  amount: number,
  parts: ReadonlyArray<RefundPart>,
  earlier: ReadonlyArray<Pick<DocumentContent, "total" | "tax" | "taxes" | "parts">>,
  edits: ReadonlyArray<OrderEdit>,
  said: ReadonlyArray<PaperTax>
): Credited => {
  const { currency } = order
  const items = itemsOf(order, said)
  takeOut(order, items, edits)
  const edited = items.map(({ credited }) => credited)
  for (const paper of earlier) creditEarlier(order, items, paper, edited)
  const before = items.map(({ credited }) => credited)
  credit(order, items, amount, parts)

  const left = earlier.reduce((all, { taxes }) => PaperTaxes.plus(all, taxes, -1), PaperTaxes.of(order, order.taxes, said))
  const leftTotal = order.total.amount - sumOf(earlier.map(({ total }) => total.amount))
  const leftTax = sumOf(left.map((tax) => tax.amount.amount))
  const named: Array<RefundPart> = []
  const taxIn: Array<number> = []
  let taxes: ReadonlyArray<Rate> = []
  for (const [index, item] of items.entries()) {
    const from = before[index] ?? 0
    if (item.credited === from) continue
    named.push({ ...item.of, amount: Money.make(item.credited - from, currency) })
    const earlier = taxesIn(item, from)
    const here = taxesIn(item, item.credited).map(({ amount, tax, taxable }, at): Rate => ({
      tax,
      amount: amount - (earlier[at]?.amount ?? 0),
      taxable: taxable === undefined ? undefined : taxable - (earlier[at]?.taxable ?? 0)
    }))
    taxIn.push(sumOf(here.map((rate) => rate.amount)))
    taxes = merged(taxes, here)
  }
  if (amount >= leftTotal) return { parts: named, taxIn, taxes: left.filter((tax) => tax.amount.amount !== 0 || tax.taxable?.amount !== 0) }
  const isOnce = isTaxedOnce(items)
  const rates = bounded(isOnce ? goodsWithin(taxes, left) : taxes, left, isOnce, leftTax - leftTotal + amount, Math.min(amount, leftTax))
  return {
    parts: named,
    taxIn,
    taxes: rates.map(saidOf)
  }
}

const saidOf = ({ amount, tax, taxable }: Rate): PaperTax => {
  const { taxable: _, ...about } = tax
  const { currency } = tax.amount
  const said = { ...about, amount: Money.make(amount, currency) }
  return taxable === undefined ? said : { ...said, taxable: Money.make(taxable, currency) }
}

const merged = (all: ReadonlyArray<Rate>, more: ReadonlyArray<Rate>): ReadonlyArray<Rate> => {
  const rates = [...all]
  for (const rate of more) {
    const index = rates.findIndex(({ tax }) => PaperTaxes.isSame(tax, rate.tax))
    const before = rates[index]
    if (before === undefined) rates.push(rate)
    else {
      const taxable = before.taxable === undefined || rate.taxable === undefined ? undefined : before.taxable + rate.taxable
      rates[index] = { ...before, amount: before.amount + rate.amount, taxable }
    }
  }
  return rates
}
