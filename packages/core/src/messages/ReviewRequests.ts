/**
 * Asks customers who agreed to it what they think of what they bought, some days after it has arrived.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { Events } from "../events/Events.ts"
import { UserRepository } from "../identity/UserRepository.ts"
import * as Timestamp from "../kernel/Timestamp.ts"
import { Transactor } from "../kernel/Transactor.ts"
import { Marketing } from "../marketing/Marketing.ts"
import { OrderStatusChanged } from "../orders/OrderEvents.ts"
import { OrderRepository } from "../orders/OrderRepository.ts"
import { Stores } from "../stores/Stores.ts"
import * as OrderLetter from "./OrderLetter.ts"

export const layer: Layer.Layer<
  never,
  never,
  Events | Marketing | OrderRepository | Stores | Transactor | UserRepository
> = Layer.effectDiscard(Effect.gen(function*() {
  const events = yield* Events
  const marketing = yield* Marketing
  const orders = yield* OrderRepository
  const stores = yield* Stores
  const transactor = yield* Transactor
  const users = yield* UserRepository

  // who has given everything back is not asked how they like it
  yield* marketing.guard("review-request", (all) =>
    Effect.forEach(all, ({ orderId }) =>
      typeof orderId === "string"
        ? Effect.map(orders.find(orderId), (order) => order?.status === "delivered")
        : Effect.succeed(false)))

  yield* events.subscribe({
    name: "messages.review-requests",
    types: [OrderStatusChanged.type],
    among: (published) =>
      Effect.succeed(published.filter(({ data }) => {
        const { customerId, to } = data as typeof OrderStatusChanged.data.Type
        return to === "delivered" && customerId !== null
      })),
    handle: Effect.fnUntraced(function*({ subject }) {
      const { settings: { reviewRequestDays, storefrontUrl } } = yield* stores.current
      const order = reviewRequestDays === null ? undefined : yield* orders.find(subject)
      if (order === undefined || order.customerId === null || reviewRequestDays === null) return
      const user = yield* users.find(order.customerId)
      if (user === undefined || user.status !== "active") return
      const letter = OrderLetter.of(order, storefrontUrl)
      yield* transactor.transaction(marketing.queue([{
        recipient: { channel: "email", address: user.email },
        userId: user.id,
        inbox: user.id,
        kind: "review_requests",
        requested: false,
        ...(order.language === undefined ? {} : { locale: order.language }),
        template: "review-request",
        link: letter.url,
        notBefore: Timestamp.plus(yield* Timestamp.now, { days: reviewRequestDays }),
        id: `review-request:${order.id}`,
        data: { orderId: order.id, order: letter }
      }]))
    })
  })
}))
