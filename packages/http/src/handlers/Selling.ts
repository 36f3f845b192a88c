/**
 * What staff do with orders and payments.
 */
import { OrderNotes } from "@stoa/core/orders/OrderNotes"
import { OrderViews } from "@stoa/core/orders/OrderViews"
import { Orders } from "@stoa/core/orders/Orders"
import { Payments } from "@stoa/core/payments/Payments"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import * as Layer from "effect/Layer"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"
import { file } from "./Download.ts"
import { permitted } from "./Permitted.ts"

const orders = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "adminOrders",
    Effect.fnUntraced(function*(handlers) {
      const orders = yield* Orders
      const notes = yield* OrderNotes
      const views = yield* OrderViews
      const payments = yield* Payments
      return handlers.handleAll({
        list: ({ query }) => orders.list(query),
        stats: ({ query }) => orders.stats(query),
        export: ({ query }) =>
          permitted(
            "orders:read",
            // a file that is being sent can only break off, so what is wrong with the question is found out before
            Effect.andThen(
              orders.list({ ...query, limit: 1 }),
              file(orders.export(query), "text/csv; charset=utf-8", { name: "orders.csv" })
            )
          ),
        get: ({ params }) => permitted("orders:read", versioned(orders.get(params.id))),
        changeStatus: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => orders.changeStatus(params.id, change))),
        changeState: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => orders.changeState(params.id, change))),
        tag: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => orders.tag(params.id, change))),
        notes: ({ params, query }) => permitted("orders:read", notes.list(params.id, query)),
        note: ({ params, payload }) => notes.write(params.id, payload),
        views: () => Effect.map(views.list(), whole),
        createView: ({ payload }) => versioned(views.create(payload)),
        updateView: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => views.update(params.id, change))),
        removeView: ({ params }) => Effect.flatMap(expecting({}), (version) => views.remove(params.id, version)),
        refunds: ({ params }) => permitted("orders:read", Effect.map(payments.refunds(params.id), whole)),
        refund: ({ params, payload }) => versioned(payments.refund(params.id, payload)),
        ledger: ({ params }) => Effect.map(payments.ledger(params.id), whole)
      })
    })
  )

const payments = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "adminPayments",
    Effect.fnUntraced(function*(handlers) {
      const payments = yield* Payments
      return handlers.handleAll({
        list: ({ query }) => payments.list(query),
        balances: () => Effect.map(payments.balances, whole),
        differences: ({ query }) => payments.differences(query),
        reconcile: ({ payload }) => Effect.map(payments.reconcile(payload), whole),
        capture: ({ params, payload }) => versioned(payments.capture(params.id, payload ?? {})),
        void: ({ params }) => versioned(payments.cancel(params.id)),
        refund: Effect.fnUntraced(function*({ params, payload }) {
          const { orderId } = yield* permitted("orders:refund", payments.get(params.id))
          return yield* versioned(payments.refund(orderId, payload))
        })
      })
    })
  )

const gatewayWebhooks = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "gatewayWebhooks",
    Effect.fnUntraced(function*(handlers) {
      const payments = yield* Payments
      return handlers.handleAll({
        list: ({ query }) => payments.webhooks(query),
        redrive: ({ payload }) => payments.redriveWebhook(payload)
      })
    })
  )

export const layer = (api: StoaApi) => Layer.mergeAll(orders(api), payments(api), gatewayWebhooks(api))
