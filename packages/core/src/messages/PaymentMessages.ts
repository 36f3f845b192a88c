/**
 * What the people of a shop are told of its payments: in their inbox, and at the store's `contactEmail`, where it has one.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Events } from "../events/Events.ts"
import { shopInbox } from "../notifications/InboxMessage.ts"
import { Notifications } from "../notifications/Notifications.ts"
import { GatewayMisconfigured } from "../payments/PaymentEvents.ts"
import { Stores } from "../stores/Stores.ts"

export const layer: Layer.Layer<never, never, Events | Notifications | Stores> = Layer.effectDiscard(Effect.gen(function*() {
  const events = yield* Events
  const notifications = yield* Notifications
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
}))
