import { MailDeliveries } from "@stoa/core/notifications/MailDeliveries"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import type { StoaApi } from "../api/StoaApi.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "mails",
    Effect.fnUntraced(function*(handlers) {
      const mails = yield* MailDeliveries
      return handlers.handleAll({
        list: ({ query }) => mails.list(query),
        listSuppressions: ({ query }) => mails.listSuppressions(query),
        removeSuppression: ({ params }) => mails.removeSuppression(params.id),
        receiveWebhook: Effect.fnUntraced(function*() {
          const request = yield* HttpServerRequest
          // a body that cannot be read is answered like every other one, by what is around the router
          const body = new Uint8Array(yield* Effect.orDie(request.arrayBuffer))
          yield* mails.receiveWebhook({ body, headers: request.headers })
        })
      })
    })
  )
