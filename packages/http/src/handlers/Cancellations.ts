import { Cancellations } from "@stoa/core/cancellations/Cancellations"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "cancellations",
    Effect.fnUntraced(function*(handlers) {
      const cancellations = yield* Cancellations
      return handlers.handleAll({
        create: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (lines) => cancellations.cancel(params.id, lines)))
      })
    })
  )
