import { SavedMethods } from "@stoa/core/payments/SavedMethods"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "paymentMethods",
    Effect.fnUntraced(function*(handlers) {
      const methods = yield* SavedMethods
      return handlers.handleAll({
        list: () => Effect.map(methods.list, whole),
        add: ({ payload }) => versioned(methods.add(payload)),
        get: ({ params }) => versioned(methods.get(params.id)),
        confirm: ({ params }) => versioned(methods.confirm(params.id)),
        setDefault: ({ params }) => versioned(methods.setDefault(params.id)),
        remove: ({ params }) => methods.remove(params.id)
      })
    })
  )
