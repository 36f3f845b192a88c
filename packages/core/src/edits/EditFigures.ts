/**
 * What an edit does to the figures of an order. Pure.
 *
 * **Details**
 *
 * The figures of a line never change: pieces that are taken out are counted as cancelled, and new ones are lines of their
 * own. What is taken out is worth what was paid for it, to the last cent, as a part of its line.
 *
 * What is taken out first makes up for what is not paid yet, be it because of this edit or of earlier ones. By so much the
 * figures of the order are lowered (`credited`). The rest was paid: it goes back (`refund`) and stays in the figures, where
 * the refund has it, as with everything that is cancelled or comes back. So an order is always worth
 * `total - refunded`, once its refunds have gone out, and `paid + open` is its total.
 */
import type { Address } from "../kernel/Address.ts"
import * as Money from "../kernel/Money.ts"
import type { OrderLine, OrderLineId, OrderShipping, OrderShippingPart } from "../orders/Order.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import type { StoredOrder } from "../orders/OrderRepository.ts"
import { paidFor } from "../orders/PaidFor.ts"
import type { RefundPart } from "../payments/RefundPart.ts"
import type { PricedShipping, PricedTax } from "../pricing/Pricing.ts"
import * as TaxSums from "../pricing/TaxSums.ts"

/** What a line, shipping or a part of one costs. */
export type Figures = Pick<OrderLine, "subtotal" | "discount" | "net" | "taxes" | "tax" | "total">

/** Pieces of a line that are taken out. */
export interface Removed {
  readonly lineId: OrderLineId
  readonly quantity: number
  /** How many of the line came back before. */
  readonly returned: number
}

/** What an edit changes. */
export interface Change {
  readonly removed: ReadonlyArray<Removed>
  /** New lines, priced. */
  readonly added: ReadonlyArray<OrderLine>
  /** Another way of shipping. */
  readonly shipping: PricedShipping | undefined
  /** Parts of what ships apart of which nothing is left to send, where the way of shipping stays: what they cost is taken out. */
  readonly emptied?: ReadonlyArray<OrderShippingPart>
  /** Which part of what ships apart new lines go with, where the way of shipping stays. */
  readonly joins?: ReadonlyMap<string, string>
  readonly shippingAddress: Address | null
  readonly billingAddress: Address | null
  /** By how much the figures are lowered at most, in minor units; by all that is not paid if it is left out. */
  readonly most?: number
}

/** What becomes of an order, in minor units. */
export interface Outcome {
  readonly order: StoredOrder
  readonly charged: number
  readonly chargedTaxes: ReadonlyArray<PricedTax>
  readonly credited: number
  readonly creditedTaxes: ReadonlyArray<PricedTax>
  /** What of `credited` is of which line; the rest is of shipping. */
  readonly creditedOf: ReadonlyArray<RefundPart>
  readonly refund: number
  /** What of `refund` is of which line or of shipping. */
  readonly refundOf: ReadonlyArray<RefundPart>
}

/** Whether the buyer has paid the order, or had, before edits added to it. */
export const wasPaid = (order: StoredOrder): boolean =>
  order.status !== "pending" && order.status !== "failed" && !OrderMoney.isPromised(order)

/** The part of figures that costs `amount`. Its parts add up as those of a line do. */
export const partOf = (whole: Figures, amount: number, pricesIncludeTax: boolean): Figures => {
  const { currency } = whole.total
  const share = (money: Money.Money) =>
    Money.make(whole.total.amount === 0 ? 0 : OrderMoney.share(money.amount, amount, whole.total.amount), currency)
  const shares = whole.taxes.map((tax): PricedTax =>
    Object.assign({}, tax, { amount: share(tax.amount) }, tax.taxable === undefined ? {} : { taxable: share(tax.taxable) }))
  const tax = Money.sum(shares.map((each) => each.amount), currency)
  const total = Money.make(amount, currency)
  const net = Money.subtract(total, tax)
  // what all of it is charged on is all that is left without tax
  const taxes = shares.map((each, index) =>
    whole.taxes[index]?.taxable?.amount === whole.net.amount ? Object.assign({}, each, { taxable: net }) : each)
  const discount = share(whole.discount)
  return { subtotal: Money.add(pricesIncludeTax ? total : net, discount), discount, net, taxes, tax, total }
}

/** The taxes of an order after others were added to them or, with -1, taken off. */
const merge = (taxes: ReadonlyArray<PricedTax>, more: ReadonlyArray<PricedTax>, sign: 1 | -1): ReadonlyArray<PricedTax> => {
  // a rate that has another height or name by now is another tax
  const kind = ({ name, rateId, ratePpm }: PricedTax) => JSON.stringify([rateId, ratePpm, name])
  const all = new Map(taxes.map((tax) => [kind(tax), tax]))
  for (const tax of more) all.set(kind(tax), TaxSums.plus(all.get(kind(tax)) ?? TaxSums.none(tax), tax, sign))
  return [...all.values()]
}

/** Shipping of which a part is given back, but is in the figures still. */
const keeping = (shipping: PricedShipping, kept: Figures, givenBack: Money.Money): OrderShipping => ({
  ...shipping,
  subtotal: Money.add(shipping.subtotal, kept.subtotal),
  discount: Money.add(shipping.discount, kept.discount),
  net: Money.add(shipping.net, kept.net),
  taxes: merge(shipping.taxes, kept.taxes, 1),
  tax: Money.add(shipping.tax, kept.tax),
  total: Money.add(shipping.total, kept.total),
  trace: [...shipping.trace, { source: "edit", label: "Given back", amount: kept.total }],
  givenBack
})

/** Shipping whose parts have new lines; it costs what it did. */
const joining = (
  shipping: OrderShipping | null,
  added: ReadonlyArray<OrderLine>,
  joins: ReadonlyMap<string, string> = new Map()
): OrderShipping | null =>
  shipping?.parts === undefined ? shipping : {
    ...shipping,
    parts: shipping.parts.map((part) => ({
      ...part,
      lineIds: [...part.lineIds, ...added.filter(({ id, requiresShipping }) => requiresShipping && joins.get(id) === part.id).map(({ id }) => id)]
    }))
  }

/** What is left of figures without a part of them. */
const less = (whole: Figures, part: Figures): Figures => ({
  subtotal: Money.subtract(whole.subtotal, part.subtotal),
  discount: Money.subtract(whole.discount, part.discount),
  net: Money.subtract(whole.net, part.net),
  taxes: merge(whole.taxes, part.taxes, -1),
  tax: Money.subtract(whole.tax, part.tax),
  total: Money.subtract(whole.total, part.total)
})

/** Shipping, or a part of it, of which figures are taken out. */
const lowered = <A extends Figures & Pick<PricedShipping, "trace">>(whole: A, off: Figures): A =>
  off.total.amount === 0 ? whole : {
    ...whole,
    ...less(whole, off),
    trace: [...whole.trace, { source: "edit", label: "Taken out", amount: Money.make(-off.total.amount, off.total.currency) }]
  }

/** Shipping without parts that are empty: `credited` of what they cost leaves the figures, the rest is given back. */
const without = (
  shipping: OrderShipping | null,
  emptied: ReadonlyArray<OrderShippingPart>,
  credited: number,
  pricesIncludeTax: boolean
): OrderShipping | null => {
  let now = shipping
  let left = credited
  for (const { id, total } of emptied) {
    const part = now?.parts?.find((each) => each.id === id)
    if (now === null || part === undefined) continue
    const amount = Math.min(left, total.amount)
    left -= amount
    const off = partOf(part, amount, pricesIncludeTax)
    const gone = Object.assign({}, lowered(part, off), { givenBack: true })
    now = Object.assign({}, lowered(now, off), {
      parts: now.parts?.map((each) => each === part ? gone : each) ?? [],
      givenBack: Money.make((now.givenBack?.amount ?? 0) + total.amount - amount, total.currency)
    })
  }
  return now
}

/** What an order becomes. Its version is the next one; whoever writes it sets the time. */
export const apply = (order: StoredOrder, change: Change): Outcome => {
  const { currency, pricesIncludeTax } = order
  const zero = Money.zero(currency)
  const worth = change.removed.map((removed) => paidFor(order, [removed], () => removed.returned))
  const removedWorth = worth.reduce((sum, amount) => sum + amount, 0)
  const addedCosts = change.added.reduce((sum, { total }) => sum + total.amount, 0)

  // shipping costs what it costs now, less what was given back of it before
  const before = order.shipping
  const givenBefore = before?.givenBack ?? zero
  const shippingBefore = (before?.total.amount ?? 0) - givenBefore.amount
  const shippingStep = change.shipping === undefined ? 0 : change.shipping.total.amount - shippingBefore
  const cheaper = Math.max(0, -shippingStep)

  const emptied = change.shipping === undefined ? change.emptied ?? [] : []
  const emptiedCost = emptied.reduce((sum, { total }) => sum + total.amount, 0)

  const charged = addedCosts + Math.max(0, shippingStep)
  const takenOut = removedWorth + cheaper + emptiedCost
  const wasPaidBefore = wasPaid(order)
  const unpaid = wasPaidBefore ? order.open.amount : Math.max(0, OrderMoney.due(order).amount)
  const credited = Math.min(takenOut, unpaid + charged, change.most ?? takenOut)
  const refund = takenOut - credited

  // what is cheaper about shipping is made up for first
  const emptiedCredit = Math.min(emptiedCost, credited)
  const shippingRefund = cheaper - Math.min(cheaper, credited)
  const shipping = change.shipping === undefined
    ? joining(without(before, emptied, emptiedCredit, pricesIncludeTax), change.added, change.joins)
    : givenBefore.amount + shippingRefund === 0 || before === null
    ? change.shipping
    : keeping(
      change.shipping,
      partOf(before, givenBefore.amount + shippingRefund, pricesIncludeTax),
      Money.make(givenBefore.amount + shippingRefund, currency)
    )

  let left = credited - (cheaper - shippingRefund) - emptiedCredit
  const creditedOf: Array<RefundPart> = []
  const refundOf: Array<RefundPart> = []
  const off = change.removed.flatMap(({ lineId }, index) => {
    const line = order.lines.find(({ id }) => id === lineId)
    const amount = Math.min(left, worth[index] ?? 0)
    left -= amount
    if (line === undefined) return []
    const paid = (worth[index] ?? 0) - amount
    if (paid > 0) refundOf.push({ lineId, amount: Money.make(paid, currency) })
    if (amount === 0) return []
    creditedOf.push({ lineId, amount: Money.make(amount, currency) })
    return [partOf(line, amount, pricesIncludeTax)]
  })
  let emptiedLeft = emptiedCredit
  for (const { id, total } of emptied) {
    const lowered = Math.min(emptiedLeft, total.amount)
    emptiedLeft -= lowered
    if (total.amount > lowered) refundOf.push({ lineId: null, shippingPart: id, amount: Money.make(total.amount - lowered, currency) })
  }
  if (shippingRefund > 0) refundOf.push({ lineId: null, amount: Money.make(shippingRefund, currency) })

  const gone = new Map(change.removed.map(({ lineId, quantity }) => [lineId, quantity]))
  const sum = (figure: "subtotal" | "discount" | "tax" | "total") =>
    change.added.reduce((all, line) => all + line[figure].amount, 0) - off.reduce((all, part) => all + part[figure].amount, 0)
  const shown = (figures: OrderShipping | null) =>
    figures === null ? 0 : figures.subtotal.amount - figures.discount.amount
  const shippingTax = (shipping?.tax.amount ?? 0) - (before?.tax.amount ?? 0)
  const shippingTaxes = (sign: 1 | -1) =>
    merge(merge([], shipping?.taxes ?? [], sign), before?.taxes ?? [], sign === 1 ? -1 : 1)
  const chargedTaxes = merge(
    change.added.reduce<ReadonlyArray<PricedTax>>((all, { taxes }) => merge(all, taxes, 1), []),
    shippingStep > 0 ? shippingTaxes(1) : [],
    1
  )
  const creditedTaxes = merge(
    off.reduce<ReadonlyArray<PricedTax>>((all, { taxes }) => merge(all, taxes, 1), []),
    shippingStep > 0 ? [] : shippingTaxes(-1),
    1
  )
  const plus = (money: Money.Money, amount: number) => Money.make(money.amount + amount, currency)
  const figures = {
    total: plus(order.total, sum("total") + (shipping?.total.amount ?? 0) - (before?.total.amount ?? 0)),
    paid: order.paid,
    refunded: order.refunded,
    open: wasPaidBefore ? Money.make(unpaid + charged - credited, currency) : order.open
  }
  return {
    charged,
    chargedTaxes,
    credited,
    creditedTaxes,
    creditedOf,
    refund,
    refundOf,
    order: {
      ...order,
      ...figures,
      lines: [
        ...order.lines.map((line) => ({ ...line, cancelled: line.cancelled + (gone.get(line.id) ?? 0) })),
        ...change.added
      ],
      shipping,
      subtotal: plus(order.subtotal, sum("subtotal")),
      discount: plus(order.discount, sum("discount")),
      shippingTotal: plus(order.shippingTotal, shown(shipping) - shown(before)),
      tax: plus(order.tax, sum("tax") + shippingTax),
      taxes: merge(merge(order.taxes, chargedTaxes, 1), creditedTaxes, -1),
      shippingAddress: change.shippingAddress,
      billingAddress: change.billingAddress,
      paymentStatus: OrderMoney.paymentStatus(figures, order.paymentStatus === "authorized"),
      edits: order.edits + 1,
      version: order.version + 1
    }
  }
}
