import { WebhookEndpoints } from "@stoa/core/webhooks/WebhookEndpoints"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "webhookEndpoints",
    Effect.fnUntraced(function*(handlers) {
      const webhooks = yield* WebhookEndpoints
      return handlers.handleAll({
        list: ({ query }) => webhooks.list(query),
        create: ({ payload }) => webhooks.create(payload),
        get: ({ params }) => versioned(webhooks.get(params.id)),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => webhooks.update(params.id, changes))),
        delete: ({ params }) =>
          Effect.flatMap(expecting({}), (version) => webhooks.remove(params.id, version)),
        rollSecret: ({ params, payload }) => webhooks.rollSecret(params.id, payload),
        test: ({ params }) => webhooks.test(params.id),
        deliveries: ({ params, query }) => webhooks.deliveries(params.id, query),
        redeliverFailed: ({ params, payload }) => webhooks.redeliverFailed(params.id, payload),
        redeliver: ({ params }) => webhooks.redeliver(params.id)
      })
    })
  )
