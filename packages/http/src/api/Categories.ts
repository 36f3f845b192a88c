import { BrandNotFound, CategoryNotFound, CollectionNotFound } from "@stoa/core/catalog/CatalogErrors"
import { Category } from "@stoa/core/catalog/Category"
import { InLanguage } from "@stoa/core/catalog/Translations"
import { ListProducts } from "@stoa/core/catalog/Product"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"
import { ProductPage } from "./Products.ts"

export const CategoryPage = page("CategoryPage", Category)

const { category: _category, ...filters } = ListProducts.fields

/** The tree of categories. */
export class CategoriesGroup extends HttpApiGroup.make("categories").add(
  HttpApiEndpoint.get("list", "/categories", { success: CategoryPage }).annotateMerge(
    operation("List all categories, parents before children", { access: "guest", shared: true, alike: true, tagged: true, translated: true })
  ),
  HttpApiEndpoint.get("get", "/categories/:idOrSlug", {
    params: { idOrSlug: Schema.String },
    query: InLanguage,
    success: Category,
    error: problems(CategoryNotFound)
  }).annotateMerge(operation("See a category, by id or slug", { access: "guest", shared: true, alike: true, tagged: true, translated: true })),
  HttpApiEndpoint.get("products", "/categories/:id/products", {
    params: byId,
    query: filters,
    success: ProductPage,
    error: problems(CategoryNotFound, BrandNotFound, CollectionNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("List the products of a category and of all below it", { access: "guest", shared: true, alike: true, tagged: true, translated: true })
  )
).annotateMerge(OpenApi.annotations({ title: "Categories", description: "The tree of categories" })) {}
