/**
 * What a document says of an order: from its frozen figures alone.
 */
import * as Address from "../kernel/Address.ts"
import * as Language from "../kernel/Language.ts"
import { allocate, type Money, subtract, sum, zero } from "../kernel/Money.ts"
import type { OrderEdit } from "../edits/OrderEdit.ts"
import type { Order, OrderLine } from "../orders/Order.ts"
import * as ShippedParts from "../orders/ShippedParts.ts"
import * as VariantName from "../orders/VariantName.ts"
import type { RefundPart } from "../payments/RefundPart.ts"
import type { Store } from "../stores/Store.ts"
import * as CreditShares from "./CreditShares.ts"
import type { Document, DocumentContent } from "./Document.ts"
import * as PaperTaxes from "./PaperTaxes.ts"

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
    taxes: PaperTaxes.of(order, order.taxes),
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
  taxes: PaperTaxes.plus([], content.taxes, -1),
  net: negated(content.net),
  tax: negated(content.tax),
  total: negated(content.total),
  ...(content.parts === undefined ? {} : { parts: content.parts.map((part) => ({ ...part, amount: negated(part.amount) })) })
})

/** What documents say that was credited: an invoice that takes a credit note back counts the other way round. */
export const credited = (documents: ReadonlyArray<Document>): ReadonlyArray<Document> =>
  documents.map((document) => document.kind === "invoice" ? { ...document, content: againstIt(document.content) } : document)

const sumOf = (taxes: ReadonlyArray<{ readonly amount: Money }>): number =>
  taxes.reduce((sum, { amount }) => sum + amount.amount, 0)

/** What an edit added, as an invoice of its own says it, after the order's. */
export const ofCharge = (order: Order, store: Store, edit: OrderEdit, first: Pick<Document, "content">): DocumentContent => {
  const { currency } = order
  const added = order.lines.filter(({ id }) => edit.added.some(({ lineId }) => lineId === id))
  const sumBy = (part: (line: OrderLine) => Money) => added.reduce((all, line) => all + part(line).amount, 0)
  const tax = sumOf(edit.chargedTaxes)
  const shipping = edit.charged.amount - sumBy(({ total }) => total)
  const shippingTax = order.pricesIncludeTax ? 0 : tax - sumBy((line) => line.tax)
  return {
    ...ofOrder(order, store),
    lines: added.map(toRow),
    shipping: shipping === 0
      ? null
      : { name: order.shipping?.name ?? "", amount: { amount: shipping - shippingTax, currency } },
    taxes: PaperTaxes.of(order, edit.chargedTaxes, first.content.taxes),
    net: { amount: edit.charged.amount - tax, currency },
    tax: { amount: tax, currency },
    total: edit.charged,
    reason: edit.reason === "" ? null : edit.reason
  }
}

/** What an edit took out and nobody had to pay, or was set against what it added, as a credit note says it. */
export const ofCredit = (order: Order, store: Store, edit: OrderEdit, first: Pick<Document, "content" | "number">): DocumentContent => {
  const { currency } = order
  const tax = sumOf(edit.creditedTaxes)
  const reason = edit.reason === "" ? null : edit.reason
  const amount = { amount: edit.credited.amount - (order.pricesIncludeTax ? 0 : tax), currency }
  return {
    ...ofOrder(order, store),
    lines: [rest(order, amount, reason)],
    shipping: null,
    taxes: PaperTaxes.of(order, edit.creditedTaxes, first.content.taxes),
    net: { amount: edit.credited.amount - tax, currency },
    tax: { amount: tax, currency },
    total: edit.credited,
    corrects: first.number,
    reason
  }
}

/** What of a note is of lines, each as a row; what was named as shipping is said apart. */
const rowsOf = (order: Order, reason: string | null, { parts, taxIn }: CreditShares.Credited): DocumentContent["lines"] =>
  parts.flatMap(({ amount, lineId }, index) => {
    const line = order.lines.find(({ id }) => id === lineId)
    if (line === undefined) return []
    const shown = order.pricesIncludeTax ? amount : { ...amount, amount: amount.amount - (taxIn[index] ?? 0) }
    const detail = [VariantName.of(line), line.sku, reason].filter(Boolean).join(", ") || null
    return [{ title: line.title, detail, quantity: 1, unitPrice: shown, discount: zero(order.currency), amount: shown }]
  })

/** What a note credits, and what is known of it before. */
export interface Note {
  readonly amount: Money
  readonly reason: string
  /** What of the amount is for what, as far as that was said. */
  readonly parts: ReadonlyArray<RefundPart>
}

/**
 * A refund, or what was never paid of an order that is over, as a credit note says it: see `CreditShares`. `earlier` are those before,
 * without the ones of edits, as `credited` says them.
 */
export const ofRefund = (
  order: Order,
  store: Store,
  note: Note,
  earlier: ReadonlyArray<Pick<Document, "content">>,
  edits: ReadonlyArray<OrderEdit>,
  invoice: Pick<Document, "content" | "number">
): DocumentContent => {
  const { currency } = order
  const shares = CreditShares.of(order, note.amount.amount, note.parts, earlier.map(({ content }) => content), edits, invoice.content.taxes)
  const { parts, taxes } = shares
  const tax = sumOf(taxes)
  const net = { amount: note.amount.amount - tax, currency }
  const reason = note.reason === "" ? null : note.reason
  // only what somebody has named is said line by line: a share of everything is one row
  const isNamed = note.parts.length > 0 && sum(note.parts.map(({ amount }) => amount), currency).amount >= note.amount.amount
  const rows = isNamed ? rowsOf(order, reason, shares) : []
  const shown = order.pricesIncludeTax ? note.amount : net
  const ofShipping = parts.reduce((all, part, index) =>
    isNamed && part.lineId === null ? all + part.amount.amount - (order.pricesIncludeTax ? 0 : shares.taxIn[index] ?? 0) : all, 0)
  // what is rounded for all of it, and what is of no line, besides
  const amount = { amount: shown.amount - ofShipping - sumOf(rows), currency }
  return {
    ...ofOrder(order, store),
    lines: amount.amount === 0 && isNamed ? rows : [...rows, rest(order, amount, reason)],
    shipping: ofShipping === 0 ? null : { name: order.shipping?.name ?? "", amount: { amount: ofShipping, currency } },
    taxes,
    net,
    tax: { amount: tax, currency },
    total: note.amount,
    corrects: invoice.number,
    parts,
    reason
  }
}

/** An invoice over so much of a credit note as it takes it back: the same taxes of the same lines. */
export const ofTakenBack = (order: Order, store: Store, amount: Money, note: Pick<Document, "content" | "number">): DocumentContent => {
  const { lines, parts = [], shipping, taxes, total } = note.content
  const whole = ofOrder(order, store)
  const about = { ...whole, corrects: note.number, reason: null }
  if (amount.amount === total.amount) {
    const { net, tax } = note.content
    return { ...about, lines, shipping, taxes, net, tax, total, ...(parts.length === 0 ? {} : { parts }) }
  }
  const less = PaperTaxes.partOf(taxes, amount.amount, total.amount)
  const tax = { ...amount, amount: sumOf(less) }
  const net = subtract(amount, tax)
  const shares = allocate(amount.amount, parts.map((part) => part.amount.amount))
  const taken = parts.flatMap((part, index) => {
    const each = shares[index] ?? 0
    return each === 0 ? [] : [{ ...part, amount: { ...amount, amount: each } }]
  })
  return {
    ...about,
    lines: [rest(order, order.pricesIncludeTax ? amount : net, null)],
    shipping: null,
    taxes: less,
    net,
    tax,
    total: amount,
    ...(taken.length === 0 ? {} : { parts: taken })
  }
}
