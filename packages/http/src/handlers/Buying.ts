/**
 * What a buyer does after ordering: orders, payments; and what gateways say meanwhile.
 */
import { Orders } from "@stoa/core/orders/Orders"
import { Payments } from "@stoa/core/payments/Payments"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as Layer from "effect/Layer"
import type { StoaApi } from "../api/StoaApi.ts"
import * as BusinessMetrics from "../BusinessMetrics.ts"
import { expecting, versioned } from "./Answer.ts"

const orders = (api: StoaApi) =>
  HttpApiBuilder.group(
    api,
    "orders",
    Effect.fnUntraced(function*(handlers) {
      const orders = yield* Orders
      return handlers.handleAll({
        list: ({ query }) => orders.listMine(query),
        get: ({ params }) => versioned(orders.get(params.id)),
        tracking: Effect.fnUntraced(function*({ params }) {
          const { id, number, paymentStatus, status } = yield* versioned(orders.get(params.id))
          return { orderId: id, number, status, paymentStatus, timeline: yield* orders.timeline(id) }
        }),
        cancel: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (reason) => orders.cancel(params.id, reason)))
      })
    })
  )

const payments = (api: StoaApi) =>
  HttpApiBuilder.group(
    api,
    "payments",
    Effect.fnUntraced(function*(handlers) {
      const payments = yield* Payments
      const verify = (reference: string) => Effect.tap(payments.verify(reference), BusinessMetrics.paymentAnswered)
      return handlers.handleAll({
        initialize: ({ payload }) =>
          versioned(
            Effect.tap(
              BusinessMetrics.countingShortages(payments.initialize(payload)),
              BusinessMetrics.paymentAnswered
            )
          ),
        verify: ({ params }) => versioned(verify(params.reference)),
        confirm: ({ params }) =>
          versioned(Effect.tap(payments.confirm(params.id), BusinessMetrics.paymentAnswered)),
        list: ({ query }) => payments.listMine(query),
        get: ({ params }) => versioned(payments.get(params.id))
      })
    })
  )

const webhooks = (api: StoaApi) =>
  HttpApiBuilder.group(
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

export const layer = (api: StoaApi) => Layer.mergeAll(orders(api), payments(api), webhooks(api))
