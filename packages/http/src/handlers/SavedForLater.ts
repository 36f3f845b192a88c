import { SavedForLater } from "@stoa/core/cart/SavedForLater"
import * as Effect from "effect/Effect"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { versioned } from "./Answer.ts"
import * as ApiGroup from "./ApiGroup.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "savedForLater",
    Effect.fnUntraced(function*(handlers) {
      const saved = yield* SavedForLater
      return handlers.handleAll({
        list: ({ query }) => Effect.map(saved.list("mine", query), whole),
        save: ({ params }) => versioned(saved.save("mine", params.id)),
        takeBack: ({ params, payload }) => versioned(saved.takeBack("mine", params.id, payload)),
        remove: ({ params }) => saved.remove("mine", params.id)
      })
    })
  )
