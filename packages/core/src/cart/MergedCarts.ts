/**
 * Carts of guests who have signed in: what was in them goes into the customer's own.
 */
import * as Effect from "effect/Effect"
import * as Secret from "../kernel/Secret.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { adopted } from "./AdoptedLines.ts"
import type { Cart, CartId } from "./Cart.ts"
import type { CartChanges, Changes } from "./CartChanges.ts"
import { isExpired, requireFresh, requireOpen } from "./CartChecks.ts"
import * as CartEdit from "./CartEdit.ts"
import { CartNotFound } from "./CartErrors.ts"
import { priceOf } from "./CartPrices.ts"
import { CartRepository, type CartSnapshot } from "./CartRepository.ts"
import { SavedLineRepository } from "./SavedLineRepository.ts"

export const make = Effect.fnUntraced(function*({ view, write }: CartChanges) {
  const repository = yield* CartRepository
  const saved = yield* SavedLineRepository

  /** The newest open cart of a customer, unless it has expired. */
  const ownCart = Effect.fnUntraced(function*(customerId: string, at: Timestamp.Timestamp) {
    const newest = yield* repository.snapshot({ customerId })
    return newest === undefined || isExpired(newest.cart, at) ? undefined : newest
  })

  /** Gives a customer what a guest has saved for later. */
  const adopt = Effect.fnUntraced(function*(cartId: CartId, customerId: string) {
    const brought = yield* saved.held({ cartId })
    if (brought.length > 0) yield* saved.adopt(cartId, customerId, adopted(yield* saved.held({ customerId }), brought))
  })

  /** Merges the cart of a token into the cart of a customer, who may have none. Needs a transaction. */
  const mergeInto = Effect.fnUntraced(function*(customerId: string, token: string) {
    const at = yield* Timestamp.now
    const brought = yield* repository.snapshot({ tokenHash: Secret.hash(token) })
    if (brought === undefined || (brought.cart.customerId !== null && brought.cart.customerId !== customerId)) {
      return yield* new CartNotFound({ cart: "mine" })
    }
    const own = yield* ownCart(customerId, at)
    // merged before, as when the answer was lost: it is theirs by now
    if (brought.cart.customerId === customerId && own !== undefined) return yield* view(own, at)
    const guest = yield* requireOpen(yield* requireFresh(brought, at))
    yield* adopt(guest.cart.id, customerId)
    if (own === undefined) return yield* view(yield* write(guest, { customerId }, at), at)
    yield* write(guest, { status: "merged", customerId }, at)
    // what the other cart knows of prices is in its currency
    const known = own.cart.currency === guest.cart.currency
      ? guest.variants
      : (yield* repository.snapshot({ id: own.cart.id }, guest.cart.lines.map(({ variantId }) => variantId)))?.variants ?? []
    const variants = [...own.variants, ...known]
    const lines = CartEdit.merge(
      own.cart.lines,
      guest.cart.lines,
      variants,
      own.store.settings,
      priceOf(own, at)
    )
    return yield* view(
      yield* write({ ...own, variants, promotions: promotionsOf(own, guest) }, { ...filledUp(own.cart, guest.cart), lines }, at),
      at
    )
  })

  return { adopt, mergeInto }
})

/** The facts for promotions of a cart that takes over the codes of another one. */
const promotionsOf = ({ promotions: own }: CartSnapshot, { promotions: other }: CartSnapshot): CartSnapshot["promotions"] =>
  own === null || other === null ? own : { ...own, codes: [...own.codes, ...other.codes] }

const hasChosen = ({ shippingChoices, shippingMethodId }: Cart): boolean => shippingMethodId !== null || shippingChoices.length > 0

/** What a cart says, completed by what another cart says. */
const filledUp = (cart: Cart, other: Cart): Changes => ({
  email: cart.email ?? other.email,
  note: cart.note ?? other.note,
  shippingAddress: cart.shippingAddress ?? other.shippingAddress,
  billingAddress: cart.billingAddress ?? other.billingAddress,
  ...(hasChosen(cart) || cart.currency !== other.currency
    ? {}
    : { shippingMethodId: other.shippingMethodId, shippingChoices: other.shippingChoices }),
  channel: cart.channel ?? other.channel,
  codes: [...new Set([...cart.codes, ...other.codes])]
})
