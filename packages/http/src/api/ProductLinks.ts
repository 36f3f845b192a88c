import { CategoryNotFound, ProductNotFound } from "@stoa/core/catalog/CatalogErrors"
import { ChosenProducts, ListFeatured, RelatedKind, SetFeatured, SetLinked } from "@stoa/core/catalog/ProductLink"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded } from "./Edge.ts"
import { byId } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "catalog:read" }
const writes: Traits = { access: "staff", permission: "catalog:write" }

const { category } = ListFeatured.fields
const { productIds } = SetLinked.fields
const way = { ...byId, kind: RelatedKind }

/** What staff show beside something. */
export class ProductLinksGroup extends HttpApiGroup.make("productLinks").add(
  HttpApiEndpoint.get("featured", "/admin/featured-products", {
    query: { category },
    success: ChosenProducts,
    error: problems(CategoryNotFound)
  }).annotateMerge(operation("See what is featured in the shop or in a category", reads)),
  HttpApiEndpoint.put("setFeatured", "/admin/featured-products", {
    payload: SetFeatured,
    success: ChosenProducts,
    error: problems(CategoryNotFound, ProductNotFound)
  }).annotateMerge(operation("Say what is featured in the shop or in a category, in which order", writes)),
  HttpApiEndpoint.get("linked", "/admin/products/:id/related/:kind", {
    params: way,
    success: ChosenProducts,
    error: problems(ProductNotFound)
  }).annotateMerge(operation("See what goes with a product", reads)),
  HttpApiEndpoint.put("setLinked", "/admin/products/:id/related/:kind", {
    params: way,
    payload: Schema.Struct({ productIds }),
    success: ChosenProducts,
    error: problems(ProductNotFound)
  }).annotateMerge(operation("Say what goes with a product, in which order", writes))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Products beside others (staff)", description: "What is featured, and what goes with a product" })
) {}
