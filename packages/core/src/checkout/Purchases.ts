/**
 * Buying what was priced: what gift cards and credit pay of it, the order with its first attempt to pay, and then the gateway.
 *
 * **Details**
 *
 * Carts and drafts of staff become orders in this one way, so fraud rules, limits of promotions, stock, gateways and books hold
 * for both.
 */
import * as Effect from "effect/Effect"
import * as CartBundles from "../cart/CartBundles.ts"
import type * as CartPricing from "../cart/CartPricing.ts"
import type { StoredCart } from "../cart/CartRepository.ts"
import { FraudCheck } from "../fraud/FraudCheck.ts"
import { CurrentActor } from "../kernel/Actor.ts"
import * as Secret from "../kernel/Secret.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { type OrderId, OrderLineId } from "../orders/Order.ts"
import * as OrderAccess from "../orders/OrderAccess.ts"
import { OrderRepository, type StoredOrder } from "../orders/OrderRepository.ts"
import type { Payment } from "../payments/Payment.ts"
import type { StoredPayment } from "../payments/PaymentRepository.ts"
import { Payments } from "../payments/Payments.ts"
import { GatewayNotFound } from "../payments/PaymentsErrors.ts"
import type { PromotionSet } from "../promotions/PromotionSet.ts"
import * as PromotionUses from "../promotions/PromotionUses.ts"
import type { Store } from "../stores/Store.ts"
import { Tenders } from "../value/Tenders.ts"
import type { PlaceOrder, PreviewCheckout } from "./CheckoutInput.ts"
import * as OrderDraft from "./OrderDraft.ts"
import * as Placements from "./Placements.ts"

/** What is bought, by whom, and where it goes. */
export interface Purchase {
  readonly orderId: OrderId
  readonly cart: StoredCart
  readonly store: Store
  readonly customerId: string | null
  readonly email: string
  /** In which the buyer is written to; `null` for that of the store. */
  readonly language: string | null
  /** `null` where nothing is sent. */
  readonly shippingAddress: StoredCart["shippingAddress"]
  readonly pricing: Pick<CartPricing.CartPricing, "buyable" | "priced">
  readonly promotions: PromotionSet
  readonly at: Timestamp.Timestamp
  /** Until when its pieces are kept though a payment fails; they are free again at once if it is left out. */
  readonly keptUntil?: Timestamp.Timestamp | null
  /** Lets whoever holds it see the order. */
  readonly token: string
}

/** What writes an order, and fails where it cannot be written. */
export type Placing = Effect.Effect<
  StoredOrder,
  Effect.Error<ReturnType<Effect.Success<typeof Placements.make>["place"]>>
>

const nothing = { review: null, hold: null }

/** What can be ordered of lines, with what stock says of it. */
export const requested = (buyable: ReadonlyArray<CartPricing.BuyableLine>): Placements.Placement["lines"] =>
  buyable.flatMap(({ line, variant }) => CartBundles.requests(variant, line.quantity))

/** A payment that nobody has heard of yet, without what is for the gateway and the recovery only. */
const shown = (stored: StoredPayment): Payment => {
  const { hold: _h, idempotencyKey: _k, keepsFor: _s, method: _m, refusals: _n, requested: _q, toCapture: _t, returnUrl: _u, ...payment } = stored
  return payment
}

export const make = Effect.gen(function*() {
  const payments = yield* Payments
  const orders = yield* OrderRepository
  const tenders = yield* Tenders
  const fraud = yield* FraudCheck
  const placements = yield* Placements.make

  /** What gift cards and credit pay of a total; the credit only of who is signed in. */
  const tendersFor = Effect.fnUntraced(function*(
    { giftCards = [], storeCredit = false }: Pick<PreviewCheckout, "giftCards" | "storeCredit">,
    { buyable, priced: { lines, total } }: Purchase["pricing"],
    { giftCards: { buyGiftCards } }: Store["settings"],
    at: Timestamp.Timestamp
  ) {
    const actor = yield* CurrentActor
    return yield* tenders.plan({
      codes: giftCards,
      customerId: storeCredit && actor._tag === "customer" ? actor.customerId : null,
      total,
      notByCard: buyGiftCards
        ? 0
        : buyable.reduce((sum, { variant }, index) => variant.giftCard ? sum + (lines[index]?.total.amount ?? 0) : sum, 0),
      at
    })
  })

  /** Asks for the money. The order stands whatever happens here; what is cut off is taken up by the recovery. */
  const pay = Effect.fnUntraced(function*(order: StoredOrder, payment: StoredPayment) {
    const { order: after, payment: paid } = yield* payments.carryOut(payment, order)
    return { order: after ?? (yield* orders.find(order.id)) ?? order, payment: paid }
  }, (effect, order, payment) =>
    effect.pipe(
      Effect.catch((error) =>
        Effect.logWarning("An order was placed, but its payment could not be seen through yet").pipe(
          Effect.annotateLogs({ orderId: order.id, reason: error._tag }),
          Effect.as({ order, payment: shown(payment) })
        )
      )
    ))

  /** `within` may put the writing of the order into a transaction with more. */
  const buy = Effect.fnUntraced(function*<E = never>(
    { at, cart, customerId, email, keptUntil = null, language, orderId, pricing, promotions, shippingAddress, store, token }: Purchase,
    means: Pick<PlaceOrder, "giftCards" | "payment" | "storeCredit">,
    within: (placing: Placing) => Effect.Effect<StoredOrder, Effect.Error<Placing> | E> = (placing) => placing
  ) {
    const { payment: method = {} } = means
    const { total } = pricing.priced
    const planned = yield* tendersFor(means, pricing, store.settings, at)
    const tendered = planned.reduce((sum, { amount }) => sum + amount.amount, 0)
    if (total.amount > tendered && method.gateway !== undefined && !payments.gateways.includes(method.gateway)) {
      return yield* new GatewayNotFound({ gateway: method.gateway, available: payments.gateways })
    }
    const draft = OrderDraft.toOrder(
      {
        id: orderId,
        cartId: cart.id,
        customerId,
        email,
        shippingAddress,
        billingAddress: cart.billingAddress,
        note: cart.note,
        tokenHash: Secret.hash(token),
        reservedUntil: Timestamp.plus(at, { minutes: store.settings.reservationMinutes }),
        placedAt: at,
        ...(language === null ? {} : { language }),
        ...(keptUntil === null ? {} : { keptUntil })
      },
      pricing,
      yield* OrderLineId.generateMany(pricing.buyable.length),
      tendered
    )
    const prepared = total.amount === tendered ? null : yield* payments.prepare(draft, method)
    // what gift cards and credit pay is somebody's money as well
    const { hold, review } = total.amount === 0 ? nothing : yield* fraud.look(draft, total, store.settings.fraud)
    const payment = prepared !== null && hold !== null ? { ...prepared, hold } : prepared
    const placed = yield* within(placements.place({
      order: draft,
      cartVersion: cart.version,
      lines: requested(pricing.buyable),
      uses: PromotionUses.of(draft.id, draft.promotions, draft, promotions),
      payment,
      review,
      tenders: yield* tenders.payments(draft, planned)
    }))
    const { order, payment: begun } = payment === null ? { order: placed, payment: null } : yield* pay(placed, payment)
    return { order: OrderAccess.shown(order), payment: begun, token }
  })

  return { tendersFor, buy, place: placements.place }
})
