/**
 * Carts: filling them, pricing them, and telling the buyer what changed.
 *
 * A guest's cart is reached by its token (in the actor), a customer's by being that customer; the system and staff
 * with `carts:read` or `carts:write` reach any by id. Whoever may not see a cart gets `CartNotFound`.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { VariantNotFound } from "../catalog/CatalogErrors.ts"
import type { InsufficientStock } from "../inventory/InventoryErrors.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { ShippingMethod } from "../shipping/ShippingMethod.ts"
import type { AddItem, CartView, NewCart, UpdateCart, UpdateItem } from "./Cart.ts"
import type {
  CartClosed,
  CartExpired,
  CartLimitExceeded,
  CartLineNotFound,
  CartNotFound,
  NotForSale,
  ShippingMethodUnavailable
} from "./CartErrors.ts"
import type { CartSnapshot } from "./CartRepository.ts"

/** Why a cart cannot be changed. */
export type CartUnusable = CartNotFound | CartExpired | CartClosed

export class Carts extends Context.Service<Carts, {
  /** A new, empty cart: the calling customer's, or a guest's with its token. */
  readonly create: () => Effect.Effect<NewCart, StorageError>
  /** A cart by id, or `"mine"`. One statement. */
  readonly get: (cart: string) => Effect.Effect<CartView, CartNotFound | CartExpired | StorageError>
  /** Two statements: one to read everything, one to write. A change by somebody else in between is tried again. */
  readonly addItem: (
    cart: string,
    input: typeof AddItem.Encoded
  ) => Effect.Effect<
    CartView,
    | InvalidInput
    | CartUnusable
    | CartLimitExceeded
    | VariantNotFound
    | NotForSale
    | InsufficientStock
    | VersionConflict
    | StorageError
  >
  readonly updateItem: (
    cart: string,
    lineId: string,
    input: typeof UpdateItem.Encoded
  ) => Effect.Effect<
    CartView,
    | InvalidInput
    | CartUnusable
    | CartLineNotFound
    | CartLimitExceeded
    | NotForSale
    | InsufficientStock
    | VersionConflict
    | StorageError
  >
  readonly removeItem: (
    cart: string,
    lineId: string
  ) => Effect.Effect<CartView, CartUnusable | CartLineNotFound | VersionConflict | StorageError>
  /** Takes every line out. */
  readonly clear: (cart: string) => Effect.Effect<CartView, CartUnusable | VersionConflict | StorageError>
  /** E-mail, addresses, shipping method, note. */
  readonly update: (
    cart: string,
    input: typeof UpdateCart.Encoded
  ) => Effect.Effect<
    CartView,
    InvalidInput | CartUnusable | ShippingMethodUnavailable | VersionConflict | StorageError
  >
  /** Throws the cart away. */
  readonly delete: (cart: string) => Effect.Effect<void, CartUnusable | StorageError>
  /**
   * Puts the lines of a guest's cart (proved by its token) into the calling customer's own cart, or makes it theirs if
   * they have none. Quantities add up to the limits; what does not fit or is not for sale is left out.
   */
  readonly merge: (
    guestToken: string
  ) => Effect.Effect<CartView, InvalidInput | CartUnusable | VersionConflict | StorageError>
  /** The methods that deliver this cart to its address, by position. */
  readonly shippingOptions: (
    cart: string
  ) => Effect.Effect<ReadonlyArray<ShippingMethod>, CartNotFound | CartExpired | StorageError>
  /** The cart with everything that its order depends on, after the same checks: what checkout works from. */
  readonly snapshot: (cart: string) => Effect.Effect<CartSnapshot, CartNotFound | CartExpired | StorageError>
  /** Deletes carts that expired and says how many. Runs as a cron job. */
  readonly deleteExpired: Effect.Effect<number, StorageError>
}>()("@stoa/core/cart/Carts") {}
