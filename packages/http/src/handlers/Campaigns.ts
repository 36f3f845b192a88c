import { Campaigns } from "@stoa/core/campaigns/Campaigns"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "campaigns",
    Effect.fnUntraced(function*(handlers) {
      const campaigns = yield* Campaigns
      return handlers.handleAll({
        list: ({ query }) => campaigns.list(query),
        create: ({ payload }) => versioned(campaigns.create(payload)),
        get: ({ params }) => versioned(campaigns.get(params.id)),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => campaigns.update(params.id, changes))),
        delete: ({ params }) => Effect.flatMap(expecting({}), (version) => campaigns.delete(params.id, version)),
        reach: ({ params }) => campaigns.reach(params.id),
        progress: ({ params }) => campaigns.progress(params.id),
        send: ({ params, payload }) => Effect.flatMap(expecting(payload), (input) => campaigns.send(params.id, input)),
        announce: ({ payload }) => campaigns.announce(payload),
        cancel: ({ params }) => campaigns.cancel(params.id)
      })
    })
  )
