import { ListMailDeliveries, ListSuppressions, MailDelivery, Suppression } from "@stoa/core/notifications/MailDelivery"
import { MailUnknown, MailWebhookRejected, SuppressionNotFound } from "@stoa/core/notifications/MailDeliveryErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "notifications:read" }

export const MailDeliveryPage = page("MailDeliveryPage", MailDelivery)
export const SuppressionPage = page("MailSuppressionPage", Suppression)

/** What became of the mails of the shop. */
export class MailsGroup extends HttpApiGroup.make("mails").add(
  HttpApiEndpoint.get("list", "/admin/notifications", { query: ListMailDeliveries, success: MailDeliveryPage })
    .middleware(Guarded).annotateMerge(operation("List mails and what became of them, the newest first", reads)),
  HttpApiEndpoint.get("listSuppressions", "/admin/mail-suppressions", {
    query: ListSuppressions,
    success: SuppressionPage
  }).middleware(Guarded).annotateMerge(operation("List addresses that are not written to, the newest first", reads)),
  HttpApiEndpoint.delete("removeSuppression", "/admin/mail-suppressions/:id", {
    params: byId,
    error: problems(SuppressionNotFound)
  }).middleware(Guarded).annotateMerge(
    operation("Write to an address again", { access: "staff", permission: "notifications:write" })
  ),
  HttpApiEndpoint.post("receiveWebhook", "/mail-webhooks", {
    error: problems(MailWebhookRejected, MailUnknown)
  }).annotateMerge(operation("Take in what whoever carries the mails tells of them", { access: "none", body: "raw" }))
).annotateMerge(OpenApi.annotations({ title: "Mails", description: "What became of the mails of the shop" })) {}
