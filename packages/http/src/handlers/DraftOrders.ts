import { DraftOrders } from "@stoa/core/drafts/DraftOrders"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  HttpApiBuilder.group(
    api,
    "draftOrders",
    Effect.fnUntraced(function*(handlers) {
      const drafts = yield* DraftOrders
      return handlers.handleAll({
        list: ({ query }) => drafts.list(query),
        create: ({ payload }) => versioned(drafts.create(payload)),
        preview: ({ payload }) => drafts.preview(payload),
        get: ({ params }) => versioned(drafts.get(params.id)),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => drafts.update(params.id, changes))),
        delete: ({ params }) => Effect.flatMap(expecting({}), (version) => drafts.delete(params.id, version)),
        reserve: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (input) => drafts.reserve(params.id, input))),
        release: ({ params }) => versioned(Effect.flatMap(expecting({}), (version) => drafts.release(params.id, version))),
        complete: ({ params, payload }) => Effect.flatMap(expecting(payload), (input) => drafts.complete(params.id, input))
      })
    })
  )
