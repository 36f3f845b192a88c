/**
 * Attributes of products.
 */
import { Attributes } from "@stoa/core/catalog/Attributes"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { StoaApi } from "../api/StoaApi.ts"
import * as ApiGroup from "./ApiGroup.ts"
import { expecting, versioned } from "./Answer.ts"
import { permitted } from "./Permitted.ts"

const attributes = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "attributes",
    Effect.fnUntraced(function*(handlers) {
      const attributes = yield* Attributes
      return handlers.handleAll({
        list: ({ query }) => attributes.list(query),
        get: ({ params, query }) => versioned(attributes.get(params.idOrCode, query))
      })
    })
  )

const adminAttributes = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "adminAttributes",
    Effect.fnUntraced(function*(handlers) {
      const attributes = yield* Attributes
      return handlers.handleAll({
        list: ({ query }) => permitted("catalog:read", attributes.list(query)),
        create: ({ payload }) => versioned(attributes.create(payload)),
        get: ({ params }) => permitted("catalog:read", versioned(attributes.get(params.idOrCode))),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => attributes.update(params.id, changes))),
        delete: ({ params }) => Effect.flatMap(expecting({}), (version) => attributes.delete(params.id, version)),
        setOf: ({ params }) => attributes.setOf(params.id),
        setFor: ({ params, payload }) => attributes.setFor(params.id, payload),
        missing: ({ params }) => Effect.map(attributes.missing(params.id), (missing) => ({ missing })),
        lacking: ({ query }) => attributes.lacking(query)
      })
    })
  )

export const layer = (api: StoaApi) => Layer.mergeAll(attributes(api), adminAttributes(api))
