import { Disputes } from "@stoa/core/payments/Disputes"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "disputes",
    Effect.fnUntraced(function*(handlers) {
      const disputes = yield* Disputes
      return handlers.handleAll({
        list: ({ query }) => disputes.list(query),
        unmatched: ({ query }) => disputes.unmatched(query),
        match: ({ payload }) => versioned(disputes.match(payload)),
        get: ({ params }) => versioned(disputes.get(params.id)),
        open: ({ payload }) => versioned(disputes.open(payload)),
        answer: ({ params, payload }) => versioned(disputes.answer(params.id, payload)),
        close: ({ params, payload }) => versioned(disputes.close(params.id, payload))
      })
    })
  )
