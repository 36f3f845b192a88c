/**
 * What one piece of a variant costs the buyer of a cart, in the currency of the cart. Pure.
 */
import type { Place } from "../kernel/Area.ts"
import type { Money } from "../kernel/Money.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { Circumstances, UnitPrice } from "../prices/ListedPrices.ts"
import { unitPrice, unitPriceByLists } from "../prices/ListedPrices.ts"
import type { CartSnapshot, CartVariant } from "./CartRepository.ts"

/** Where the goods of a cart go, as far as its buyer has said. */
export const placeOf = ({ cart, store }: CartSnapshot): Place =>
  cart.shippingAddress ?? cart.billingAddress ?? { country: store.settings.country }

/** What one piece of a variant costs whoever buys so many of them somewhere, in a currency. */
export const unitPriceAt = (where: Circumstances & Required<Pick<Circumstances, "currency">>) =>
({ compareAtPrice, listed, price }: CartVariant, quantity: number): UnitPrice =>
  price.currency !== where.currency ? unitPriceByLists(listed, where, quantity) : unitPrice({ amount: price.amount, compareAt: compareAtPrice?.amount ?? null }, listed, where, quantity)

/** What one piece of a variant costs the buyer of a cart at a moment, who buys so many. */
export const unitPriceFor = (snapshot: CartSnapshot, at: Timestamp) => {
  const { channel, currency } = snapshot.cart
  const { country, region } = placeOf(snapshot)
  return unitPriceAt({ at, country, region, channel, currency })
}

/** What one piece of a variant costs whoever buys so many. */
export type PriceOf = (variant: CartVariant, quantity: number) => Money

/** The same as money. */
export const priceOf = (snapshot: CartSnapshot, at: Timestamp): PriceOf => {
  const unit = unitPriceFor(snapshot, at)
  return (variant, quantity) => ({ amount: unit(variant, quantity).amount, currency: snapshot.cart.currency })
}
