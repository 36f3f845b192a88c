/**
 * Checkout: from a cart to an order whose stock is reserved and whose payment is under way.
 *
 * One transaction closes the cart, reserves the stock, writes the order and the payment attempt; only then is the
 * gateway called. However often the button is pressed and wherever the process dies, a cart becomes one order at most.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { NotForSale, ShippingMethodUnavailable } from "../cart/CartErrors.ts"
import type { CartUnusable } from "../cart/Carts.ts"
import type { InsufficientStock } from "../inventory/InventoryErrors.ts"
import type { InvalidInput } from "../kernel/Input.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import type { VersionConflict } from "../kernel/Version.ts"
import type { CurrencyUnsupported, GatewayNotFound } from "../payments/PaymentsErrors.ts"
import type {
  CartEmpty,
  CheckoutIncomplete,
  CheckoutPreview,
  PlacedOrder,
  PlaceOrder,
  PreviewCheckout,
  TotalChanged
} from "./CheckoutInput.ts"

export class Checkout extends Context.Service<Checkout, {
  /** What ordering now would cost and what is missing for it. Changes nothing. */
  readonly preview: (
    input?: typeof PreviewCheckout.Encoded
  ) => Effect.Effect<CheckoutPreview, InvalidInput | CartUnusable | ShippingMethodUnavailable | StorageError>
  /**
   * Orders a cart and starts its payment. A declined payment is no failure of this call: the order comes back with
   * status `failed` and its payment says why; it can be paid by other means (`Payments.initialize`). At most ten
   * statements until the order stands, however many lines it has.
   */
  readonly place: (
    input: typeof PlaceOrder.Encoded
  ) => Effect.Effect<
    PlacedOrder,
    | InvalidInput
    | CartUnusable
    | CartEmpty
    | NotForSale
    | CheckoutIncomplete
    | ShippingMethodUnavailable
    | TotalChanged
    | InsufficientStock
    | GatewayNotFound
    | CurrencyUnsupported
    | VersionConflict
    | StorageError
  >
}>()("@stoa/core/checkout/Checkout") {}
