/**
 * What a buyer does after ordering: orders, payments; and what gateways say meanwhile.
 */
import { EventId } from "@stoa/core/events/DomainEvent"
import * as Actor from "@stoa/core/kernel/Actor"
import { OrderNotes } from "@stoa/core/orders/OrderNotes"
import { progressOf } from "@stoa/core/fulfilment/FulfilmentPlan"
import { Fulfilments } from "@stoa/core/fulfilment/Fulfilments"
import { Orders } from "@stoa/core/orders/Orders"
import { Payments } from "@stoa/core/payments/Payments"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import type { HttpOptions } from "../HttpOptions.ts"
import { Lifecycle } from "../Lifecycle.ts"
import * as LiveAnswers from "../LiveAnswers.ts"
import * as RequestActor from "../RequestActor.ts"
import * as Shortages from "../Shortages.ts"
import { expecting, versioned } from "./Answer.ts"

const isEventId = Schema.is(EventId)

const orders = (api: StoaApi, options: Pick<HttpOptions, "live">) =>
  ApiGroup.group(
    api,
    "orders",
    Effect.fnUntraced(function*(handlers) {
      const orders = yield* Orders
      const notes = yield* OrderNotes
      const fulfilments = yield* Fulfilments
      const live = LiveAnswers.make(yield* Lifecycle, options.live)
      const actors = yield* RequestActor.make
      return handlers.handleAll({
        list: ({ query }) => orders.listMine(query),
        states: () => Effect.map(orders.states, whole),
        get: ({ params }) => versioned(orders.get(params.id)),
        tracking: Effect.fnUntraced(function*({ params }) {
          const order = yield* versioned(orders.get(params.id))
          const { id, number, paymentStatus, state, status } = order
          const progress = progressOf(order, yield* fulfilments.ofOrder(id))
          return {
            orderId: id,
            number,
            status,
            ...(state === undefined ? {} : { state }),
            paymentStatus,
            progress,
            timeline: yield* orders.timeline(id)
          }
        }),
        events: Effect.fnUntraced(function*({ params }) {
          // who may not see the order is told so before the answer begins
          const { id } = yield* orders.get(params.id)
          const request = yield* HttpServerRequest
          const last = request.headers["last-event-id"]
          const entries = orders.follow(id, isEventId(last) ? { after: last } : {})
          const stillAllowed = Effect.flatMap(actors.resolve(request), (actor) => Actor.as(actor)(orders.get(id)))
          return yield* live.answer(
            id,
            Stream.map(entries, (entry) => ({ id: entry.id, type: entry.type, data: entry })),
            stillAllowed
          )
        }),
        notes: ({ params, query }) => notes.list(params.id, query),
        cancel: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (reason) => orders.cancel(params.id, reason)))
      })
    })
  )

const payments = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "payments",
    Effect.fnUntraced(function*(handlers) {
      const payments = yield* Payments
      return handlers.handleAll({
        initialize: ({ payload }) => versioned(Shortages.counting(payments.initialize(payload))),
        verify: ({ params }) => versioned(payments.verify(params.reference)),
        confirm: ({ params }) => versioned(payments.confirm(params.id)),
        list: ({ query }) => payments.listMine(query),
        get: ({ params }) => versioned(payments.get(params.id))
      })
    })
  )

const webhooks = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "webhooks",
    Effect.fnUntraced(function*(handlers) {
      const payments = yield* Payments
      return handlers.handleAll({
        receive: Effect.fnUntraced(function*({ params }) {
          const request = yield* HttpServerRequest
          // a body that cannot be read is answered like every other one, by what is around the router
          const body = new Uint8Array(yield* Effect.orDie(request.arrayBuffer))
          return yield* payments.receiveWebhook(params.gateway, { body, headers: request.headers })
        })
      })
    })
  )

export const layer = (api: StoaApi, options: Pick<HttpOptions, "live">) =>
  Layer.mergeAll(orders(api, options), payments(api), webhooks(api))
