/**
 * What the people of a shop are told of its payments: in their inbox, and at the store's `contactEmail`, where it has one.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Events } from "../events/Events.ts"
import { shopInbox } from "../notifications/InboxMessage.ts"
import { Notifications } from "../notifications/Notifications.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { AuthorizationEnding, AuthorizationExpired, GatewayMisconfigured } from "../payments/PaymentEvents.ts"
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
}))
