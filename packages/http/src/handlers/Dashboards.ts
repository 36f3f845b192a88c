import { Dashboards } from "@stoa/core/dashboards/Dashboards"
import * as Effect from "effect/Effect"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import * as ApiGroup from "./ApiGroup.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "dashboards",
    Effect.fnUntraced(function*(handlers) {
      const dashboards = yield* Dashboards
      return handlers.handleAll({
        list: () => Effect.map(dashboards.list, whole),
        create: ({ payload }) => versioned(dashboards.create(payload)),
        get: ({ params }) => versioned(dashboards.get(params.id)),
        figures: ({ params }) => dashboards.read(params.id),
        update: ({ params, payload }) => versioned(Effect.flatMap(expecting(payload), (changes) => dashboards.update(params.id, changes))),
        delete: ({ params }) => Effect.flatMap(expecting({}), (at) => dashboards.delete(params.id, at))
      })
    })
  )
