import { OrderEdits } from "@stoa/core/edits/OrderEdits"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "orderEdits",
    Effect.fnUntraced(function*(handlers) {
      const edits = yield* OrderEdits
      return handlers.handleAll({
        create: Effect.fnUntraced(function*({ params, payload }) {
          const edited = yield* edits.apply(params.id, yield* expecting(payload))
          yield* versioned(Effect.succeed(edited.order))
          return edited
        }),
        preview: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (edit) => edits.preview(params.id, edit))),
        list: ({ params }) => Effect.map(edits.list(params.id), whole)
      })
    })
  )
