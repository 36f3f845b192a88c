import { Fulfilments } from "@stoa/core/fulfilment/Fulfilments"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"
import { permitted } from "./Permitted.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "fulfilments",
    Effect.fnUntraced(function*(handlers) {
      const fulfilments = yield* Fulfilments
      return handlers.handleAll({
        ofOrder: ({ params }) => Effect.map(fulfilments.ofOrder(params.id), whole),
        progress: ({ params }) => permitted("orders:read", fulfilments.progress(params.id)),
        create: ({ params, payload }) => versioned(fulfilments.create(params.id, payload)),
        states: () => Effect.map(fulfilments.states, whole),
        changeState: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => fulfilments.changeState(params.id, change))),
        list: ({ query }) => fulfilments.list(query),
        get: ({ params }) => permitted("orders:read", versioned(fulfilments.get(params.id))),
        advance: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (step) => fulfilments.advance(params.id, step)))
      })
    })
  )
