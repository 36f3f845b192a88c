/**
 * Checkout: from a cart to an order with reserved stock and a payment under way.
 *
 * **Details**
 *
 * One transaction closes the cart, reserves the stock, and writes the order and the payment attempt. Only then is the gateway called. So
 * however often the button is pressed, and wherever the process dies, a cart becomes at most one order.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { CartClosed, NotForSale, ShippingMethodUnavailable } from "../cart/CartErrors.ts"
import * as CartBundles from "../cart/CartBundles.ts"
import * as CartPricing from "../cart/CartPricing.ts"
import * as ChosenShipping from "../cart/ChosenShipping.ts"
import type { CartSnapshot } from "../cart/CartRepository.ts"
import type { CartUnusable } from "../cart/CartChecks.ts"
import { Carts } from "../cart/Carts.ts"
import type { Events } from "../events/Events.ts"
import type { FraudCheck } from "../fraud/FraudCheck.ts"
import type { PurchaseRefused } from "../fraud/FraudErrors.ts"
import type { Inventory } from "../inventory/Inventory.ts"
import type { InsufficientStock } from "../inventory/InventoryErrors.ts"
import { CurrentActor } from "../kernel/Actor.ts"
import * as Entropy from "../kernel/Entropy.ts"
import * as Input from "../kernel/Input.ts"
import { InvalidInput } from "../kernel/Input.ts"
import * as Language from "../kernel/Language.ts"
import * as Money from "../kernel/Money.ts"
import type { StorageError } from "../kernel/StorageError.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import * as Traced from "../kernel/Traced.ts"
import type { Transactor } from "../kernel/Transactor.ts"
import { VersionConflict } from "../kernel/Version.ts"
import { OrderId } from "../orders/Order.ts"
import type { OrderLifecycle } from "../orders/OrderLifecycle.ts"
import type { OrderRepository } from "../orders/OrderRepository.ts"
import { Payments } from "../payments/Payments.ts"
import type {
  AmountUnsupported,
  CurrencyUnsupported,
  GatewayNotFound,
  NoGatewayAvailable,
  PaymentMethodUnknown
} from "../payments/PaymentsErrors.ts"
import type { Refused as SavedMethodRefused } from "../payments/SavedMethodUse.ts"
import { PromotionBooks } from "../promotions/PromotionBooks.ts"
import type { PromotionUsedUp } from "../promotions/PromotionErrors.ts"
import { gatewayOf } from "../value/StoredValue.ts"
import type { GiftCardNotFound, GiftCardUnusable, StoredValueSpent } from "../value/StoredValueErrors.ts"
import type { Tenders } from "../value/Tenders.ts"
import { Carriers } from "../shipping/Carriers.ts"
import { TaxEngine } from "../tax/TaxEngine.ts"
import { currenciesOf } from "../stores/Store.ts"
import * as CheckoutDetails from "./CheckoutDetails.ts"
import {
  CartEmpty,
  CheckoutIncomplete,
  type CheckoutPreview,
  type PlacedOrder,
  PlaceOrder,
  PreviewCheckout,
  TotalChanged
} from "./CheckoutInput.ts"
import * as LiveRates from "./LiveRates.ts"
import * as OutsideTax from "./OutsideTax.ts"
import * as Purchases from "./Purchases.ts"

export class Checkout extends Context.Service<Checkout, {
  /** What an order would cost now, and what is missing for it. Changes nothing. */
  readonly preview: (
    input?: typeof PreviewCheckout.Encoded
  ) => Effect.Effect<
    CheckoutPreview,
    InvalidInput | CartUnusable | ShippingMethodUnavailable | GiftCardNotFound | GiftCardUnusable | StorageError
  >
  /**
   * Orders a cart and starts its payment.
   *
   * If the payment is declined, this call still succeeds: the order has the status `failed`, its payment says why, and it can be paid
   * by other means (`Payments.initialize`). Gift cards and store credit are spent when the order is placed, and given back if it is
   * cancelled. At most ten statements until the order is placed, however many lines it has.
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
    | PromotionUsedUp
    | GiftCardNotFound
    | GiftCardUnusable
    | StoredValueSpent
    | InsufficientStock
    | GatewayNotFound
    | CurrencyUnsupported
    | AmountUnsupported
    | PaymentMethodUnknown
    | NoGatewayAvailable
    | SavedMethodRefused
    | PurchaseRefused
    | VersionConflict
    | StorageError
  >
}>()("@stoa/core/checkout/Checkout") {}

const decodePreview = Input.decoder(PreviewCheckout)
const decodePlace = Input.decoder(PlaceOrder)

export const make = Effect.gen(function*() {
  const carts = yield* Carts
  const payments = yield* Payments
  const books = yield* PromotionBooks
  const taxEngine = yield* TaxEngine
  const carriers = yield* Carriers
  const purchases = yield* Purchases.make

  /** The caller's cart with what they say at checkout, and what it costs. */
  const read = Effect.fnUntraced(function*(
    input: PreviewCheckout & { readonly note?: string },
    /** Whether the ways of shipping that the buyer has not chosen are of no interest. */
    chosenOnly: boolean
  ) {
    const actor = yield* CurrentActor
    const snapshot = yield* carts.snapshot(input.cartId ?? "mine")
    const { id, orderId, status } = snapshot.cart
    if (status !== "open") return yield* new CartClosed({ cartId: id, status, orderId })
    const sold = currenciesOf(snapshot.store)
    if (!sold.includes(snapshot.cart.currency)) {
      return yield* InvalidInput.at(["currency"], `is none any more that the store sells in: ${sold.join(", ")}`, "other_currency")
    }
    const customerId = snapshot.cart.customerId ?? (actor._tag === "customer" ? actor.customerId : null)
    const said = CheckoutDetails.merge(snapshot, input)
    const at = yield* Timestamp.now
    const { rules, set } = yield* books.open(said.promotions)
    const gateway = input.payment?.gateway
    const price = (given: CartSnapshot) =>
      CartPricing.price(given, rules, at, gateway === undefined ? {} : { paymentMethod: gateway })
    const first = price(said)
    const merged = yield* LiveRates.rated(carriers, said, first, chosenOnly)
    const pricing = merged === said ? first : price(merged)
    if (taxEngine === undefined || pricing.buyable.length === 0) {
      return { snapshot: merged, customerId, at, pricing, promotions: set }
    }
    const taxed = yield* OutsideTax.taxed(taxEngine, merged, pricing, at)
    return { snapshot: taxed, customerId, at, pricing: taxed === merged ? pricing : price(taxed), promotions: set }
  })

  return Checkout.of({
    preview: Traced.fn("Checkout.preview")(function*(input = {}) {
      const decoded = yield* decodePreview(input)
      const { at, pricing, snapshot } = yield* read(decoded, false)
      yield* ChosenShipping.requireOffered(decoded, pricing.shipping)
      if (pricing.shipping.unavailable.length > 0 && decoded.shippingMethodId !== undefined) {
        return yield* new ShippingMethodUnavailable({ shippingMethodId: decoded.shippingMethodId })
      }
      const { total } = pricing.priced
      const planned = yield* purchases.tendersFor(decoded, pricing, snapshot.store.settings, at)
      return {
        tenders: planned.map(({ amount, value }) => ({ gateway: gatewayOf[value.kind], lastFour: value.lastFour, amount })),
        due: Money.make(planned.reduce((left, { amount }) => left - amount.amount, total.amount), total.currency),
        cart: CartPricing.view(snapshot, pricing, at),
        shippingMethods: CartPricing.shippingOptions(snapshot, pricing, at),
        missing: CheckoutDetails.missing(snapshot, pricing),
        gateways: payments.gateways
      }
    }),

    place: Traced.fn("Checkout.place")(function*(input) {
      const { expectedTotal, version, ...decoded } = yield* decodePlace(input)
      const { at, customerId, pricing, promotions, snapshot } = yield* read(decoded, true)
      const { cart, store } = snapshot
      if (version !== undefined && version !== cart.version) return yield* new VersionConflict({ id: cart.id, expected: version })
      if (cart.lines.length === 0) return yield* new CartEmpty({ cartId: cart.id })
      if (pricing.unavailable.length > 0) {
        const variantIds = pricing.unavailable.map((line) => line.variantId)
        const parts = snapshot.variants.flatMap((variant) => variantIds.includes(variant.id) ? CartBundles.missing(variant) : [])
        return yield* new NotForSale({ variantIds, ...(parts.length === 0 ? {} : { parts }) })
      }
      yield* ChosenShipping.requireOffered(decoded, pricing.shipping)
      const [unavailable] = pricing.shipping.unavailable
      if (unavailable !== undefined) return yield* new ShippingMethodUnavailable({ shippingMethodId: unavailable })
      const missing = CheckoutDetails.missing(snapshot, pricing)
      if (cart.email === null || missing.length > 0) return yield* new CheckoutIncomplete({ missing })
      const { total } = pricing.priced
      if (expectedTotal !== undefined && !Money.equals(expectedTotal, total)) {
        return yield* new TotalChanged({ expected: expectedTotal, total })
      }
      return yield* purchases.buy({
        orderId: yield* OrderId.generate,
        cart,
        store,
        customerId,
        email: cart.email,
        language: (yield* Language.wanted) ?? cart.language ?? null,
        shippingAddress: pricing.requiresShipping && !CheckoutDetails.isPickedUp(pricing) ? cart.shippingAddress : null,
        pricing,
        promotions,
        at,
        token: yield* Entropy.token("order")
      }, decoded).pipe(
        // somebody was quicker: if it was with an order of this cart, say which, also where that has used the promotion up
        Effect.catchTag(["VersionConflict", "PromotionUsedUp"], (conflict) =>
          Effect.andThen(read(decoded, true), Effect.fail(conflict)))
      )
    })
  })
})

export const layer: Layer.Layer<
  Checkout,
  never,
  | Carts
  | Events
  | FraudCheck
  | Inventory
  | OrderLifecycle
  | OrderRepository
  | Payments
  | PromotionBooks
  | Tenders
  | Transactor
> = Layer.effect(Checkout, make)
