/**
 * Carts that nobody fills: they stand for what staff have put together, so that it is read, priced and ordered as a cart is.
 */
import * as Effect from "effect/Effect"
import * as Entropy from "../kernel/Entropy.ts"
import * as Secret from "../kernel/Secret.ts"
import { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import type { Store } from "../stores/Store.ts"
import { CartId } from "./Cart.ts"
import { CartRepository, type StoredCart } from "./CartRepository.ts"
import * as ChosenShipping from "./ChosenShipping.ts"

/** Whose such a cart is. */
type Buyer = Pick<StoredCart, "currency" | "customerId" | "email" | "shippingAddress" | "billingAddress">

const conflict = new StorageError({ operation: "PassingCarts", reason: "conflict" })

export const make = Effect.gen(function*() {
  const carts = yield* CartRepository
  const transactor = yield* Transactor

  /** Writes one whose order is placed in the current transaction. */
  const write = Effect.fnUntraced(function*(cart: StoredCart, store: Store) {
    if (!(yield* carts.insert(cart, store))) return yield* conflict
  })

  return {
    of: Effect.fnUntraced(function*(
      { billingAddress, currency, customerId, email, shippingAddress }: Buyer,
      at: Timestamp.Timestamp,
      content: Partial<Pick<StoredCart, "id" | "lines" | "codes" | "note">> = {}
    ) {
      return {
        id: yield* CartId.generate,
        tokenHash: Secret.hash(yield* Entropy.token("cart")),
        status: "open",
        customerId,
        email,
        currency,
        channel: null,
        lines: [],
        note: null,
        shippingAddress,
        billingAddress,
        ...ChosenShipping.none,
        codes: [],
        orderId: null,
        version: 1,
        expiresAt: Timestamp.plus(at, "1 day"),
        createdAt: at,
        updatedAt: at,
        ...content
      } satisfies StoredCart
    }),

    write,

    /** All that the price of one depends on. It is there for a moment only, so that nobody finds it as theirs. */
    read: (cart: StoredCart, store: Store, variantIds: ReadonlyArray<string> = []) =>
      transactor.transaction(Effect.gen(function*() {
        yield* write(cart, store)
        const found = yield* carts.snapshot({ id: cart.id }, variantIds)
        yield* carts.delete(cart.id)
        return found ?? (yield* conflict)
      }))
  }
})
