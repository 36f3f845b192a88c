/**
 * Brands and collections.
 */
import { Brands } from "@stoa/core/catalog/Brands"
import { Catalog } from "@stoa/core/catalog/Catalog"
import { Collections } from "@stoa/core/catalog/Collections"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { StoaApi } from "../api/StoaApi.ts"
import * as ApiGroup from "./ApiGroup.ts"
import { expecting, versioned } from "./Answer.ts"
import { orMoved } from "./Moved.ts"
import { permitted } from "./Permitted.ts"

const brands = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "brands",
    Effect.fnUntraced(function*(handlers) {
      const brands = yield* Brands
      const catalog = yield* Catalog
      return handlers.handleAll({
        list: ({ query }) => brands.list(query),
        get: ({ params, query, request }) =>
          orMoved(params.idOrSlug, request)(versioned(brands.get(params.idOrSlug, query))),
        products: ({ params, query }) => catalog.listProducts({ ...query, brand: params.id })
      })
    })
  )

const adminBrands = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "adminBrands",
    Effect.fnUntraced(function*(handlers) {
      const brands = yield* Brands
      return handlers.handleAll({
        list: ({ query }) => permitted("catalog:read", brands.list(query)),
        create: ({ payload }) => versioned(brands.create(payload)),
        get: ({ params }) => permitted("catalog:read", versioned(brands.get(params.idOrSlug))),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => brands.update(params.id, changes))),
        delete: ({ params }) => Effect.flatMap(expecting({}), (version) => brands.delete(params.id, version))
      })
    })
  )

const collections = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "collections",
    Effect.fnUntraced(function*(handlers) {
      const collections = yield* Collections
      const catalog = yield* Catalog
      return handlers.handleAll({
        list: ({ query }) => collections.list(query),
        get: ({ params, query, request }) =>
          orMoved(params.idOrSlug, request)(versioned(collections.get(params.idOrSlug, query))),
        products: ({ params, query }) => catalog.listProducts({ ...query, collection: params.id })
      })
    })
  )

const adminCollections = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "adminCollections",
    Effect.fnUntraced(function*(handlers) {
      const collections = yield* Collections
      return handlers.handleAll({
        list: ({ query }) => collections.list({ status: "any", ...query }),
        preview: ({ payload }) => collections.preview(payload),
        create: ({ payload }) => versioned(collections.create(payload)),
        get: ({ params }) => permitted("catalog:read", versioned(collections.get(params.idOrSlug))),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => collections.update(params.id, changes))),
        delete: ({ params }) => Effect.flatMap(expecting({}), (version) => collections.delete(params.id, version)),
        placeProducts: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (placed) => collections.placeProducts(params.id, placed))),
        removeProducts: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (removed) => collections.removeProducts(params.id, removed)))
      })
    })
  )

export const layer = (api: StoaApi) =>
  Layer.mergeAll(brands(api), adminBrands(api), collections(api), adminCollections(api))
