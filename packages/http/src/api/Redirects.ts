import { ImportRefused } from "@stoa/core/catalog/CatalogFilesErrors"
import { VersionConflict } from "@stoa/core/kernel/Version"
import {
  CreateRedirect,
  ListRedirects,
  Redirect,
  RedirectImport,
  Resolved,
  UpdateRedirect
} from "@stoa/core/redirects/Redirect"
import { RedirectLoop, RedirectNotFound, RedirectTaken, TooManyRedirects } from "@stoa/core/redirects/RedirectErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "catalog:read" }
const writes: Traits = { access: "staff", permission: "catalog:write" }

export const RedirectPage = page("RedirectPage", Redirect)

/** Addresses of the shop that lead somewhere else. */
export class RedirectsGroup extends HttpApiGroup.make("redirects").add(
  HttpApiEndpoint.get("resolve", "/redirects/resolve", {
    query: { path: Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(4_000)) },
    success: Resolved,
    error: problems(RedirectNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("See where a path of the shop leads, its query carried over", { access: "guest", shared: true, tagged: true })
  ),
  HttpApiEndpoint.get("list", "/admin/redirects", { query: ListRedirects, success: RedirectPage }).middleware(Guarded).annotateMerge(
    operation("List redirects by their paths", reads)
  ),
  HttpApiEndpoint.post("create", "/admin/redirects", {
    payload: CreateRedirect,
    success: Redirect.pipe(HttpApiSchema.status(201)),
    error: problems(RedirectTaken, RedirectLoop, TooManyRedirects)
  }).middleware(Guarded).middleware(Idempotent).annotateMerge(
    operation("Lead a path somewhere else; chains become one step, and circles are refused", {
      ...writes,
      idempotent: true,
      tagged: true
    })
  ),
  HttpApiEndpoint.post("import", "/admin/redirects/import", {
    payload: HttpApiSchema.StreamUint8Array({ contentType: "text/csv" }),
    success: RedirectImport,
    error: problems(ImportRefused, TooManyRedirects)
  }).middleware(Guarded).annotateMerge(
    operation("Import redirects from a CSV file; what can be read lands, every other line is named", { ...writes, body: "stream" })
  ),
  HttpApiEndpoint.get("get", "/admin/redirects/:id", { params: byId, success: Redirect, error: problems(RedirectNotFound) })
    .middleware(Guarded).annotateMerge(operation("See a redirect, and how often it was followed", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("update", "/admin/redirects/:id", {
    params: byId,
    payload: UpdateRedirect,
    success: Redirect,
    error: problems(RedirectNotFound, RedirectTaken, RedirectLoop, VersionConflict)
  }).middleware(Guarded).annotateMerge(operation("Change a redirect", { ...writes, conditional: true, tagged: true })),
  HttpApiEndpoint.delete("delete", "/admin/redirects/:id", {
    params: byId,
    error: problems(RedirectNotFound, VersionConflict)
  }).middleware(Guarded).annotateMerge(operation("Delete a redirect", { ...writes, conditional: true }))
).annotateMerge(OpenApi.annotations({ title: "Redirects", description: "Addresses of the shop that lead somewhere else" })) {}
