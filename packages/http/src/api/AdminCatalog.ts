import {
  BrandNotFound,
  CategoryMoveRefused,
  CategoryNotFound,
  CollectionNotFound,
  LastVariant,
  ProductNotFound,
  SkuTaken,
  SlugTaken,
  VariantNotFound
} from "@stoa/core/catalog/CatalogErrors"
import { ImportRefused } from "@stoa/core/catalog/CatalogFilesErrors"
import { Category, CreateCategory, UpdateCategory } from "@stoa/core/catalog/Category"
import {
  AddProductImage,
  CreateProduct,
  CreateVariant,
  ListProducts,
  Product,
  ProductView,
  UpdateProduct,
  UpdateVariant
} from "@stoa/core/catalog/Product"
import { FileFormat, ImportReport } from "@stoa/core/catalog/ImportReport"
import { MediaNotFound } from "@stoa/core/media/MediaErrors"
import { VersionConflict } from "@stoa/core/kernel/Version"
import { VendorNotFound } from "@stoa/core/vendors/VendorErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { CategoryPage } from "./Categories.ts"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"
import { ProductPage } from "./Products.ts"

const reads: Traits = { access: "staff", permission: "catalog:read" }
const writes: Traits = { access: "staff", permission: "catalog:write" }
const creates: Traits = { ...writes, idempotent: true, tagged: true }
const edits: Traits = { ...writes, conditional: true, tagged: true }

const variant = { id: Schema.String, variantId: Schema.String }

/** The catalog, for those who keep it. */
export class AdminProductsGroup extends HttpApiGroup.make("adminProducts").add(
  HttpApiEndpoint.get("list", "/admin/products", {
    query: ListProducts,
    success: ProductPage,
    error: problems(CategoryNotFound, BrandNotFound, CollectionNotFound)
  }).annotateMerge(operation("List products of any status", reads)),
  HttpApiEndpoint.post("create", "/admin/products", {
    payload: CreateProduct,
    success: Product.pipe(HttpApiSchema.status(201)),
    error: problems(SlugTaken, SkuTaken, CategoryNotFound, BrandNotFound, VendorNotFound, MediaNotFound)
  }).middleware(Idempotent).annotateMerge(operation("Create a product", creates)),
  HttpApiEndpoint.post("import", "/admin/products/import", {
    query: { dryRun: Schema.optionalKey(Schema.Boolean) },
    payload: HttpApiSchema.StreamUint8Array({ contentType: ["text/csv", "application/json", "application/x-ndjson"] }),
    success: ImportReport,
    error: problems(ImportRefused)
  }).annotateMerge(
    operation("Import products from a file; what can be read lands, every other line is named", {
      ...writes,
      body: "stream"
    })
  ),
  HttpApiEndpoint.get("export", "/admin/products/export", {
    query: { format: Schema.optionalKey(FileFormat) },
    success: HttpApiSchema.StreamUint8Array({ contentType: ["text/csv", "application/x-ndjson"] })
  }).annotateMerge(operation("Export every product; importing the file changes nothing", reads)),
  HttpApiEndpoint.get("get", "/admin/products/:idOrSlug", {
    params: { idOrSlug: Schema.String },
    success: ProductView,
    error: problems(ProductNotFound)
  }).annotateMerge(operation("See a product of any status", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("update", "/admin/products/:id", {
    params: byId,
    payload: UpdateProduct,
    success: Product,
    error: problems(ProductNotFound, SlugTaken, CategoryNotFound, BrandNotFound, VendorNotFound, MediaNotFound, VersionConflict)
  }).annotateMerge(operation("Change a product", edits)),
  HttpApiEndpoint.delete("delete", "/admin/products/:id", {
    params: byId,
    error: problems(ProductNotFound, VersionConflict)
  }).annotateMerge(operation("Take a product out of the catalog for good", { ...writes, conditional: true })),
  HttpApiEndpoint.post("addImage", "/admin/products/:id/images", {
    params: byId,
    payload: AddProductImage,
    success: Product.pipe(HttpApiSchema.status(201)),
    error: problems(ProductNotFound, MediaNotFound, VersionConflict)
  }).middleware(Idempotent).annotateMerge(
    operation("Show a file of the shop as a picture of a product, or move one", { ...creates, conditional: true })
  ),
  HttpApiEndpoint.delete("removeImage", "/admin/products/:id/images/:imageId", {
    params: { id: Schema.String, imageId: Schema.String },
    success: Product,
    error: problems(ProductNotFound, MediaNotFound, VersionConflict)
  }).annotateMerge(operation("Take a picture, by the id of its file, off a product", edits)),
  HttpApiEndpoint.post("createVariant", "/admin/products/:id/variants", {
    params: byId,
    payload: CreateVariant,
    success: Product.pipe(HttpApiSchema.status(201)),
    error: problems(ProductNotFound, MediaNotFound, SkuTaken, VersionConflict)
  }).middleware(Idempotent).annotateMerge(operation("Add a variant to a product", creates)),
  HttpApiEndpoint.patch("updateVariant", "/admin/products/:id/variants/:variantId", {
    params: variant,
    payload: UpdateVariant,
    success: Product,
    error: problems(ProductNotFound, VariantNotFound, MediaNotFound, SkuTaken, VersionConflict)
  }).annotateMerge(operation("Change a variant", edits)),
  HttpApiEndpoint.delete("deleteVariant", "/admin/products/:id/variants/:variantId", {
    params: variant,
    success: Product,
    error: problems(ProductNotFound, VariantNotFound, LastVariant, VersionConflict)
  }).annotateMerge(operation("Delete a variant; the last one stays", edits))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Products (staff)", description: "The catalog, for those who keep it" })
) {}

/** The tree of categories, for those who keep it. */
export class AdminCategoriesGroup extends HttpApiGroup.make("adminCategories").add(
  HttpApiEndpoint.get("list", "/admin/categories", { success: CategoryPage }).annotateMerge(
    operation("List all categories, parents before children", reads)
  ),
  HttpApiEndpoint.post("create", "/admin/categories", {
    payload: CreateCategory,
    success: Category.pipe(HttpApiSchema.status(201)),
    error: problems(SlugTaken, CategoryNotFound, CategoryMoveRefused)
  }).middleware(Idempotent).annotateMerge(operation("Create a category", creates)),
  HttpApiEndpoint.get("get", "/admin/categories/:idOrSlug", {
    params: { idOrSlug: Schema.String },
    success: Category,
    error: problems(CategoryNotFound)
  }).annotateMerge(operation("See a category", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("update", "/admin/categories/:id", {
    params: byId,
    payload: UpdateCategory,
    success: Category,
    error: problems(SlugTaken, CategoryNotFound, CategoryMoveRefused, VersionConflict)
  }).annotateMerge(operation("Change or move a category", edits)),
  HttpApiEndpoint.delete("delete", "/admin/categories/:id", {
    params: byId,
    error: problems(CategoryNotFound, VersionConflict)
  }).annotateMerge(
    operation("Delete a category with everything below it; its products stay", { ...writes, conditional: true })
  )
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Categories (staff)", description: "The tree of categories, for those who keep it" })
) {}
