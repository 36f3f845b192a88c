import { ShippingLabels } from "@stoa/core/labels/ShippingLabels"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import { HttpServerRequest } from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "shippingLabels",
    Effect.fnUntraced(function*(handlers) {
      const labels = yield* ShippingLabels
      return handlers.handleAll({
        buy: ({ params, payload }) => labels.buy(params.id, payload),
        ofFulfilment: ({ params }) => Effect.map(labels.ofFulfilment(params.id), whole),
        get: ({ params }) => labels.get(params.id),
        file: ({ params }) =>
          Effect.map(labels.file(params.id), ({ content, contentType, name }) =>
            HttpServerResponse.uint8Array(content, {
              contentType,
              headers: { "content-disposition": `attachment; filename="${name}"`, "cache-control": "private, no-store" }
            })),
        giveBack: ({ params }) => labels.giveBack(params.id),
        track: ({ params }) => labels.track(params.id),
        receive: Effect.fnUntraced(function*({ params }) {
          const request = yield* HttpServerRequest
          const body = new Uint8Array(yield* Effect.orDie(request.arrayBuffer))
          return yield* labels.receiveWebhook(params.carrier, { body, headers: request.headers })
        })
      })
    })
  )
