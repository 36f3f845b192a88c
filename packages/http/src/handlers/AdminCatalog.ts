import { Catalog } from "@stoa/core/catalog/Catalog"
import { CatalogFiles } from "@stoa/core/catalog/CatalogFiles"
import * as Effect from "effect/Effect"
import * as ApiGroup from "./ApiGroup.ts"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { BodyTooLarge } from "../api/HttpErrors.ts"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import { expecting, versioned } from "./Answer.ts"
import { file } from "./Download.ts"
import { limited } from "./LimitedBody.ts"
import { permitted } from "./Permitted.ts"

const products = (api: StoaApi, limitBytes: number) =>
  ApiGroup.group(
    api,
    "adminProducts",
    Effect.fnUntraced(function*(handlers) {
      const catalog = yield* Catalog
      const files = yield* CatalogFiles
      return handlers.handleAll({
        import: Effect.fnUntraced(function*({ payload, query, request }) {
          const body = limited(payload, limitBytes)
          const format = request.headers["content-type"]?.toLowerCase().startsWith("text/csv") === true ? "csv" : "json"
          return yield* files.importProducts(Stream.toAsyncIterable(body.stream), { format, dryRun: query.dryRun }).pipe(
            Effect.mapError((error) =>
              error._tag === "ImportRefused" && body.exceeded() ? new BodyTooLarge({ limitBytes }) : error
            )
          )
        }),
        export: Effect.fnUntraced(function*({ query }) {
          const format = query.format ?? "csv"
          return yield* permitted(
            "catalog:read",
            file(files.exportProducts({ format }), format === "csv" ? "text/csv; charset=utf-8" : "application/x-ndjson", {
              name: format === "csv" ? "products.csv" : "products.jsonl"
            })
          )
        }),
        list: ({ query }) => permitted("catalog:read", catalog.listProducts({ status: "any", ...query })),
        create: ({ payload }) => versioned(catalog.createProduct(payload)),
        get: ({ params }) => permitted("catalog:read", versioned(catalog.getProduct(params.idOrSlug, { prices: "catalog" }))),
        update: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (changes) => catalog.updateProduct(params.id, changes))),
        delete: ({ params }) =>
          Effect.flatMap(expecting({}), (version) => catalog.deleteProduct(params.id, version)),
        addImage: ({ params, payload }) =>
          versioned(Effect.flatMap(expecting(payload), (image) => catalog.addImage(params.id, image))),
        removeImage: ({ params }) =>
          versioned(Effect.flatMap(
            expecting({}),
            (version) => catalog.removeImage(params.id, params.imageId, version)
          )),
        createVariant: ({ params, payload }) => versioned(catalog.createVariant(params.id, payload)),
        updateVariant: ({ params, payload }) =>
          versioned(Effect.flatMap(
            expecting(payload),
            (changes) => catalog.updateVariant(params.id, params.variantId, changes)
          )),
        deleteVariant: ({ params }) =>
          versioned(Effect.flatMap(
            expecting({}),
            (version) => catalog.deleteVariant(params.id, params.variantId, version)
          ))
      })
    })
  )

const categories = (api: StoaApi) =>
  ApiGroup.group(
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
          Effect.flatMap(expecting({}), (version) => catalog.deleteCategory(params.id, version))
      })
    })
  )

export const layer = (api: StoaApi, limits: { readonly streamBytes: number }) =>
  Layer.mergeAll(products(api, limits.streamBytes), categories(api))
