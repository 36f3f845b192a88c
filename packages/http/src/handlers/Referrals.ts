import { Referrals } from "@stoa/core/referrals/Referrals"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "referrals",
    Effect.fnUntraced(function*(handlers) {
      const referrals = yield* Referrals
      return handlers.handleAll({
        mine: () => referrals.mine,
        use: ({ payload }) => referrals.use(payload),
        list: ({ query }) => referrals.list(query),
        program: () => versioned(referrals.program),
        setProgram: ({ payload }) => versioned(Effect.flatMap(expecting(payload), referrals.setProgram))
      })
    })
  )
