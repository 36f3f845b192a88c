import { Payouts } from "@stoa/core/payments/Payouts"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { whole } from "../api/List.ts"
import { versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "payouts",
    Effect.fnUntraced(function*(handlers) {
      const payouts = yield* Payouts
      return handlers.handleAll({
        list: ({ query }) => payouts.list(query),
        get: ({ params }) => versioned(payouts.get(params.id)),
        entries: ({ params, query }) => payouts.entries(params.id, query),
        collect: ({ payload }) => Effect.map(payouts.collect(payload), whole)
      })
    })
  )
