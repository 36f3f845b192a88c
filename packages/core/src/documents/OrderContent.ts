/**
 * What a document says of an order: from its frozen figures alone.
 */
import * as Address from "../kernel/Address.ts"
import * as Language from "../kernel/Language.ts"
import { type Money, subtract, sum, zero } from "../kernel/Money.ts"
import type { OrderEdit } from "../edits/OrderEdit.ts"
import type { Order, OrderLine } from "../orders/Order.ts"
import * as ShippedParts from "../orders/ShippedParts.ts"
import * as VariantName from "../orders/VariantName.ts"
import type { Refund } from "../payments/Payment.ts"
import type { Store } from "../stores/Store.ts"
import type { Document, DocumentContent } from "./Document.ts"

/** What is in each bundle: "2 × Book (BOOK-1)". */
const partsOf = ({ parts = [] }: OrderLine): ReadonlyArray<string> =>
  parts.map(({ quantity, sku, title }) => `${quantity} × ${title}${sku === null ? "" : ` (${sku})`}`)

const toRow = (line: OrderLine): DocumentContent["lines"][number] => ({
  title: line.title,
  detail: [VariantName.of(line), line.sku, ...partsOf(line)].filter(Boolean).join(", ") || null,
  quantity: line.quantity,
  unitPrice: line.unitPrice,
  discount: line.discount,
  amount: { amount: line.subtotal.amount - line.discount.amount, currency: line.total.currency }
})

/** An amount that is of no line. */
const rest = (order: Order, amount: Money, detail: string | null): DocumentContent["lines"][number] => ({
  title: `#${order.number}`,
  detail,
  quantity: 1,
  unitPrice: amount,
  discount: zero(order.currency),
  amount
})

/** What shipping is made of, where goods ship apart and that is all that shipping costs. */
const shippedParts = (order: Order): { readonly parts?: ReadonlyArray<{ readonly name: string; readonly amount: Money }> } => {
  const parts = ShippedParts.all(order).map(({ discount, name, subtotal }) => ({ name, amount: subtract(subtotal, discount) }))
  return parts.length > 0 && sum(parts.map(({ amount }) => amount), order.currency).amount === order.shippingTotal.amount ? { parts } : {}
}

/** An order as it is, as its lines and figures say it. */
export const ofOrder = (order: Order, store: Store): DocumentContent => {
  const { legalAddress, legalName, taxId } = store.settings
  const billed = order.billingAddress ?? order.shippingAddress
  const { currency, shipping, tax, total } = order
  return {
    locale: Language.manner(order.language, store.settings.locale),
    currency,
    seller: { name: legalName ?? store.name, lines: Address.lines(legalAddress), taxId },
    buyer: { name: billed?.name ?? order.email, lines: Address.lines(billed), taxId: null },
    orderNumber: order.number,
    orderedAt: order.placedAt,
    pricesIncludeTax: order.pricesIncludeTax,
    lines: order.lines.map(toRow),
    shipping: shipping === null ? null : { name: shipping.name, amount: order.shippingTotal, ...shippedParts(order) },
    taxes: order.taxes.map(({ amount, name, ratePpm }) => ({ name, ratePpm, amount })),
    net: { amount: total.amount - tax.amount, currency },
    tax,
    total,
    corrects: null,
    reason: null
  }
}

/** The whole order, as its invoice says it: less what edits took out before anybody had to pay it. */
export const ofInvoice = (order: Order, store: Store): DocumentContent => {
  const whole = ofOrder(order, store)
  const { currency } = order
  const goods = whole.lines.reduce((sum, { amount }) => sum + amount.amount, 0)
  const amount = order.subtotal.amount - order.discount.amount - goods
  const gone = order.lines.filter(({ cancelled }) => cancelled > 0).map(({ cancelled, title }) => `-${cancelled} × ${title}`)
  return {
    ...whole,
    ...(order.edits === 0 ? {} : { edits: order.edits }),
    lines: amount === 0 ? whole.lines : [...whole.lines, rest(order, { amount, currency }, gone.join(", "))]
  }
}

const negated = ({ amount, currency }: Money): Money => ({ amount: amount === 0 ? 0 : -amount, currency })

/** What is said of an invoice, as what counts the other way round. */
const againstIt = (content: DocumentContent): DocumentContent => ({
  ...content,
  lines: content.lines.map((line) => ({ ...line, unitPrice: negated(line.unitPrice), amount: negated(line.amount) })),
  taxes: content.taxes.map((tax) => ({ ...tax, amount: negated(tax.amount) })),
  net: negated(content.net),
  tax: negated(content.tax),
  total: negated(content.total)
})

/** What documents say that was credited: an invoice that takes a credit note back counts the other way round. */
export const credited = (documents: ReadonlyArray<Document>): ReadonlyArray<Document> =>
  documents.map((document) => document.kind === "invoice" ? { ...document, content: againstIt(document.content) } : document)

const sumOf = (taxes: ReadonlyArray<{ readonly amount: Money }>): number =>
  taxes.reduce((sum, { amount }) => sum + amount.amount, 0)

/** What an edit added, as an invoice of its own says it. */
export const ofCharge = (order: Order, store: Store, edit: OrderEdit): DocumentContent => {
  const { currency } = order
  const added = order.lines.filter(({ id }) => edit.added.some(({ lineId }) => lineId === id))
  const sum = (part: (line: OrderLine) => Money) => added.reduce((all, line) => all + part(line).amount, 0)
  const tax = sumOf(edit.chargedTaxes)
  const shipping = edit.charged.amount - sum(({ total }) => total)
  const shippingTax = order.pricesIncludeTax ? 0 : tax - sum((line) => line.tax)
  return {
    ...ofOrder(order, store),
    lines: added.map(toRow),
    shipping: shipping === 0
      ? null
      : { name: order.shipping?.name ?? "", amount: { amount: shipping - shippingTax, currency } },
    taxes: edit.chargedTaxes.map(({ amount, name, ratePpm }) => ({ name, ratePpm, amount })),
    net: { amount: edit.charged.amount - tax, currency },
    tax: { amount: tax, currency },
    total: edit.charged,
    reason: edit.reason === "" ? null : edit.reason
  }
}

/** What an edit took out and nobody had to pay, or was set against what it added, as a credit note says it. */
export const ofCredit = (order: Order, store: Store, edit: OrderEdit, invoice: string): DocumentContent => {
  const { currency } = order
  const tax = sumOf(edit.creditedTaxes)
  const reason = edit.reason === "" ? null : edit.reason
  const amount = { amount: edit.credited.amount - (order.pricesIncludeTax ? 0 : tax), currency }
  return {
    ...ofOrder(order, store),
    lines: [rest(order, amount, reason)],
    shipping: null,
    taxes: edit.creditedTaxes.map(({ amount, name, ratePpm }) => ({ name, ratePpm, amount })),
    net: { amount: edit.credited.amount - tax, currency },
    tax: { amount: tax, currency },
    total: edit.credited,
    corrects: invoice,
    reason
  }
}

/**
 * A refund, or what was never paid of an order that is over, as a credit note says it. `earlier` are those before, without the ones of
 * edits: the tax in what is credited altogether is rounded down to it, so that those of an order add up to what it cost, whatever
 * their amounts.
 */
export const ofRefund = (
  order: Order,
  store: Store,
  refund: Pick<Refund, "amount" | "reason">,
  earlier: ReadonlyArray<Pick<Document, "content">>,
  invoice: string | null
): DocumentContent => {
  const { currency } = order
  const whole = ofOrder(order, store)
  const given = earlier.reduce((sum, { content }) => sum + content.total.amount, refund.amount.amount)
  const taxes = whole.taxes.map((tax, index) => {
    const before = earlier.reduce((sum, { content }) => sum + (content.taxes[index]?.amount.amount ?? 0), 0)
    const until = order.total.amount === 0 ? 0 : Number(BigInt(tax.amount.amount) * BigInt(given) / BigInt(order.total.amount))
    // edits may have changed what there is of each tax since
    const share = order.edits === 0 ? until - before : refund.amount.amount < 0 ? Math.min(0, until - before) : Math.max(0, until - before)
    return { ...tax, amount: { amount: share, currency } }
  })
  const tax = taxes.reduce((sum, { amount }) => sum + amount.amount, 0)
  const reason = refund.reason === "" ? null : refund.reason
  return {
    ...whole,
    lines: [{
      ...rest(order, refund.amount, reason),
      amount: order.pricesIncludeTax ? refund.amount : { amount: refund.amount.amount - tax, currency }
    }],
    shipping: null,
    taxes,
    net: { amount: refund.amount.amount - tax, currency },
    tax: { amount: tax, currency },
    total: refund.amount,
    corrects: invoice,
    reason
  }
}

/**
 * An invoice over so much of what credit notes have credited before, as it takes one of them back. `earlier` are those and what takes them
 * back, as `credited` says them: no tax of what is left of them is rounded otherwise than if they had credited less.
 */
export const ofTakenBack = (
  order: Order,
  store: Store,
  amount: Money,
  earlier: ReadonlyArray<Document>,
  creditNote: string
): DocumentContent => againstIt(ofRefund(order, store, { amount: negated(amount), reason: "" }, earlier, creditNote))
