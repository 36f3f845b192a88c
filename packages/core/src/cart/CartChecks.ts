/**
 * Why a cart cannot be used or changed: each check fails with the reason.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { type Gift, sentWithin } from "../catalog/Gift.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { VersionConflict } from "../kernel/Version.ts"
import type { Cart } from "./Cart.ts"
import { CartClosed, CartExpired, type CartNotFound, ShippingMethodUnavailable } from "./CartErrors.ts"
import * as CartPricing from "./CartPricing.ts"
import type { CartSnapshot, CartVariant } from "./CartRepository.ts"

/** Why a cart cannot be changed. */
export type CartUnusable = CartNotFound | CartExpired | CartClosed

/** When a cart expires that is touched at a moment. */
export const expiryOf = (cartDays: number, at: Timestamp.Timestamp): Timestamp.Timestamp =>
  Timestamp.plus(at, Duration.days(cartDays))

export const isExpired = (cart: Cart, at: Timestamp.Timestamp): boolean => cart.status === "open" && cart.expiresAt <= at

export const requireFresh = (snapshot: CartSnapshot, at: Timestamp.Timestamp): Effect.Effect<CartSnapshot, CartExpired> =>
  isExpired(snapshot.cart, at)
    ? Effect.fail(new CartExpired({ cartId: snapshot.cart.id }))
    : Effect.succeed(snapshot)

export const requireOpen = (snapshot: CartSnapshot): Effect.Effect<CartSnapshot, CartClosed> => {
  const { id, orderId, status } = snapshot.cart
  return status === "open" ? Effect.succeed(snapshot) : Effect.fail(new CartClosed({ cartId: id, status, orderId }))
}

export const requireDelivery = (
  snapshot: CartSnapshot,
  shippingMethodId: string,
  at: Timestamp.Timestamp
): Effect.Effect<void, ShippingMethodUnavailable> =>
  CartPricing.delivers(snapshot, shippingMethodId, at)
    ? Effect.void
    : Effect.fail(new ShippingMethodUnavailable({ shippingMethodId }))

export const requireVersion = ({ cart }: CartSnapshot, version: number | undefined): Effect.Effect<void, VersionConflict> =>
  version === undefined || version === cart.version
    ? Effect.void
    : Effect.fail(new VersionConflict({ id: cart.id, expected: version }))

/** Only gift cards have a recipient, and the day on which they are sent is near enough to be planned. */
export const requireGiftCard = (
  gift: Gift | undefined,
  variant: CartVariant | undefined,
  at: Timestamp.Timestamp
): Effect.Effect<void, InvalidInput> => {
  if (gift === undefined || variant === undefined) return Effect.void
  if (!variant.giftCard) return InvalidInput.at(["gift"], "is for gift cards only", "gift_card_only")
  return gift.sendAt !== undefined && gift.sendAt > Timestamp.plus(at, sentWithin)
    ? InvalidInput.at(["gift", "sendAt"], "is more than 366 days away", "outside_period")
    : Effect.void
}
