import { Downloads } from "@stoa/core/downloads/Downloads"
import * as Effect from "effect/Effect"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import * as ApiGroup from "./ApiGroup.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "downloads",
    Effect.fnUntraced(function*(handlers) {
      const downloads = yield* Downloads
      return handlers.handleAll({
        list: ({ params }) => Effect.map(downloads.ofOrder(params.id), whole),
        open: ({ params }) => downloads.open(params.id, params.downloadId),
        grant: ({ params, payload }) => downloads.grant(params.id, params.downloadId, payload),
        revoke: ({ params }) => downloads.revoke(params.id, params.downloadId),
        goods: ({ params }) => downloads.goods(params.id),
        setGoods: ({ params, payload }) => downloads.setGoods(params.id, payload)
      })
    })
  )
