import { BulkEdit, DryRun, ListBulkEdits, StartBulkEdit } from "@stoa/core/catalog/BulkEdit"
import {
  BrandNotFound,
  BulkEditNotFound,
  CategoryNotFound,
  CollectionNotFound,
  TooManyBulkEdits
} from "@stoa/core/catalog/CatalogErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const BulkEditPage = page("BulkEditPage", BulkEdit)

const reads: Traits = { access: "staff", permission: "catalog:read" }
const writes: Traits = { access: "staff", permission: "catalog:write" }

/** Changes of many products at once. */
export class AdminBulkEditsGroup extends HttpApiGroup.make("adminBulkEdits").add(
  HttpApiEndpoint.get("list", "/admin/bulk-edits", { query: ListBulkEdits, success: BulkEditPage }).annotateMerge(
    operation("List changes of many products, the newest first", reads)
  ),
  HttpApiEndpoint.post("start", "/admin/bulk-edits", {
    payload: StartBulkEdit,
    success: BulkEdit.pipe(HttpApiSchema.status(202)),
    error: problems(BrandNotFound, CategoryNotFound, CollectionNotFound, TooManyBulkEdits)
  }).middleware(Idempotent).annotateMerge(
    operation("Change many products in the background", { ...writes, idempotent: true })
  ),
  HttpApiEndpoint.post("dryRun", "/admin/bulk-edits/dry-run", {
    payload: StartBulkEdit,
    success: DryRun,
    error: problems(BrandNotFound, CategoryNotFound, CollectionNotFound)
  }).annotateMerge(operation("See what a change of many products would do", writes)),
  HttpApiEndpoint.get("get", "/admin/bulk-edits/:id", {
    params: byId,
    success: BulkEdit,
    error: problems(BulkEditNotFound)
  }).annotateMerge(operation("See how far a change of many products is, and what went wrong", reads)),
  HttpApiEndpoint.post("cancel", "/admin/bulk-edits/:id/cancel", {
    params: byId,
    success: BulkEdit,
    error: problems(BulkEditNotFound)
  }).annotateMerge(operation("End a change of many products; what is changed stays changed", writes))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Bulk edits (staff)", description: "Changes of many products at once" })
) {}
