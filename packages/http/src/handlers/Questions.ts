import { Questions } from "@stoa/core/questions/Questions"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "questions",
    Effect.fnUntraced(function*(handlers) {
      const questions = yield* Questions
      return handlers.handleAll({
        ofProduct: ({ params, query }) => questions.ofProduct(params.id, query),
        ask: ({ params, payload }) => questions.ask(params.id, payload),
        list: ({ query }) => questions.list(query),
        get: ({ params }) => versioned(questions.get(params.id)),
        answer: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => questions.answer(params.id, change))),
        reject: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (change) => questions.reject(params.id, change))),
        delete: ({ params }) => questions.delete(params.id)
      })
    })
  )
