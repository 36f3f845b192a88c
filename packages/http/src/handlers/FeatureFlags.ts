import { FeatureFlags } from "@stoa/core/flags/FeatureFlags"
import * as Effect from "effect/Effect"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import * as ApiGroup from "./ApiGroup.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "featureFlags",
    Effect.fnUntraced(function*(handlers) {
      const flags = yield* FeatureFlags
      return handlers.handleAll({
        exposed: ({ query }) => flags.exposed(query),
        list: () => Effect.map(flags.list, whole),
        create: ({ payload }) => versioned(flags.create(payload)),
        get: ({ params }) => versioned(flags.get(params.key)),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => flags.update(params.key, changes))),
        delete: ({ params }) => Effect.flatMap(expecting({}), (at) => flags.remove(params.key, at))
      })
    })
  )
