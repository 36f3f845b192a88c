/**
 * What has left the shop of an order, and how long its buyer has had it: what returns and claims go by.
 */
import * as Effect from "effect/Effect"
import { Events } from "../events/Events.ts"
import { hasLeft } from "../fulfilment/FulfilmentPlan.ts"
import { FulfilmentRepository } from "../fulfilment/FulfilmentRepository.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import type { OrderLineId } from "../orders/Order.ts"
import { OrderStatusChanged } from "../orders/OrderEvents.ts"
import * as OrderMoney from "../orders/OrderMoney.ts"
import type { StoredOrder } from "../orders/OrderRepository.ts"
import { ReturnRefused } from "./ReturnErrors.ts"

export const make = Effect.gen(function*() {
  const events = yield* Events
  const fulfilments = yield* FulfilmentRepository

  return {
    /** Whether the order arrived more than so many days ago; while it is on its way, it has not. */
    isOlder: Effect.fnUntraced(function*(order: StoredOrder, days: number) {
      if (order.status !== "delivered") return false
      const arrived = (yield* events.history(order.id)).findLast(({ data, type }) =>
        type === OrderStatusChanged.type && (data as typeof OrderStatusChanged.data.Type).to === "delivered")
      return arrived !== undefined && Timestamp.plus(arrived.at, `${days} days`) < (yield* Timestamp.now)
    }),

    /** How many pieces of each line have left the shop, of an order that is paid. A gift card is mailed, and never comes back. */
    pieces: Effect.fnUntraced(function*(order: StoredOrder) {
      const { fulfilmentStatus, id, lines, status } = order
      if (OrderMoney.isPromised(order)) return yield* new ReturnRefused({ reason: "not_sent" })
      if (status === "shipped" || status === "delivered") {
        return new Map(lines.map(({ cancelled, giftCard, id, quantity }) => [id, giftCard === undefined ? quantity - cancelled : 0]))
      }
      const isPartly = (status === "processing" || status === "on_hold") && fulfilmentStatus === "partially_shipped"
      if (!isPartly) return yield* new ReturnRefused({ reason: "not_sent" })
      const sent = new Map<OrderLineId, number>()
      for (const fulfilment of yield* fulfilments.ofOrder(id)) {
        if (!hasLeft(fulfilment)) continue
        for (const { lineId, quantity } of fulfilment.lines) sent.set(lineId, (sent.get(lineId) ?? 0) + quantity)
      }
      return sent
    })
  }
})
