/**
 * The shop window: products, categories, search.
 */
import { Catalog } from "@stoa/core/catalog/Catalog"
import { ProductLinks } from "@stoa/core/catalog/ProductLinks"
import { maximumLimit } from "@stoa/core/kernel/Page"
import { Search } from "@stoa/core/search/Search"
import { BackInStock } from "@stoa/core/restock/BackInStock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { whole } from "../api/List.ts"
import type { StoaApi } from "../api/StoaApi.ts"
import * as ApiGroup from "./ApiGroup.ts"
import { expecting, versioned } from "./Answer.ts"
import { orMoved } from "./Moved.ts"

/** How many related products are listed unless the caller says otherwise. */
const relatedLimit = 8

const products = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "products",
    Effect.fnUntraced(function*(handlers) {
      const catalog = yield* Catalog
      const backInStock = yield* BackInStock
      const links = yield* ProductLinks
      const finder = yield* Search
      return handlers.handleAll({
        waitForStock: ({ params, payload }) => backInStock.wait(params.id, payload),
        list: ({ query }) => catalog.listProducts(query),
        featured: Effect.fnUntraced(function*({ query: { after, ...query } }) {
          const chosen = after === undefined ? yield* links.featured(query) : []
          return chosen.length > 0
            ? whole(chosen)
            : yield* catalog.listProducts({ ...query, ...(after === undefined ? {} : { after }), tag: "featured" })
        }),
        search: ({ query: { q, ...query } }) => finder.products({ ...query, search: q }),
        facets: ({ query: { q, ...query } }) => finder.facets({ ...query, ...(q === undefined ? {} : { search: q }) }),
        get: ({ params, query, request }) =>
          orMoved(params.idOrSlug, request)(versioned(catalog.getProduct(params.idOrSlug, query))),
        related: Effect.fnUntraced(function*({ params, query: { kind, ...query } }) {
          if (kind !== undefined) return whole(yield* links.linked(params.id, { ...query, kind }))
          const product = yield* catalog.getProduct(params.id)
          const category = product.categoryIds[0]
          if (category === undefined) return whole([])
          const limit = query.limit ?? relatedLimit
          const { limit: _limit, ...where } = query
          const page = yield* catalog.listProducts({ ...where, category, limit: Math.min(limit + 1, maximumLimit) })
          return whole(page.items.filter(({ id }) => id !== product.id).slice(0, limit))
        })
      })
    })
  )

const categories = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "categories",
    Effect.fnUntraced(function*(handlers) {
      const catalog = yield* Catalog
      return handlers.handleAll({
        list: () => Effect.map(catalog.listCategories, whole),
        get: ({ params, query, request }) =>
          orMoved(params.idOrSlug, request)(versioned(catalog.getCategory(params.idOrSlug, query))),
        products: ({ params, query }) => catalog.listProducts({ ...query, category: params.id })
      })
    })
  )

const searching = (api: StoaApi) =>
  ApiGroup.group(
    api,
    "search",
    Effect.fnUntraced(function*(handlers) {
      const catalog = yield* Catalog
      const search = yield* Search
      return handlers.handleAll({
        suggestions: ({ query }) => Effect.map(catalog.suggest(query.q), whole),
        suggest: ({ query }) => search.suggest(query.q),
        click: ({ payload }) => search.clicked(payload),
        report: ({ query }) => Effect.map(search.report(query), whole),
        rebuild: () => search.rebuild,
        dictionary: () => versioned(search.dictionary),
        updateDictionary: ({ payload }) => versioned(Effect.flatMap(expecting(payload), search.updateDictionary))
      })
    })
  )

export const layer = (api: StoaApi) => Layer.mergeAll(products(api), categories(api), searching(api))
