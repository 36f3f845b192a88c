import { Catalog } from "@stoa/core/catalog/Catalog"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, ifUnchanged, versioned } from "./Answer.ts"
import { permitted } from "./Permitted.ts"

const products = (api: StoaApi) =>
  HttpApiBuilder.group(
    api,
    "adminProducts",
    Effect.fnUntraced(function*(handlers) {
      const catalog = yield* Catalog
      return handlers.handleAll({
        list: ({ query }) => permitted("catalog:read", catalog.listProducts({ status: "any", ...query })),
        create: ({ payload }) => versioned(catalog.createProduct(payload)),
        get: ({ params }) => permitted("catalog:read", versioned(catalog.getProduct(params.idOrSlug))),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => catalog.updateProduct(params.id, changes))),
        delete: ({ params }) =>
          permitted(
            "catalog:write",
            Effect.andThen(ifUnchanged(params.id, catalog.getProduct(params.id)), catalog.deleteProduct(params.id))
          ),
        createVariant: ({ params, payload }) => versioned(catalog.createVariant(params.id, payload)),
        updateVariant: ({ params, payload }) =>
          permitted(
            "catalog:write",
            versioned(Effect.andThen(
              ifUnchanged(params.id, catalog.getProduct(params.id)),
              catalog.updateVariant(params.id, params.variantId, payload)
            ))
          ),
        deleteVariant: ({ params }) =>
          permitted(
            "catalog:write",
            versioned(Effect.andThen(
              ifUnchanged(params.id, catalog.getProduct(params.id)),
              catalog.deleteVariant(params.id, params.variantId)
            ))
          )
      })
    })
  )

const categories = (api: StoaApi) =>
  HttpApiBuilder.group(
    api,
    "adminCategories",
    Effect.fnUntraced(function*(handlers) {
      const catalog = yield* Catalog
      return handlers.handleAll({
        list: () => permitted("catalog:read", Effect.map(catalog.listCategories, whole)),
        create: ({ payload }) => versioned(catalog.createCategory(payload)),
        get: ({ params }) => permitted("catalog:read", versioned(catalog.getCategory(params.idOrSlug))),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => catalog.updateCategory(params.id, changes))),
        delete: ({ params }) =>
          permitted(
            "catalog:write",
            Effect.andThen(ifUnchanged(params.id, catalog.getCategory(params.id)), catalog.deleteCategory(params.id))
          )
      })
    })
  )

export const layer = (api: StoaApi) => Layer.mergeAll(products(api), categories(api))
