import { Metrics } from "@stoa/core/metrics/Metrics"
import * as Effect from "effect/Effect"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import * as ApiGroup from "./ApiGroup.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "metrics",
    Effect.fnUntraced(function*(handlers) {
      const metrics = yield* Metrics
      return handlers.handleAll({
        list: () => Effect.map(metrics.list, whole),
        create: ({ payload }) => versioned(metrics.create(payload)),
        get: ({ params }) => versioned(metrics.get(params.id)),
        update: ({ params, payload }) => versioned(Effect.flatMap(expecting(payload), (changes) => metrics.update(params.id, changes))),
        delete: ({ params }) => Effect.flatMap(expecting({}), (at) => metrics.delete(params.id, at)),
        values: ({ params, query }) => metrics.values(params.id, query)
      })
    })
  )
