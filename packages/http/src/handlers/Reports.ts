import { Reports } from "@stoa/core/reports/Reports"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import * as ApiGroup from "./ApiGroup.ts"
import { expecting, versioned } from "./Answer.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "reports",
    Effect.fnUntraced(function*(handlers) {
      const reports = yield* Reports
      return handlers.handleAll({
        list: ({ query }) => reports.list(query),
        make: ({ payload }) => reports.make(payload),
        get: ({ params }) => reports.get(params.id),
        file: ({ params }) =>
          Effect.map(reports.open(params.id), ({ bytes, content, contentType, name }) =>
            HttpServerResponse.stream(content, {
              contentType,
              contentLength: bytes,
              headers: { "content-disposition": `attachment; filename="${name}"`, "cache-control": "private, no-store" }
            })),
        delete: ({ params }) => reports.remove(params.id),
        saved: () => Effect.map(reports.saved, whole),
        save: ({ payload }) => versioned(reports.save(payload)),
        updateSaved: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => reports.updateSaved(params.id, changes))),
        deleteSaved: ({ params }) => Effect.flatMap(expecting({}), (at) => reports.deleteSaved(params.id, at))
      })
    })
  )
