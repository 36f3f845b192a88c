import { FraudLists } from "@stoa/core/fraud/FraudLists"
import { FraudReviews } from "@stoa/core/payments/FraudReviews"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "fraud",
    Effect.fnUntraced(function*(handlers) {
      const lists = yield* FraudLists
      const reviews = yield* FraudReviews
      return handlers.handleAll({
        reviews: ({ query }) => reviews.reviews(query),
        review: ({ params }) => versioned(reviews.review(params.id)),
        approve: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (decision) => reviews.approve(params.id, decision))),
        reject: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (decision) => reviews.reject(params.id, decision))),
        cards: ({ params }) => Effect.map(reviews.cards(params.id), whole),
        entries: ({ query }) => lists.entries(query),
        addEntry: ({ payload }) => lists.addEntry(payload),
        removeEntry: ({ params }) => lists.removeEntry(params.id)
      })
    })
  )
