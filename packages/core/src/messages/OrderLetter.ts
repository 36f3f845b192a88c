/**
 * What messages say of an order: figures and names, ready to be shown.
 */
import * as Address from "../kernel/Address.ts"
import type { Money } from "../kernel/Money.ts"
import type { Order, OrderLine } from "../orders/Order.ts"

/** More lines than this are not listed one by one. */
const listed = 100

const shown = ({ amount, currency }: Money) => ({ amount, currency: String(currency) })

const unlessZero = (money: Money) => money.amount === 0 ? null : shown(money)

/** What tells a variant from others of its product; nothing where there is but one. */
export const variantOf = ({ variantTitle }: Pick<OrderLine, "variantTitle">): string =>
  variantTitle === "Default" ? "" : variantTitle

/** What edits took out before anybody had to pay it, as a line of its own. */
const takenOut = (order: Order) => {
  const costs = order.lines.reduce((sum, { total }) => sum + total.amount, order.shipping?.total.amount ?? 0)
  const gone = order.lines.filter(({ cancelled }) => cancelled > 0)
  return costs === order.total.amount ? [] : [{
    title: gone.map(({ title }) => title).join(", "),
    variantTitle: "",
    quantity: -gone.reduce((sum, { cancelled }) => sum + cancelled, 0),
    total: { amount: order.total.amount - costs, currency: String(order.currency) }
  }]
}

/** `storefront` is where buyers see the shop; without it there is no link. */
export const of = (order: Order, storefront: string | null) => ({
  number: order.number,
  isPaid: order.paid.amount > 0,
  pricesIncludeTax: order.pricesIncludeTax,
  lines: [
    ...order.lines.slice(0, listed).map((line) => ({
      title: line.title,
      variantTitle: variantOf(line),
      quantity: line.quantity,
      total: shown(line.total)
    })),
    ...order.edits === 0 ? [] : takenOut(order)
  ],
  shippingName: order.shipping?.name ?? null,
  shippingTotal: unlessZero(order.shippingTotal),
  tax: unlessZero(order.tax),
  total: shown(order.total),
  address: order.shippingAddress === null ? [] : [order.shippingAddress.name, ...Address.lines(order.shippingAddress)],
  url: storefront === null ? null : `${storefront}/orders/${order.id}`
})
