/**
 * What a buyer says at checkout put over what the cart says already, and what an order still lacks then. Pure.
 */
import type { CartSnapshot, CartVariant } from "../cart/CartRepository.ts"
import type { ShippingMethod } from "../shipping/ShippingMethod.ts"
import type { PreviewCheckout } from "./CheckoutInput.ts"

/** The snapshot as if the buyer had written into the cart what they say now. */
export const merge = (
  snapshot: CartSnapshot,
  input: PreviewCheckout & { readonly note?: string },
  customerEmail: string | null
): CartSnapshot => {
  const { cart } = snapshot
  const shippingAddress = input.shippingAddress ?? cart.shippingAddress
  const merged = {
    ...cart,
    email: input.email ?? cart.email ?? customerEmail,
    note: input.note ?? cart.note,
    shippingAddress,
    billingAddress: input.billingAddress ?? cart.billingAddress ?? shippingAddress,
    shippingMethodId: input.shippingMethodId ?? cart.shippingMethodId
  }
  return { ...snapshot, cart: merged }
}

const variantsOf = (snapshot: CartSnapshot): ReadonlyMap<string, CartVariant> =>
  new Map(snapshot.variants.map((variant) => [variant.id, variant]))

/** The variants of lines that cannot be bought any more. */
export const notForSale = (snapshot: CartSnapshot): ReadonlyArray<string> => {
  const variants = variantsOf(snapshot)
  return snapshot.cart.lines.map((line) => line.variantId).filter((id) => variants.get(id)?.status !== "active")
}

/** Whether anything in the cart has to be brought to the buyer. */
export const ships = (snapshot: CartSnapshot): boolean => {
  const variants = variantsOf(snapshot)
  return snapshot.cart.lines.some((line) => variants.get(line.variantId)?.requiresShipping === true)
}

/** What an order still needs, by the names of the input's fields. */
export const missing = (snapshot: CartSnapshot, shipping: ShippingMethod | null): ReadonlyArray<string> => {
  const { email, shippingAddress } = snapshot.cart
  const names: Array<string> = []
  if (email === null) names.push("email")
  if (ships(snapshot)) {
    if (shippingAddress === null) names.push("shippingAddress")
    if (shipping === null) names.push("shippingMethodId")
  }
  return names
}
