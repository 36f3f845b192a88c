import { Returns } from "@stoa/core/returns/Returns"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"
import { permitted } from "./Permitted.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "returns",
    Effect.fnUntraced(function*(handlers) {
      const returns = yield* Returns
      return handlers.handleAll({
        request: ({ params, payload }) => versioned(returns.request(params.id, payload)),
        ofOrder: ({ params }) => Effect.map(returns.ofOrder(params.id), whole),
        cancel: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => returns.cancel(params.id, change))),
        list: ({ query }) => returns.list(query),
        get: ({ params }) => permitted("orders:read", versioned(returns.get(params.id))),
        approve: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => returns.approve(params.id, change))),
        reject: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => returns.reject(params.id, change))),
        receive: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => returns.receive(params.id, change))),
        refund: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => returns.refund(params.id, change))),
        close: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => returns.close(params.id, change)))
      })
    })
  )
