import { Attribute, CreateAttribute, ListAttributes, UpdateAttribute } from "@stoa/core/catalog/Attribute"
import { AttributeSet, LackingProduct, ListLacking, MissingAttribute, SetAttributes } from "@stoa/core/catalog/AttributeSet"
import { AttributeChoiceInUse, AttributeCodeTaken, AttributeInUse, AttributeNotFound, CategoryNotFound, ProductNotFound } from "@stoa/core/catalog/CatalogErrors"
import { InLanguage } from "@stoa/core/catalog/Translations"
import { VersionConflict } from "@stoa/core/kernel/Version"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const LackingProductPage = page("LackingProductPage", LackingProduct)

export const AttributePage = page("AttributePage", Attribute)

const idOrCode = { idOrCode: Schema.String }
const seen: Traits = { access: "guest", shared: true, tagged: true, translated: true }
const reads: Traits = { access: "staff", permission: "catalog:read" }
const writes: Traits = { access: "staff", permission: "catalog:write" }

/** What products can say of themselves. */
export class AttributesGroup extends HttpApiGroup.make("attributes").add(
  HttpApiEndpoint.get("list", "/attributes", { query: ListAttributes, success: AttributePage }).annotateMerge(
    operation("List the attributes that buyers see", seen)
  ),
  HttpApiEndpoint.get("get", "/attributes/:idOrCode", {
    params: idOrCode,
    query: InLanguage,
    success: Attribute,
    error: problems(AttributeNotFound)
  }).annotateMerge(operation("See an attribute, by id or code", seen))
).annotateMerge(OpenApi.annotations({ title: "Attributes", description: "What products can say of themselves" })) {}

/** Attributes, for those who keep them. */
export class AdminAttributesGroup extends HttpApiGroup.make("adminAttributes").add(
  HttpApiEndpoint.get("list", "/admin/attributes", { query: ListAttributes, success: AttributePage }).annotateMerge(
    operation("List attributes in their order", reads)
  ),
  HttpApiEndpoint.post("create", "/admin/attributes", {
    payload: CreateAttribute,
    success: Attribute.pipe(HttpApiSchema.status(201)),
    error: problems(AttributeCodeTaken)
  }).middleware(Idempotent).annotateMerge(operation("Create an attribute", { ...writes, idempotent: true, tagged: true })),
  HttpApiEndpoint.get("get", "/admin/attributes/:idOrCode", {
    params: idOrCode,
    success: Attribute,
    error: problems(AttributeNotFound)
  }).annotateMerge(operation("See an attribute", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("update", "/admin/attributes/:id", {
    params: byId,
    payload: UpdateAttribute,
    success: Attribute,
    error: problems(AttributeNotFound, AttributeChoiceInUse, VersionConflict)
  }).annotateMerge(operation("Change an attribute", { ...writes, conditional: true, tagged: true })),
  HttpApiEndpoint.delete("delete", "/admin/attributes/:id", {
    params: byId,
    error: problems(AttributeNotFound, AttributeInUse, VersionConflict)
  }).annotateMerge(operation("Delete an attribute, and what products say by it", { ...writes, conditional: true })),
  HttpApiEndpoint.get("setOf", "/admin/categories/:id/attributes", {
    params: byId,
    success: AttributeSet,
    error: problems(CategoryNotFound)
  }).annotateMerge(operation("See what the products of a category are to say, with what it inherits", reads)),
  HttpApiEndpoint.put("setFor", "/admin/categories/:id/attributes", {
    params: byId,
    payload: SetAttributes,
    success: AttributeSet,
    error: problems(CategoryNotFound)
  }).annotateMerge(operation("Say what the products of a category, and of those below it, are to say", writes)),
  HttpApiEndpoint.get("missing", "/admin/products/:id/missing-attributes", {
    params: byId,
    success: Schema.Struct({ missing: Schema.Array(MissingAttribute) }),
    error: problems(ProductNotFound)
  }).annotateMerge(operation("See what a product does not say of what its categories ask", reads)),
  HttpApiEndpoint.get("lacking", "/admin/lacking-products", {
    query: ListLacking,
    success: LackingProductPage,
    error: problems(CategoryNotFound)
  }).annotateMerge(operation("List products on sale that lack what their categories require", reads))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Attributes (staff)", description: "Attributes, for those who keep them" })
) {}
