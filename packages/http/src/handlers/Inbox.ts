import { Inbox } from "@stoa/core/notifications/Inbox"
import { Pushes } from "@stoa/core/notifications/Pushes"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "inbox",
    Effect.fnUntraced(function*(handlers) {
      const inbox = yield* Inbox
      const pushes = yield* Pushes
      return handlers.handleAll({
        listMine: ({ query }) => inbox.listMine(query),
        unreadMine: () => inbox.unreadMine,
        readAllMine: () => inbox.readAllMine,
        readMine: ({ params }) => inbox.readMine(params.id),
        pushKey: () => pushes.key,
        listPushSubscriptions: () => Effect.map(pushes.listMine, whole),
        subscribeToPushes: ({ payload }) => pushes.subscribe(payload),
        unsubscribeFromPushes: ({ params }) => pushes.unsubscribe(params.id),
        listShop: ({ query }) => inbox.listShop(query),
        unreadShop: () => inbox.unreadShop,
        readAllShop: () => inbox.readAllShop,
        readShop: ({ params }) => inbox.readShop(params.id)
      })
    })
  )
