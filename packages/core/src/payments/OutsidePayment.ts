/**
 * Money that has come past every gateway before its order was written: staff say so when they place the order.
 *
 * **Details**
 *
 * It stands in the books at the account `gateway:outside`. Nobody can ask for money through it; what goes back is what staff say
 * that they have given back by hand.
 */
import * as Effect from "effect/Effect"
import * as Money from "../kernel/Money.ts"
import type { Order } from "../orders/Order.ts"
import * as OfflineGateway from "./OfflineGateway.ts"
import { PaymentId } from "./Payment.ts"
import type { PaymentGateway } from "./PaymentGateway.ts"
import type { StoredPayment } from "./PaymentRepository.ts"

export const name = "outside"

/** The gateway behind it, of no currency: nobody can choose it. */
export const gateway: PaymentGateway = OfflineGateway.make(name, { currencies: [] }, "1 day", undefined)

/** All that an order costs, as it has come; `reference` is by what the money is known outside. */
export const of = Effect.fnUntraced(function*(order: Order, reference: string | undefined) {
  const id = yield* PaymentId.generate
  return {
    id,
    orderId: order.id,
    gateway: name,
    state: "captured",
    amount: order.total,
    captured: order.total,
    refunded: Money.zero(order.currency),
    // two payments may be known by the same words
    gatewayReference: reference === undefined ? id : `${reference}/${id}`,
    nextAction: null,
    failure: null,
    version: 1,
    createdAt: order.placedAt,
    updatedAt: order.placedAt,
    idempotencyKey: `${id}:create`,
    method: null,
    returnUrl: null,
    requested: null,
    hold: null,
    toCapture: null
  } satisfies StoredPayment
})
