import { VersionConflict } from "@stoa/core/kernel/Version"
import {
  PreviewTemplate,
  SaveTemplate,
  StoredTemplate,
  TemplateKey,
  TemplatePreview,
  TemplateSummary
} from "@stoa/core/notifications/StoredTemplate"
import { TemplateInvalid, TemplateNotFound } from "@stoa/core/notifications/TemplateErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { Guarded, Idempotent } from "./Edge.ts"
import { page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "notifications:read" }
const writes: Traits = { access: "staff", permission: "notifications:write" }

export const TemplatePage = page("NotificationTemplatePage", TemplateSummary)
export const TemplateVersionPage = page("NotificationTemplateVersionPage", StoredTemplate)

const { language: _language, name: _name, ...words } = SaveTemplate.fields

/** A new version of a template that the path names. */
export const UpdateTemplate = Schema.Struct(words).annotate({ identifier: "UpdateNotificationTemplate" })

/** What the messages of the shop say. */
export class NotificationTemplatesGroup extends HttpApiGroup.make("notificationTemplates").add(
  HttpApiEndpoint.get("list", "/admin/notification-templates", { success: TemplatePage }).annotateMerge(
    operation("List templates, the shop's own and those that are shipped", reads)
  ),
  HttpApiEndpoint.post("create", "/admin/notification-templates", {
    payload: SaveTemplate,
    success: StoredTemplate.pipe(HttpApiSchema.status(201)),
    error: problems(TemplateInvalid, VersionConflict)
  }).middleware(Idempotent).annotateMerge(operation("Write a template of the shop's own", { ...writes, idempotent: true })),
  HttpApiEndpoint.post("preview", "/admin/notification-templates/preview", {
    payload: PreviewTemplate,
    success: TemplatePreview,
    error: problems(TemplateNotFound, TemplateInvalid)
  }).annotateMerge(operation("See what a message would be, with words to try out", reads)),
  HttpApiEndpoint.get("get", "/admin/notification-templates/:name/:language", {
    params: TemplateKey.fields,
    success: StoredTemplate,
    error: problems(TemplateNotFound)
  }).annotateMerge(operation("See the words of a template", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("update", "/admin/notification-templates/:name/:language", {
    params: TemplateKey.fields,
    payload: UpdateTemplate,
    success: StoredTemplate,
    error: problems(TemplateInvalid, VersionConflict)
  }).annotateMerge(operation("Write a new version of a template", { ...writes, conditional: true, tagged: true })),
  HttpApiEndpoint.delete("delete", "/admin/notification-templates/:name/:language", {
    params: TemplateKey.fields,
    error: problems(TemplateNotFound)
  }).annotateMerge(operation("Go back to the words that are shipped", writes)),
  HttpApiEndpoint.get("versions", "/admin/notification-templates/:name/:language/versions", {
    params: TemplateKey.fields,
    success: TemplateVersionPage
  }).annotateMerge(operation("List the versions of a template, the newest first", reads))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Notification templates", description: "What the messages of the shop say" })
) {}
