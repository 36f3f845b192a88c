import { ReturnLabels } from "@stoa/core/labels/ReturnLabels"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import * as ApiGroup from "./ApiGroup.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "returnLabels",
    Effect.fnUntraced(function*(handlers) {
      const labels = yield* ReturnLabels
      return handlers.handleAll({
        buy: ({ params, payload }) => labels.buy(params.id, payload),
        ofReturn: ({ params }) => Effect.map(labels.ofReturn(params.id), whole),
        file: ({ params }) =>
          Effect.map(labels.file(params.id), ({ content, contentType, name }) =>
            HttpServerResponse.uint8Array(content, {
              contentType,
              headers: { "content-disposition": `attachment; filename="${name}"`, "cache-control": "private, no-store" }
            })),
        giveBack: ({ params }) => labels.giveBack(params.id)
      })
    })
  )
