import { BrandNotFound, CategoryNotFound, CollectionNotFound, ProductNotFound } from "@stoa/core/catalog/CatalogErrors"
import { ListProducts, ProductSummary, ProductView, ShowProduct } from "@stoa/core/catalog/Product"
import { RelatedKind } from "@stoa/core/catalog/ProductLink"
import { Facets } from "@stoa/core/search/Facets"
import { FoundProducts } from "@stoa/core/search/SearchProducts"
import { WaitForStock } from "@stoa/core/restock/WaitForStock"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const ProductPage = page("ProductPage", ProductSummary)

const { limit, after, search: _search, status: _status, ...filters } = ListProducts.fields
const { sort: _sort, channel: _channel, country: _country, region: _region, ...counted } = filters
const { prices: _prices, ...priced } = ShowProduct.fields
const paging = { limit, after, ...priced }
const text = Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(200))

/** The shop window. */
export class ProductsGroup extends HttpApiGroup.make("products").add(
  HttpApiEndpoint.get("list", "/products", {
    query: ListProducts,
    success: ProductPage,
    error: problems(CategoryNotFound, BrandNotFound, CollectionNotFound)
  }).middleware(Guarded).annotateMerge(operation("List products", { access: "guest", shared: true, alike: true, tagged: true, translated: true })),
  HttpApiEndpoint.get("featured", "/products/featured", {
    query: { ...paging, category: filters.category },
    success: ProductPage,
    error: problems(CategoryNotFound, BrandNotFound, CollectionNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("List what staff feature in the shop or in a category; where they have chosen nothing, products with the tag \"featured\"", { access: "guest", shared: true, alike: true, tagged: true, translated: true })
  ),
  HttpApiEndpoint.get("search", "/products/search", {
    query: { ...paging, ...filters, q: text },
    success: FoundProducts,
    error: problems(CategoryNotFound, BrandNotFound, CollectionNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("Search products by text, the best match first", { access: "guest", shared: true, tagged: true, translated: true })
  ),
  HttpApiEndpoint.get("facets", "/products/facets", {
    query: { ...counted, q: Schema.optionalKey(text) },
    success: Facets,
    error: problems(CategoryNotFound, BrandNotFound, CollectionNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("Count what each further filter would leave of a list or a search", { access: "guest", shared: true, alike: true, tagged: true, translated: true })
  ),
  HttpApiEndpoint.get("get", "/products/:idOrSlug", {
    params: { idOrSlug: Schema.String },
    query: priced,
    success: ProductView,
    error: problems(ProductNotFound)
  }).middleware(Guarded).annotateMerge(operation("See a product, by id or slug", { access: "guest", shared: true, alike: true, tagged: true, translated: true })),
  HttpApiEndpoint.get("related", "/products/:id/related", {
    params: { id: Schema.String },
    query: { limit, ...priced, kind: Schema.optionalKey(RelatedKind) },
    success: ProductPage,
    error: problems(ProductNotFound, CategoryNotFound, BrandNotFound, CollectionNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("List what staff have chosen to go with a product in a way, or else products of the same category", { access: "guest", shared: true, alike: true, tagged: true, translated: true })
  ),
  HttpApiEndpoint.post("waitForStock", "/products/:id/back-in-stock", {
    params: { id: Schema.String },
    payload: WaitForStock,
    error: problems(ProductNotFound)
  }).middleware(Idempotent).annotateMerge(
    operation("Be told by mail, once, when something is in stock again", { access: "guest", idempotent: true, translated: true })
  )
).annotateMerge(OpenApi.annotations({ title: "Products", description: "The shop window" })) {}
