/**
 * What a document says of an order: from its frozen figures alone.
 */
import * as Address from "../kernel/Address.ts"
import { type Money, zero } from "../kernel/Money.ts"
import type { Order } from "../orders/Order.ts"
import type { Refund } from "../payments/Payment.ts"
import type { Store } from "../stores/Store.ts"
import type { DocumentContent } from "./Document.ts"

/** The whole order, as an invoice says it. */
export const ofOrder = (order: Order, store: Store): DocumentContent => {
  const { locale, legalAddress, legalName, taxId } = store.settings
  const billed = order.billingAddress ?? order.shippingAddress
  const { currency, shipping, tax, total } = order
  return {
    locale,
    currency,
    seller: { name: legalName ?? store.name, lines: Address.lines(legalAddress), taxId },
    buyer: { name: billed?.name ?? order.email, lines: Address.lines(billed), taxId: null },
    orderNumber: order.number,
    orderedAt: order.placedAt,
    pricesIncludeTax: order.pricesIncludeTax,
    lines: order.lines.map((line) => ({
      title: line.title,
      detail: [line.variantTitle === "Default" ? null : line.variantTitle, line.sku].filter(Boolean).join(", ") || null,
      quantity: line.quantity,
      unitPrice: line.unitPrice,
      discount: line.discount,
      amount: { amount: line.subtotal.amount - line.discount.amount, currency }
    })),
    shipping: shipping === null ? null : { name: shipping.name, amount: order.shippingTotal },
    taxes: order.taxes.map(({ amount, name, ratePpm }) => ({ name, ratePpm, amount })),
    net: { amount: total.amount - tax.amount, currency },
    tax,
    total,
    corrects: null,
    reason: null
  }
}

/**
 * A refund, as a credit note says it. `before` is what was given back earlier: the tax in what is given back altogether is
 * rounded down to it, so that the credit notes of an order add up to its invoice, whatever their amounts.
 */
export const ofRefund = (
  order: Order,
  store: Store,
  refund: Pick<Refund, "amount" | "reason">,
  before: Money,
  invoice: string | null
): DocumentContent => {
  const { currency } = order
  const whole = ofOrder(order, store)
  const share = (part: Money): Money => {
    const until = (given: number) =>
      order.total.amount === 0 ? 0 : Number(BigInt(part.amount) * BigInt(given) / BigInt(order.total.amount))
    return { amount: until(before.amount + refund.amount.amount) - until(before.amount), currency }
  }
  const taxes = whole.taxes.map((tax) => ({ ...tax, amount: share(tax.amount) }))
  const tax = taxes.reduce((sum, { amount }) => sum + amount.amount, 0)
  return {
    ...whole,
    lines: [{
      title: `#${order.number}`,
      detail: refund.reason === "" ? null : refund.reason,
      quantity: 1,
      unitPrice: refund.amount,
      discount: zero(currency),
      amount: order.pricesIncludeTax ? refund.amount : { amount: refund.amount.amount - tax, currency }
    }],
    shipping: null,
    taxes,
    net: { amount: refund.amount.amount - tax, currency },
    tax: { amount: tax, currency },
    total: refund.amount,
    corrects: invoice,
    reason: refund.reason === "" ? null : refund.reason
  }
}
