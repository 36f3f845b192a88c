import { SharedCarts } from "@stoa/core/cart/SharedCarts"
import * as Effect from "effect/Effect"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { versioned } from "./Answer.ts"
import * as ApiGroup from "./ApiGroup.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "sharedCarts",
    Effect.fnUntraced(function*(handlers) {
      const shared = yield* SharedCarts
      return handlers.handleAll({
        share: ({ payload }) => shared.share("mine", payload),
        shares: () => Effect.map(shared.shares("mine"), whole),
        revoke: ({ params }) => shared.revoke("mine", params.id),
        get: ({ params }) => shared.get(params.token),
        addItem: ({ params, payload }) => shared.addItem(params.token, payload),
        updateItem: ({ params, payload }) => shared.updateItem(params.token, params.id, payload),
        removeItem: ({ params }) => shared.removeItem(params.token, params.id),
        copy: ({ params }) => versioned(shared.copy(params.token))
      })
    })
  )
