/**
 * What the people of a shop are told of its payments: in their inbox, and at the store's `contactEmail`, where it has one.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Schema from "effect/Schema"
import { Events } from "../events/Events.ts"
import { ReviewOpened } from "../fraud/FraudEvents.ts"
import type { Money } from "../kernel/Money.ts"
import { shopInbox } from "../notifications/InboxMessage.ts"
import { Notifications } from "../notifications/Notifications.ts"
import { OrderCaptureRefused } from "../orders/OrderEvents.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { DisputeGivenUp } from "../payments/DisputeEvents.ts"
import {
  AuthorizationEnding,
  AuthorizationExpired,
  GatewayMisconfigured,
  PaymentMismatched,
  RefundFailed
} from "../payments/PaymentEvents.ts"
import { Stores } from "../stores/Stores.ts"

export const layer: Layer.Layer<never, never, Events | Notifications | OrderRepository | Stores> = Layer.effectDiscard(Effect.gen(function*() {
  const events = yield* Events
  const notifications = yield* Notifications
  const orders = yield* OrderRepository
  const stores = yield* Stores

  yield* events.subscribe({
    name: "messages.gateway-misconfigured",
    types: [GatewayMisconfigured.type],
    handle: Effect.fnUntraced(function*(event) {
      const { settings: { contactEmail } } = yield* stores.current
      const { detail, gateway, gatewayCode } = event.data as typeof GatewayMisconfigured.data.Type
      yield* notifications.queue([{
        recipient: contactEmail === null ? null : { channel: "email", address: contactEmail },
        inbox: shopInbox,
        template: "gateway-misconfigured",
        id: `gateway-misconfigured:${event.id}`,
        data: { gateway, reason: gatewayCode === null ? detail : `${detail} (${gatewayCode})` }
      }])
    })
  })

  yield* events.subscribe({
    name: "messages.authorizations",
    types: [AuthorizationEnding.type, AuthorizationExpired.type],
    handle: Effect.fnUntraced(function*(event) {
      const { settings: { contactEmail } } = yield* stores.current
      const { amount, authorizedUntil, gateway, orderId } = event.data as typeof AuthorizationEnding.data.Type
      const order = yield* orders.find(orderId)
      const isOver = event.type === AuthorizationExpired.type
      // one that waited for its payment is cancelled, which is told as such
      if (order === undefined || (isOver && !OrderMoney.isUnderWay(order.status))) return
      const template = isOver ? "authorization-expired" : "authorization-ending"
      yield* notifications.queue([{
        recipient: contactEmail === null ? null : { channel: "email", address: contactEmail },
        inbox: shopInbox,
        template,
        id: `${template}:${event.id}`,
        data: {
          order: { number: order.number },
          amount: { amount: amount.amount, currency: String(amount.currency) },
          gateway,
          at: authorizedUntil
        }
      }])
    })
  })

  /** Tells the people of the shop of something about an order. */
  const tell = Effect.fnUntraced(function*(
    template: string,
    eventId: string,
    orderId: string,
    data: Readonly<Record<string, Schema.Json>>
  ) {
    const order = yield* orders.find(orderId)
    if (order === undefined) return
    const { settings: { contactEmail } } = yield* stores.current
    yield* notifications.queue([{
      recipient: contactEmail === null ? null : { channel: "email", address: contactEmail },
      inbox: shopInbox,
      template,
      id: `${template}:${eventId}`,
      data: { order: { number: order.number }, ...data }
    }])
  })

  yield* events.subscribe({
    name: "messages.payment-mismatched",
    types: [PaymentMismatched.type],
    handle: (event) => {
      const { expected, gateway, orderId, received } = event.data as typeof PaymentMismatched.data.Type
      return tell("payment-mismatched", event.id, orderId, { gateway, expected: plain(expected), received: plain(received) })
    }
  })

  yield* events.subscribe({
    name: "messages.capture-refused",
    types: [OrderCaptureRefused.type],
    handle: (event) => {
      const { amount, gateway, guard, orderId, reason } = event.data as typeof OrderCaptureRefused.data.Type
      return tell("capture-refused", event.id, orderId, { gateway, guard, amount: plain(amount), reason })
    }
  })

  yield* events.subscribe({
    name: "messages.refund-refused",
    types: [RefundFailed.type],
    handle: (event) => {
      const { amount, code, gateway, orderId } = event.data as typeof RefundFailed.data.Type
      return tell("refund-refused", event.id, orderId, { gateway, amount: plain(amount), reason: code })
    }
  })

  yield* events.subscribe({
    name: "messages.fraud-review",
    types: [ReviewOpened.type],
    handle: (event) => {
      const { orderId, score } = event.data as typeof ReviewOpened.data.Type
      return tell("fraud-review", event.id, orderId, { score })
    }
  })

  yield* events.subscribe({
    name: "messages.dispute-given-up",
    types: [DisputeGivenUp.type],
    handle: Effect.fnUntraced(function*(event) {
      const { settings: { contactEmail } } = yield* stores.current
      const { gateway, reference } = event.data as typeof DisputeGivenUp.data.Type
      yield* notifications.queue([{
        recipient: contactEmail === null ? null : { channel: "email", address: contactEmail },
        inbox: shopInbox,
        template: "dispute-unmatched",
        id: `dispute-unmatched:${event.id}`,
        data: { gateway, reference }
      }])
    })
  })
}))

const plain = ({ amount, currency }: Money) => ({ amount, currency: String(currency) })
