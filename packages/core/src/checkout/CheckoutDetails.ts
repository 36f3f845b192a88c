/**
 * What a buyer says at checkout put over what the cart says already, and what an order still lacks then. Pure.
 */
import * as ChosenShipping from "../cart/ChosenShipping.ts"
import type { CartPricing } from "../cart/CartPricing.ts"
import type { CartSnapshot } from "../cart/CartRepository.ts"
import type { PreviewCheckout } from "./CheckoutInput.ts"

/** The snapshot as if the buyer had written into the cart what they say now. */
export const merge = (
  snapshot: CartSnapshot,
  input: PreviewCheckout & { readonly note?: string }
): CartSnapshot => {
  const { cart, customerBillingAddress, customerEmail, customerShippingAddress } = snapshot
  const said = input.shippingAddress ?? cart.shippingAddress
  const shippingAddress = said ?? customerShippingAddress
  // whoever names an address for this order gets the invoice there, too, unless they say otherwise
  const usualBilling = said === null ? customerBillingAddress ?? shippingAddress : said
  return {
    ...snapshot,
    cart: {
      ...cart,
      email: input.email ?? cart.email ?? customerEmail,
      note: input.note ?? cart.note,
      shippingAddress,
      billingAddress: input.billingAddress ?? cart.billingAddress ?? usualBilling,
      ...ChosenShipping.after(cart, input)
    }
  }
}

/** Whether the buyer comes for all the goods, so that they need no address. */
export const isPickedUp = ({ shipping: { shipments, without } }: Pick<CartPricing, "shipping">): boolean =>
  shipments.length > 0 && without.length === 0 && shipments.every(({ quote }) => quote.method.pickup !== null)

/** What an order still needs, by the names of the input's fields. */
export const missing = ({ cart }: CartSnapshot, pricing: CartPricing): ReadonlyArray<string> => {
  const names: Array<string> = []
  if (cart.email === null) names.push("email")
  if (pricing.requiresShipping) {
    if (cart.shippingAddress === null && !isPickedUp(pricing)) names.push("shippingAddress")
    const { groups, without } = pricing.shipping
    names.push(...without.map(({ id }) => (groups.length < 2 ? "shippingMethodId" : `shippingChoices.${id}`)))
  }
  return names
}
