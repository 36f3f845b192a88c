/**
 * What the suites of carts have in common.
 */
import type { CartLineView, CartView } from "../cart/Cart.ts"
import type { InvalidInput } from "../kernel/Input.ts"

/** Input as a client may send it, whatever its type says. */
export const sent = (input: unknown) => input as never

/** A line of a cart by its place, from 0. */
export const lineAt = (cart: CartView, place: number): CartLineView => {
  const line = cart.lines[place]
  if (line === undefined) throw new Error(`The cart ${cart.id} has no line at ${place}`)
  return line
}

/** The fields that an input was refused for, each once. */
export const faultsAt = (error: InvalidInput): ReadonlyArray<string> => [
  ...new Set(error.faults.map(({ path }) => path.join(".")))
]
