import { Marketing } from "@stoa/core/marketing/Marketing"
import { Stores } from "@stoa/core/stores/Stores"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import type { LinkWordsByLanguage } from "../LinkWords.ts"
import * as UnsubscribePage from "../UnsubscribePage.ts"

/** `words` are what the pages say in other languages than English. */
export const layer = (api: StoaApi, words: LinkWordsByLanguage) =>
  ApiGroup.group(
    api,
    "unsubscribe",
    Effect.fnUntraced(function*(handlers) {
      const marketing = yield* Marketing
      const stores = yield* Stores
      return handlers.handleAll({
        page: Effect.fnUntraced(function*({ query }) {
          const { kind } = yield* marketing.linked(query.token)
          return UnsubscribePage.asking(words, yield* stores.current, kind)
        }),
        unsubscribe: Effect.fnUntraced(function*({ query }) {
          const { kind } = yield* marketing.linked(query.token)
          yield* marketing.unsubscribe(query.token)
          return UnsubscribePage.done(words, yield* stores.current, kind)
        })
      })
    })
  )
