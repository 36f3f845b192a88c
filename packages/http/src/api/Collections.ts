import { InLanguage } from "@stoa/core/catalog/Translations"
import {
  BrandNotFound,
  CategoryNotFound,
  CollectionByRule,
  CollectionNotFound,
  ProductNotFound,
  SlugTaken
} from "@stoa/core/catalog/CatalogErrors"
import {
  Collection,
  CollectionSummary,
  CreateCollection,
  ListCollections,
  PlaceProducts,
  PreviewRule,
  RemoveProducts,
  RulePreview,
  UpdateCollection
} from "@stoa/core/catalog/Collection"
import { ListProducts } from "@stoa/core/catalog/Product"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { MediaNotFound } from "@stoa/core/media/MediaErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"
import { ProductPage } from "./Products.ts"

export const CollectionPage = page("CollectionPage", CollectionSummary)

const { collection: _collection, ...filters } = ListProducts.fields
const { status: _status, ...listed } = ListCollections.fields
const idOrSlug = { idOrSlug: Schema.String }
const seen: Traits = { access: "guest", shared: true, alike: true, tagged: true, translated: true }
const reads: Traits = { access: "staff", permission: "catalog:read" }
const writes: Traits = { access: "staff", permission: "catalog:write" }
const chooses: Traits = { ...writes, idempotent: true, conditional: true, tagged: true }

/** Products that the shop shows together. */
export class CollectionsGroup extends HttpApiGroup.make("collections").add(
  HttpApiEndpoint.get("list", "/collections", { query: listed, success: CollectionPage }).middleware(Guarded).annotateMerge(
    operation("List the collections that are shown now", seen)
  ),
  HttpApiEndpoint.get("get", "/collections/:idOrSlug", {
    params: idOrSlug,
    query: InLanguage,
    success: Collection,
    error: problems(CollectionNotFound)
  }).annotateMerge(operation("See a collection, by id or slug", seen)),
  HttpApiEndpoint.get("products", "/collections/:id/products", {
    params: byId,
    query: filters,
    success: ProductPage,
    error: problems(CollectionNotFound, CategoryNotFound, BrandNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("List the products of a collection, in its own order unless another is asked for", seen)
  )
).annotateMerge(OpenApi.annotations({ title: "Collections", description: "Products that the shop shows together" })) {}

/** Collections, for those who put them together. */
export class AdminCollectionsGroup extends HttpApiGroup.make("adminCollections").add(
  HttpApiEndpoint.get("list", "/admin/collections", { query: ListCollections, success: CollectionPage }).annotateMerge(
    operation("List collections, hidden ones too", reads)
  ),
  HttpApiEndpoint.post("create", "/admin/collections", {
    payload: CreateCollection,
    success: Collection.pipe(HttpApiSchema.status(201)),
    error: problems(SlugTaken, CategoryNotFound, BrandNotFound, MediaNotFound)
  }).middleware(Idempotent).annotateMerge(
    operation("Create a collection, by hand or by rule", { ...writes, idempotent: true, tagged: true })
  ),
  HttpApiEndpoint.get("get", "/admin/collections/:idOrSlug", {
    params: idOrSlug,
    success: Collection,
    error: problems(CollectionNotFound)
  }).annotateMerge(operation("See a collection, shown or not", { ...reads, tagged: true })),
  HttpApiEndpoint.post("preview", "/admin/collections/preview", {
    payload: PreviewRule,
    success: RulePreview,
    error: problems(CategoryNotFound, BrandNotFound)
  }).annotateMerge(operation("See what a collection with a rule would hold, without keeping anything", reads)),
  HttpApiEndpoint.patch("update", "/admin/collections/:id", {
    params: byId,
    payload: UpdateCollection,
    success: Collection,
    error: problems(CollectionNotFound, SlugTaken, CategoryNotFound, BrandNotFound, MediaNotFound, VersionConflict)
  }).annotateMerge(operation("Change a collection", { ...writes, conditional: true, tagged: true })),
  HttpApiEndpoint.delete("delete", "/admin/collections/:id", {
    params: byId,
    error: problems(CollectionNotFound, VersionConflict)
  }).annotateMerge(operation("Delete a collection; its products stay", { ...writes, conditional: true })),
  HttpApiEndpoint.post("placeProducts", "/admin/collections/:id/products", {
    params: byId,
    payload: PlaceProducts,
    success: Collection,
    error: problems(CollectionNotFound, CollectionByRule, ProductNotFound, VersionConflict)
  }).middleware(Idempotent).annotateMerge(operation("Put products into a collection by hand, or move them in it", chooses)),
  HttpApiEndpoint.post("removeProducts", "/admin/collections/:id/products/remove", {
    params: byId,
    payload: RemoveProducts,
    success: Collection,
    error: problems(CollectionNotFound, CollectionByRule, VersionConflict)
  }).middleware(Idempotent).annotateMerge(operation("Take products out of a collection by hand", chooses))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Collections (staff)", description: "Collections, for those who put them together" })
) {}
