import { type DocumentFile, Documents } from "@stoa/core/documents/Documents"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { permitted } from "./Permitted.ts"

const answer = ({ content, contentType, name }: DocumentFile) =>
  HttpServerResponse.uint8Array(content, {
    contentType,
    headers: { "content-disposition": `attachment; filename="${name}"`, "cache-control": "private, no-store" }
  })

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "documents",
    Effect.fnUntraced(function*(handlers) {
      const documents = yield* Documents
      return handlers.handleAll({
        invoice: ({ params }) =>
          documents.invoice(params.id).pipe(
            Effect.flatMap(({ id }) => documents.file(id)),
            Effect.map(answer)
          ),
        ofOrder: ({ params }) => Effect.map(documents.ofOrder(params.id), whole),
        file: ({ params }) => Effect.map(documents.file(params.id), answer),
        list: ({ query }) => documents.list(query),
        get: ({ params }) => permitted("orders:read", documents.get(params.id)),
        takeBack: ({ params }) => documents.takeBack(params.id),
        packingSlip: ({ params }) => Effect.map(documents.packingSlip(params.id), answer)
      })
    })
  )
