/**
 * Changes of many products at once.
 */
import { BulkEdits } from "@stoa/core/catalog/BulkEdits"
import * as Effect from "effect/Effect"
import type { StoaApi } from "../api/StoaApi.ts"
import * as ApiGroup from "./ApiGroup.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "adminBulkEdits",
    Effect.fnUntraced(function*(handlers) {
      const edits = yield* BulkEdits
      return handlers.handleAll({
        list: ({ query }) => edits.list(query),
        start: ({ payload }) => edits.start(payload),
        dryRun: ({ payload }) => edits.dryRun(payload),
        get: ({ params }) => edits.get(params.id),
        cancel: ({ params }) => edits.cancel(params.id)
      })
    })
  )
