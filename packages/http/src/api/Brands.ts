import { Brand, BrandSummary, CreateBrand, ListBrands, UpdateBrand } from "@stoa/core/catalog/Brand"
import { BrandNotFound, CategoryNotFound, CollectionNotFound, SlugTaken } from "@stoa/core/catalog/CatalogErrors"
import { InLanguage } from "@stoa/core/catalog/Translations"
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

export const BrandPage = page("BrandPage", BrandSummary)

const { brand: _brand, ...filters } = ListProducts.fields
const idOrSlug = { idOrSlug: Schema.String }
const seen: Traits = { access: "guest", shared: true, alike: true, tagged: true, translated: true }
const reads: Traits = { access: "staff", permission: "catalog:read" }
const writes: Traits = { access: "staff", permission: "catalog:write" }

/** Who makes what the shop sells. */
export class BrandsGroup extends HttpApiGroup.make("brands").add(
  HttpApiEndpoint.get("list", "/brands", { query: ListBrands, success: BrandPage }).annotateMerge(
    operation("List brands by name", seen)
  ),
  HttpApiEndpoint.get("get", "/brands/:idOrSlug", {
    params: idOrSlug,
    query: InLanguage,
    success: Brand,
    error: problems(BrandNotFound)
  }).annotateMerge(operation("See a brand, by id or slug", seen)),
  HttpApiEndpoint.get("products", "/brands/:id/products", {
    params: byId,
    query: filters,
    success: ProductPage,
    error: problems(BrandNotFound, CategoryNotFound, CollectionNotFound)
  }).middleware(Guarded).annotateMerge(operation("List the products of a brand", seen))
).annotateMerge(OpenApi.annotations({ title: "Brands", description: "Who makes what the shop sells" })) {}

/** Brands, for those who keep them. */
export class AdminBrandsGroup extends HttpApiGroup.make("adminBrands").add(
  HttpApiEndpoint.get("list", "/admin/brands", { query: ListBrands, success: BrandPage }).annotateMerge(
    operation("List brands by name", reads)
  ),
  HttpApiEndpoint.post("create", "/admin/brands", {
    payload: CreateBrand,
    success: Brand.pipe(HttpApiSchema.status(201)),
    error: problems(SlugTaken, MediaNotFound)
  }).middleware(Idempotent).annotateMerge(operation("Create a brand", { ...writes, idempotent: true, tagged: true })),
  HttpApiEndpoint.get("get", "/admin/brands/:idOrSlug", {
    params: idOrSlug,
    success: Brand,
    error: problems(BrandNotFound)
  }).annotateMerge(operation("See a brand", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("update", "/admin/brands/:id", {
    params: byId,
    payload: UpdateBrand,
    success: Brand,
    error: problems(BrandNotFound, SlugTaken, MediaNotFound, VersionConflict)
  }).annotateMerge(operation("Change a brand", { ...writes, conditional: true, tagged: true })),
  HttpApiEndpoint.delete("delete", "/admin/brands/:id", {
    params: byId,
    error: problems(BrandNotFound, VersionConflict)
  }).annotateMerge(operation("Delete a brand; its products stay without one", { ...writes, conditional: true }))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Brands (staff)", description: "Brands, for those who keep them" })
) {}
