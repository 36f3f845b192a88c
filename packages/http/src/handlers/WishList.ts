import { WishList } from "@stoa/core/wishes/WishList"
import * as Effect from "effect/Effect"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { versioned } from "./Answer.ts"
import * as ApiGroup from "./ApiGroup.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "wishList",
    Effect.fnUntraced(function*(handlers) {
      const wishes = yield* WishList
      return handlers.handleAll({
        list: ({ query }) => wishes.list(query),
        add: ({ payload }) => wishes.add(payload),
        clear: () => wishes.clear(),
        remove: ({ params }) => wishes.remove(params.id),
        moveToCart: ({ params, payload }) => versioned(wishes.moveToCart(params.id, payload)),
        merge: ({ payload }) => wishes.merge(payload),
        mostWanted: ({ query }) => Effect.map(wishes.mostWanted(query), whole)
      })
    })
  )
