/**
 * Orders with lines of several tax rates, priced as in a cart, for laws about their figures.
 */
import type { Currency } from "../kernel/Currency.ts"
import * as Money from "../kernel/Money.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { OrderLine, OrderLineId } from "../orders/Order.ts"
import type { StoredOrder } from "../orders/OrderRepository.ts"
import { priceCart } from "../pricing/PriceCart.ts"
import type { PricedCart, PricingRule } from "../pricing/Pricing.ts"

const currency = "EUR" as Currency
export const money = (amount: number) => Money.make(amount, currency)
const nothing = money(0)

const discount = (amount: number): PricingRule => ({
  name: "autumn",
  apply: () => [{ amount: -amount, label: "Autumn", target: { type: "lines", lineIds: "all" } }]
})

/** Classes of goods; a `"set"` is a bundle of a standard and a reduced part. */
export const kinds = ["standard", "reduced", "untaxed", "set"] as const

export interface Piece {
  readonly quantity: number
  readonly unitPrice: number
  readonly kind: (typeof kinds)[number]
}

const rate = (taxClass: string, ratePpm: number, component = "tax") =>
  ({ id: `${taxClass} ${component}`, name: component === "tax" ? "VAT" : "City tax", taxClass, country: null, ratePpm, component })

/** Lines and shipping, priced as in a cart. */
export const priced = (
  pieces: ReadonlyArray<Piece>,
  shipping: number,
  off: number,
  pricesIncludeTax: boolean,
  /** Whether another tax is charged beside that of standard goods. */
  isDouble = false
): PricedCart =>
  priceCart({
    at: "2026-11-26T00:00:00.000Z" as Timestamp,
    currency,
    pricesIncludeTax,
    taxRounding: "line",
    rounding: "half_up",
    country: "DE",
    lines: pieces.map(({ kind, ...piece }, index) => ({
      ...piece,
      id: `line ${index}`,
      variantId: `variant ${index}`,
      productId: `product ${index}`,
      compareAtPrice: null,
      taxClass: kind,
      taxable: kind !== "untaxed",
      ...(kind === "set"
        ? { parts: [{ taxClass: "standard", taxable: true, weight: 3 }, { taxClass: "reduced", taxable: true, weight: 4 }] }
        : {}),
      requiresShipping: true,
      weightGrams: 0,
      attributes: {}
    })),
    shipping: { id: `post ${shipping}`, name: "Post", amount: shipping, taxClass: "standard" },
    taxRates: [rate("standard", 190_000), rate("reduced", 70_000), ...isDouble ? [rate("standard", 33_300, "city")] : []],
    codes: [],
    attributes: {}
  }, off === 0 ? [] : [discount(off)])

let count = 0

export const linesOf = (cart: PricedCart): ReadonlyArray<OrderLine> =>
  cart.lines.map((line) => ({ ...line, id: `oli_${count++}` as OrderLineId, cancelled: 0 }) as unknown as OrderLine)

export const ordered = (cart: PricedCart, isPaid: boolean) =>
  ({
    ...cart,
    id: "ord_1",
    lines: linesOf(cart),
    status: isPaid ? "paid" : "pending",
    paymentStatus: isPaid ? "paid" : "unpaid",
    paid: isPaid ? cart.total : nothing,
    refunded: nothing,
    open: nothing,
    edits: 0,
    version: 1,
    shippingAddress: null,
    billingAddress: null
  }) as unknown as StoredOrder
