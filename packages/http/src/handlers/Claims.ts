import { Claims } from "@stoa/core/returns/Claims"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"
import { permitted } from "./Permitted.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "claims",
    Effect.fnUntraced(function*(handlers) {
      const claims = yield* Claims
      return handlers.handleAll({
        open: ({ params, payload }) => versioned(claims.open(params.id, payload)),
        ofOrder: ({ params }) => Effect.map(claims.ofOrder(params.id), whole),
        cancel: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => claims.cancel(params.id, change))),
        list: ({ query }) => claims.list(query),
        get: ({ params }) => permitted("orders:read", versioned(claims.get(params.id))),
        replace: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => claims.replace(params.id, change))),
        refund: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => claims.refund(params.id, change))),
        reject: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => claims.reject(params.id, change)))
      })
    })
  )
