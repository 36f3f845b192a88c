import { PricePreviews } from "@stoa/core/cart/PricePreviews"
import { PriceLists } from "@stoa/core/prices/PriceLists"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "priceLists",
    Effect.fnUntraced(function*(handlers) {
      const lists = yield* PriceLists
      const previews = yield* PricePreviews
      return handlers.handleAll({
        preview: ({ payload }) => previews.preview(payload),
        list: ({ query }) => lists.list(query),
        create: ({ payload }) => versioned(lists.create(payload)),
        get: ({ params }) => versioned(lists.get(params.id)),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => lists.update(params.id, changes))),
        delete: ({ params }) => Effect.flatMap(expecting({}), (version) => lists.delete(params.id, version)),
        prices: ({ params, query }) => lists.prices(params.id, query),
        setPrices: ({ params, payload }) => lists.setPrices(params.id, payload),
        removePrices: ({ params, payload }) => lists.removePrices(params.id, payload)
      })
    })
  )
