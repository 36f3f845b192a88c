import { LoyaltyPoints } from "@stoa/core/loyalty/LoyaltyPoints"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "loyalty",
    Effect.fnUntraced(function*(handlers) {
      const points = yield* LoyaltyPoints
      return handlers.handleAll({
        mine: () => points.mine,
        redeem: ({ payload }) => points.redeem(payload),
        program: () => versioned(points.program),
        setProgram: ({ payload }) => versioned(Effect.flatMap(expecting(payload), points.setProgram))
      })
    })
  )
