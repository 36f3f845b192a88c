/**
 * The gateways behind what is paid with gift cards and store credit. Nobody can ask them for money: what is spent at
 * checkout is taken in the transaction of the order (`Tenders`). Money that goes back, because the order is cancelled or
 * refunded, is asked of them as of any gateway, and is on the card again once they have answered.
 */
import * as Effect from "effect/Effect"
import { Books } from "../books/Books.ts"
import { Events } from "../events/Events.ts"
import type { Money } from "../kernel/Money.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { PaymentRepository } from "../payments/PaymentRepository.ts"
import { GatewayRejected, GatewayUnavailable, type PaymentGateway, WebhookRejected } from "../payments/PaymentGateway.ts"
import * as GiftCardRecall from "./GiftCardRecall.ts"
import * as RefundCredit from "./RefundCredit.ts"
import { gatewayOf, type StoredValue, type StoredValueKind } from "./StoredValue.ts"
import { StoredValueReturned } from "./StoredValueEvents.ts"
import * as StoredValueLedger from "./StoredValueLedger.ts"
import { StoredValueRepository } from "./StoredValueRepository.ts"

/** What the gateway calls a payment: the card or credit, and the payment. */
export const referenceOf = (valueId: string, paymentId: string): string => `${valueId}/${paymentId}`

export const make = Effect.gen(function*() {
  const repository = yield* StoredValueRepository
  const events = yield* Events
  const books = yield* Books
  const orders = yield* OrderRepository
  const payments = yield* PaymentRepository
  const credit = yield* RefundCredit.make
  const takeBack = GiftCardRecall.recalled(repository, books, events)
  const { transaction } = yield* Transactor

  /** What came back onto a card goes to whoever has paid with it. */
  const onward = Effect.fnUntraced(function*({ id }: StoredValue, amount: Money, key: string, paymentId: string, at: Timestamp.Timestamp) {
    const order = yield* Effect.flatMap(payments.find(paymentId), (payment) => orders.find(payment?.orderId ?? ""))
    if (order === undefined) return
    const isKnown = order.customerId !== null && (yield* repository.isCustomer(order.customerId))
    const moved = `moved:${key}`
    yield* repository.move(
      { key: moved, valueId: id, kind: "adjust", amount: -amount.amount, orderId: order.id, reason: paymentId, at },
      { spending: false }
    )
    yield* Effect.catchTag(credit.give(isKnown ? order : { ...order, customerId: null }, amount, moved), "InvalidInput", Effect.die)
    yield* books.post(StoredValueLedger.moved(moved, isKnown ? "store_credit" : "gift_card", amount, order.id, at))
  })

  /** Money came back onto a card that is void: nobody could spend it there. */
  const onVoid = Effect.fnUntraced(function*(card: StoredValue, amount: Money, key: string, paymentId: string, at: Timestamp.Timestamp) {
    const { id, sale, takenFor, version } = card
    // what was left on it went back with its piece, and what was spent comes back now, to whoever has the code
    if (takenFor === "piece") return yield* repository.reopen(id, at)
    // it was paid with money that the shop has lost
    if (takenFor !== undefined && sale !== undefined) {
      return yield* takeBack(sale.orderId, card.currency, [{ id, version, balance: amount.amount }], takenFor, at)
    }
    // staff have voided it so that whoever has the code spends nothing
    yield* onward(card, amount, key, paymentId, at)
  })

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
        const key = `refund:${idempotencyKey}`
        const moved = yield* transaction(Effect.gen(function*() {
          const value = yield* repository.hold(valueId)
          if (value === undefined) return false
          const isOver = value.expiresAt !== null && value.expiresAt <= at
          if ((isOver || value.status === "void") && (yield* repository.hasMoved(key))) return true
          const moved = yield* repository.move({
            key,
            valueId,
            kind: "refund",
            amount: amount.amount,
            orderId: null,
            reason: paymentId,
            at
          }, { spending: false })
          if (moved) yield* events.publish([StoredValueReturned.make(valueId, { gateway: name, amount })])
          if (moved && value.status === "void") yield* onVoid(value, amount, key, paymentId, at)
          else if (moved && isOver) yield* onward(value, amount, key, paymentId, at)
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
