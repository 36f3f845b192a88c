/**
 * The order that a priced cart becomes: every figure copied, so that nothing that changes later changes it. Pure.
 */
import type { BuyableLine, CartPricing } from "../cart/CartPricing.ts"
import * as CartBundles from "../cart/CartBundles.ts"
import * as Money from "../kernel/Money.ts"
import type { OrderLine, OrderLineId } from "../orders/Order.ts"
import type { StoredOrder } from "../orders/OrderRepository.ts"
import type { PricedLine, PricedShipping } from "../pricing/Pricing.ts"

/** What of an order is not its price. */
export type OrderDetails = Pick<
  StoredOrder,
  | "id"
  | "cartId"
  | "customerId"
  | "email"
  | "language"
  | "shippingAddress"
  | "billingAddress"
  | "note"
  | "tokenHash"
  | "reservedUntil"
  | "placedAt"
  | "keptUntil"
>

/** A pending order without its number, which storage gives. One of which nothing is left to pay is paid. */
export const toOrder = (
  details: OrderDetails,
  { buyable, priced }: Pick<CartPricing, "buyable" | "priced">,
  /** One for each line, in ascending order. */
  lineIds: ReadonlyArray<OrderLineId>,
  /** What is paid as it is placed, in minor units: no more than the total. */
  tendered = 0
): StoredOrder => {
  const isPaid = priced.total.amount === tendered
  return {
    number: 0,
    status: isPaid ? "paid" : "pending",
    paymentStatus: isPaid ? "paid" : "unpaid",
    fulfilmentStatus: "unfulfilled",
    tags: [],
    currency: priced.currency,
    pricesIncludeTax: priced.pricesIncludeTax,
    lines: priced.lines.map((line, index) => toLine(line, buyable[index], lineIds[index])),
    shipping: toShipping(priced.shipping, new Map(priced.lines.map(({ id }, index) => [id, lineIds[index] as OrderLineId]))),
    subtotal: priced.subtotal,
    discount: priced.discount,
    shippingTotal: priced.shippingTotal,
    tax: priced.tax,
    taxes: priced.taxes,
    promotions: priced.promotions,
    total: priced.total,
    paid: Money.make(tendered, priced.currency),
    refunded: Money.zero(priced.currency),
    open: Money.zero(priced.currency),
    edits: 0,
    version: 1,
    updatedAt: details.placedAt,
    ...details
  }
}

/** The shipping of an order, from the priced one of the cart: its parts name the lines of the order. */
export const toShipping = (
  shipping: PricedShipping | null,
  lineIds: ReadonlyMap<string, OrderLineId>
): PricedShipping | null =>
  shipping?.parts === undefined ? shipping : {
    ...shipping,
    parts: shipping.parts.map((part) => ({ ...part, lineIds: part.lineIds.flatMap((id) => lineIds.get(id) ?? []) }))
  }

/** A line of an order, from the priced line of the cart and what was bought. */
export const toLine = (line: PricedLine, bought: BuyableLine | undefined, id: OrderLineId | undefined): OrderLine => {
  if (bought?.line.id !== line.id || id === undefined) throw new Error(`The priced line ${line.id} is not of this cart`)
  const { variant } = bought
  return {
    id,
    variantId: variant.id,
    productId: variant.productId,
    title: variant.productTitle,
    variantTitle: variant.title,
    sku: variant.sku,
    image: variant.image,
    requiresShipping: variant.requiresShipping,
    finalSale: variant.finalSale,
    quantity: line.quantity,
    cancelled: 0,
    unitPrice: line.unitPrice,
    compareAtPrice: line.compareAtPrice,
    subtotal: line.subtotal,
    discount: line.discount,
    net: line.net,
    taxes: line.taxes,
    tax: line.tax,
    total: line.total,
    trace: line.trace,
    ...(variant.vendorId === null || variant.vendorId === undefined ? {} : { vendorId: variant.vendorId }),
    ...(variant.giftCard ? { giftCard: bought.line.gift ?? {} } : {}),
    ...CartBundles.frozen(variant, line.parts)
  }
}
