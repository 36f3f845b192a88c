import { Reviews } from "@stoa/core/reviews/Reviews"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"
import { permitted } from "./Permitted.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "reviews",
    Effect.fnUntraced(function*(handlers) {
      const reviews = yield* Reviews
      return handlers.handleAll({
        ofProduct: ({ params, query }) => reviews.ofProduct(params.id, query),
        mine: ({ query }) => reviews.mine(query),
        create: ({ payload }) => versioned(reviews.create(payload)),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => reviews.update(params.id, change))),
        delete: ({ params }) => reviews.delete(params.id),
        vote: ({ params, payload }) => reviews.vote(params.id, payload),
        flag: ({ params, payload }) => reviews.flag(params.id, payload),
        list: ({ query }) => reviews.list(query),
        get: ({ params }) => versioned(reviews.get(params.id)),
        flags: ({ params }) => Effect.map(reviews.flags(params.id), whole),
        approve: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => reviews.approve(params.id, change))),
        reject: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => reviews.reject(params.id, change))),
        answer: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => reviews.answer(params.id, change))),
        remove: ({ params }) => permitted("reviews:write", reviews.delete(params.id))
      })
    })
  )
