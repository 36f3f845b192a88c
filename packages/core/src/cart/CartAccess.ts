/**
 * Which cart a caller means, and whether it is theirs.
 *
 * **Details**
 *
 * A customer's cart is theirs alone. A cart without a customer belongs to whoever holds its token, a guest or somebody
 * who has signed in since. The system, and staff by their permissions, reach every cart by its id.
 */
import * as Schema from "effect/Schema"
import type { Actor } from "../kernel/Actor.ts"
import * as Permission from "../kernel/Permission.ts"
import * as Secret from "../kernel/Secret.ts"
import { CartId } from "./Cart.ts"
import type { CartKey, StoredCart } from "./CartRepository.ts"

const isCartId = Schema.is(CartId)

/** Where to look for a cart that was named by its id or as `"mine"`; `undefined` if there can be none. */
export const keyOf = (actor: Actor, cart: string): CartKey | undefined => {
  if (cart !== "mine") return isCartId(cart) ? { id: cart } : undefined
  switch (actor._tag) {
    case "guest":
      return actor.cartToken === undefined ? undefined : { tokenHash: Secret.hash(actor.cartToken) }
    case "customer":
      return { customerId: actor.customerId }
    case "staff":
    case "system":
      return undefined
  }
}

/** Whether the caller may see a cart, or change it, that was found by their `keyOf`. Who may not is told that there is none. */
export const may = (intent: "see" | "change", actor: Actor, key: CartKey, cart: StoredCart): boolean => {
  switch (actor._tag) {
    case "guest":
      return cart.customerId === null && holdsToken(actor.cartToken, key, cart)
    case "customer":
      return (cart.customerId === null ? holdsToken(actor.cartToken, key, cart) : cart.customerId === actor.customerId)
        || mayAny(intent, actor)
    case "staff":
    case "system":
      return mayAny(intent, actor)
  }
}

const mayAny = (intent: "see" | "change", actor: Actor): boolean =>
  Permission.holds(actor, "carts:write") || (intent === "see" && Permission.holds(actor, "carts:read"))

/** The key of a token is its hash, which need not be made twice. */
const holdsToken = (token: string | undefined, key: CartKey, { tokenHash }: StoredCart): boolean =>
  token !== undefined && ("tokenHash" in key ? key.tokenHash === tokenHash : Secret.matches(token, tokenHash))
