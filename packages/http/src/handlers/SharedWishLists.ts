import { SharedWishLists } from "@stoa/core/wishes/SharedWishLists"
import * as Effect from "effect/Effect"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import * as ApiGroup from "./ApiGroup.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "sharedWishLists",
    Effect.fnUntraced(function*(handlers) {
      const shared = yield* SharedWishLists
      return handlers.handleAll({
        share: ({ payload }) => shared.share(payload),
        shares: () => Effect.map(shared.shares(), whole),
        revoke: ({ params }) => shared.revoke(params.id),
        get: ({ params, query }) => shared.get(params.token, query)
      })
    })
  )
