/**
 * The order that a priced cart becomes: every figure copied, so that nothing that changes later changes it. Pure.
 */
import type { Address } from "../kernel/Address.ts"
import type { CartSnapshot, CartVariant } from "../cart/CartRepository.ts"
import * as Money from "../kernel/Money.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { OrderId, OrderLine, OrderLineId } from "../orders/Order.ts"
import type { StoredOrder } from "../orders/OrderRepository.ts"
import type { PricedCart, PricedLine } from "../pricing/Pricing.ts"

export interface OrderDraft {
  readonly id: OrderId
  /** One for each priced line, in ascending order. */
  readonly lineIds: ReadonlyArray<OrderLineId>
  readonly snapshot: CartSnapshot
  readonly priced: PricedCart
  readonly customerId: string | null
  readonly email: string
  readonly shippingAddress: Address | null
  readonly billingAddress: Address | null
  readonly note: string | null
  readonly tokenHash: string
  readonly at: Timestamp
  readonly reservedUntil: Timestamp
}

/** A pending order without its number, which storage gives. One that costs nothing is paid. */
export const toOrder = (draft: OrderDraft): StoredOrder => {
  const { priced, snapshot } = draft
  const variants = new Map<string, CartVariant>(snapshot.variants.map((variant) => [variant.id, variant]))
  const free = priced.total.amount === 0
  return {
    id: draft.id,
    number: 0,
    status: free ? "paid" : "pending",
    paymentStatus: free ? "paid" : "unpaid",
    cartId: snapshot.cart.id,
    customerId: draft.customerId,
    email: draft.email,
    currency: priced.currency,
    pricesIncludeTax: priced.pricesIncludeTax,
    lines: priced.lines.map((line, index) => toLine(line, variants.get(line.variantId), draft.lineIds[index])),
    shipping: priced.shipping,
    subtotal: priced.subtotal,
    discount: priced.discount,
    shippingTotal: priced.shippingTotal,
    tax: priced.tax,
    taxes: priced.taxes,
    total: priced.total,
    paid: Money.zero(priced.currency),
    refunded: Money.zero(priced.currency),
    shippingAddress: draft.shippingAddress,
    billingAddress: draft.billingAddress,
    note: draft.note,
    tokenHash: draft.tokenHash,
    reservedUntil: draft.reservedUntil,
    version: 1,
    placedAt: draft.at,
    updatedAt: draft.at
  }
}

const toLine = (line: PricedLine, variant: CartVariant | undefined, id: OrderLineId | undefined): OrderLine => {
  if (variant === undefined || id === undefined) throw new Error(`The priced line ${line.id} is not of this cart`)
  return {
    id,
    variantId: variant.id,
    productId: variant.productId,
    title: variant.productTitle,
    variantTitle: variant.title,
    sku: variant.sku,
    image: variant.image,
    requiresShipping: variant.requiresShipping,
    quantity: line.quantity,
    unitPrice: line.unitPrice,
    compareAtPrice: line.compareAtPrice,
    subtotal: line.subtotal,
    discount: line.discount,
    net: line.net,
    taxes: line.taxes,
    tax: line.tax,
    total: line.total,
    trace: line.trace
  }
}
