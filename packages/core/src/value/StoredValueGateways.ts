/**
 * The gateways behind what is paid with gift cards and store credit. Nobody can ask them for money: what is spent at
 * checkout is taken in the transaction of the order (`Tenders`). Money that goes back, because the order is cancelled or
 * refunded, is asked of them as of any gateway, and is on the card again once they have answered.
 */
import * as Effect from "effect/Effect"
import { Events } from "../events/Events.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { GatewayRejected, GatewayUnavailable, type PaymentGateway, WebhookRejected } from "../payments/PaymentGateway.ts"
import { gatewayOf, type StoredValueKind } from "./StoredValue.ts"
import { StoredValueReturned } from "./StoredValueEvents.ts"
import { StoredValueRepository } from "./StoredValueRepository.ts"

/** What the gateway calls a payment: the card or credit, and the payment. */
export const referenceOf = (valueId: string, paymentId: string): string => `${valueId}/${paymentId}`

export const make = Effect.gen(function*() {
  const repository = yield* StoredValueRepository
  const events = yield* Events
  const { transaction } = yield* Transactor

  const gateway = (kind: StoredValueKind): PaymentGateway => {
    const name = gatewayOf[kind]
    const unknown = Effect.fail(new GatewayRejected({ gateway: name, gatewayCode: null, detail: "it is spent at checkout" }))
    return {
      name,
      capabilities: {
        // of no currency: nobody can choose it
        currencies: [],
        manualCapture: false,
        partialCapture: false,
        partialRefund: true,
        savedMethods: false,
        storedValue: true,
        idempotency: "keys",
        offline: true
      },
      create: () => unknown,
      confirm: () => unknown,
      retrieve: () => Effect.undefined,
      capture: () => unknown,
      cancel: () => unknown,
      refund: Effect.fnUntraced(function*({ amount, gatewayReference, idempotencyKey }) {
        const [valueId = "", paymentId = ""] = gatewayReference.split("/")
        const at = yield* Timestamp.now
        const moved = yield* transaction(Effect.gen(function*() {
          const moved = yield* repository.move({
            key: `refund:${idempotencyKey}`,
            valueId,
            kind: "refund",
            amount: amount.amount,
            orderId: null,
            reason: paymentId,
            at
          }, { spending: false })
          if (moved) yield* events.publish([StoredValueReturned.make(valueId, { gateway: name, amount })])
          return moved
        })).pipe(
          Effect.mapError((error) => new GatewayUnavailable({ gateway: name, detail: error.message }))
        )
        return moved
          ? { reference: idempotencyKey, status: "succeeded" as const, amount, failure: null }
          : yield* new GatewayRejected({ gateway: name, gatewayCode: null, detail: "it is not there any more" })
      }),
      retrieveRefund: () => Effect.undefined,
      list: () => Effect.succeed({ items: [], next: null }),
      parseWebhook: () => Effect.fail(new WebhookRejected({ gateway: name, reason: "missing_signature" }))
    }
  }
  return [gateway("gift_card"), gateway("store_credit")] as const
})
