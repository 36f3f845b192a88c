import { ProductLinks } from "@stoa/core/catalog/ProductLinks"
import * as Effect from "effect/Effect"
import type { StoaApi } from "../api/StoaApi.ts"
import * as ApiGroup from "./ApiGroup.ts"

export const layer = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "productLinks",
    Effect.fnUntraced(function*(handlers) {
      const links = yield* ProductLinks
      return handlers.handleAll({
        featured: ({ query }) => links.chosenFeatured(query.category),
        setFeatured: ({ payload }) => links.setFeatured(payload),
        linked: ({ params }) => links.chosenLinked(params.id, params.kind),
        setLinked: ({ params, payload }) => links.setLinked(params.id, { ...payload, kind: params.kind })
      })
    })
  )
