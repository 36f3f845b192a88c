/**
 * What becomes of the limited promotions of a cancelled order: their uses are given back, once.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Events } from "../events/Events.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { OrderCancelled } from "../orders/OrderEvents.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { PromotionRepository } from "../promotions/PromotionRepository.ts"
import * as PromotionUses from "../promotions/PromotionUses.ts"

/** Hears of cancelled orders. */
export const layer: Layer.Layer<never, never, Events | OrderRepository | PromotionRepository | Transactor> = Layer
  .effectDiscard(Effect.gen(function*() {
    const events = yield* Events
    const orders = yield* OrderRepository
    const promotions = yield* PromotionRepository
    const transactor = yield* Transactor
    yield* events.subscribe({
      name: "promotions.release-cancelled-order",
      types: [OrderCancelled.type],
      among: (events) =>
        Effect.map(promotions.usedIn(events.map(({ subject }) => subject)), (used) =>
          events.filter(({ subject }) => used.has(subject))),
      handle: Effect.fnUntraced(function*({ subject: orderId }) {
        const order = yield* orders.find(orderId)
        if (order === undefined) return
        const uses = PromotionUses.toRelease(order.promotions, order)
        if (uses.length > 0) yield* transactor.transaction(promotions.release(orderId, uses))
      })
    })
  }))
