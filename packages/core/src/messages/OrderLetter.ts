/**
 * What messages say of an order: figures and names, ready to be shown.
 */
import * as Address from "../kernel/Address.ts"
import type { DraftOrder } from "../drafts/DraftOrder.ts"
import * as Money from "../kernel/Money.ts"
import type { Order, OrderLine } from "../orders/Order.ts"
import * as VariantName from "../orders/VariantName.ts"
import type { PricedCart } from "../pricing/Pricing.ts"

/** More lines than this are not listed one by one. */
const listed = 100

const shown = ({ amount, currency }: Money.Money) => ({ amount, currency: String(currency) })

const unlessZero = (money: Money.Money) => money.amount === 0 ? null : shown(money)

/** What edits took out before anybody had to pay it, as a line of its own. */
const takenOut = (order: Order) => {
  const costs = order.lines.reduce((sum, { total }) => sum + total.amount, order.shipping?.total.amount ?? 0)
  const gone = order.lines.filter(({ cancelled }) => cancelled > 0)
  return costs === order.total.amount ? [] : [{
    title: gone.map(({ title }) => title).join(", "),
    variantTitle: null,
    quantity: -gone.reduce((sum, { cancelled }) => sum + cancelled, 0),
    total: { amount: order.total.amount - costs, currency: String(order.currency) }
  }]
}

/** What is bought, what it costs, and where it goes. */
const figures = (
  { pricesIncludeTax, shipping, shippingTotal, tax, total }: Pick<PricedCart, "pricesIncludeTax" | "shipping" | "shippingTotal" | "tax" | "total">,
  lines: ReadonlyArray<Pick<OrderLine, "title" | "variantTitle" | "quantity" | "total">>,
  address: Address.Address | null
) => ({
  pricesIncludeTax,
  lines: lines.slice(0, listed).map((line) => ({
    title: line.title,
    variantTitle: VariantName.of(line),
    quantity: line.quantity,
    total: shown(line.total)
  })),
  shippingName: shipping?.name ?? null,
  shippingTotal: unlessZero(shippingTotal),
  // what goods cost that go apart
  shippingParts: shippingTotal.amount === 0 ? [] : (shipping?.parts ?? []).map(({ discount, name, subtotal }) => ({
    name,
    total: shown(Money.subtract(subtotal, discount))
  })),
  tax: unlessZero(tax),
  total: shown(total),
  address: address === null ? [] : [address.name, ...Address.lines(address)]
})

/** What is said of an order that is none yet. */
export const ofDraft = ({ lines, pricing, shippingAddress }: Pick<DraftOrder, "lines" | "pricing" | "shippingAddress">) =>
  figures(
    pricing,
    pricing.lines.flatMap(({ id, total }) => {
      const line = lines.find((line) => line.id === id)
      return line === undefined ? [] : [{ ...line, total }]
    }),
    shippingAddress
  )

/** `storefront` is where buyers see the shop; without it there is no link. */
export const of = (order: Order, storefront: string | null) => {
  const written = figures(order, order.lines, order.shippingAddress)
  return {
    ...written,
    number: order.number,
    isPaid: order.paid.amount > 0,
    lines: order.edits === 0 ? written.lines : [...written.lines, ...takenOut(order)],
    url: storefront === null ? null : `${storefront}/orders/${order.id}`
  }
}
