import { VersionConflict } from "@stoa/core/kernel/Version"
import {
  CreateWebhookEndpoint,
  ListWebhookDeliveries,
  ListWebhookEndpoints,
  NewWebhookEndpoint,
  RedeliverFailed,
  Redelivered,
  RollWebhookSecret,
  UpdateWebhookEndpoint,
  WebhookDelivery,
  WebhookEndpoint
} from "@stoa/core/webhooks/WebhookEndpoint"
import {
  TooManyWebhookEndpoints,
  WebhookDeliveryNotFound,
  WebhookEndpointDisabled,
  WebhookEndpointNotFound
} from "@stoa/core/webhooks/WebhookErrors"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { DoneOnce, Guarded, Idempotent } from "./Edge.ts"
import { byId, page } from "./List.ts"
import { operation, type Traits } from "./Operation.ts"
import { problems } from "./Problem.ts"

const reads: Traits = { access: "staff", permission: "webhooks:read" }
const writes: Traits = { access: "staff", permission: "webhooks:write" }

export const WebhookEndpointPage = page("WebhookEndpointPage", WebhookEndpoint)
export const WebhookDeliveryPage = page("WebhookDeliveryPage", WebhookDelivery)

/** Programs of others that are told of the shop's events. */
export class WebhookEndpointsGroup extends HttpApiGroup.make("webhookEndpoints").add(
  HttpApiEndpoint.get("list", "/admin/webhook-endpoints", {
    query: ListWebhookEndpoints,
    success: WebhookEndpointPage
  }).annotateMerge(operation("List webhook endpoints, newest first", reads)),
  HttpApiEndpoint.post("create", "/admin/webhook-endpoints", {
    payload: CreateWebhookEndpoint,
    success: NewWebhookEndpoint.pipe(HttpApiSchema.status(201)),
    error: problems(TooManyWebhookEndpoints)
  }).middleware(DoneOnce).annotateMerge(
    operation("Create a webhook endpoint; its secret is shown once", { ...writes, sensitive: true, doneOnce: true })
  ),
  HttpApiEndpoint.get("get", "/admin/webhook-endpoints/:id", {
    params: byId,
    success: WebhookEndpoint,
    error: problems(WebhookEndpointNotFound)
  }).annotateMerge(operation("See a webhook endpoint", { ...reads, tagged: true })),
  HttpApiEndpoint.patch("update", "/admin/webhook-endpoints/:id", {
    params: byId,
    payload: UpdateWebhookEndpoint,
    success: WebhookEndpoint,
    error: problems(WebhookEndpointNotFound, VersionConflict)
  }).annotateMerge(
    operation("Change a webhook endpoint, switch it off or on", { ...writes, conditional: true, tagged: true })
  ),
  HttpApiEndpoint.delete("delete", "/admin/webhook-endpoints/:id", {
    params: byId,
    error: problems(WebhookEndpointNotFound, VersionConflict)
  }).annotateMerge(operation("Remove a webhook endpoint and its log", { ...writes, conditional: true })),
  HttpApiEndpoint.post("rollSecret", "/admin/webhook-endpoints/:id/roll-secret", {
    params: byId,
    payload: RollWebhookSecret,
    success: NewWebhookEndpoint,
    error: problems(WebhookEndpointNotFound)
  }).middleware(DoneOnce).annotateMerge(
    operation("Give a webhook endpoint a new secret, which is shown once", { ...writes, sensitive: true, doneOnce: true })
  ),
  HttpApiEndpoint.post("test", "/admin/webhook-endpoints/:id/test", {
    params: byId,
    success: WebhookDelivery.pipe(HttpApiSchema.status(202)),
    error: problems(WebhookEndpointNotFound, WebhookEndpointDisabled)
  }).middleware(Idempotent).annotateMerge(
    operation("Send a test message to a webhook endpoint", { ...writes, idempotent: true })
  ),
  HttpApiEndpoint.get("deliveries", "/admin/webhook-endpoints/:id/deliveries", {
    params: byId,
    query: ListWebhookDeliveries,
    success: WebhookDeliveryPage,
    error: problems(WebhookEndpointNotFound)
  }).annotateMerge(operation("List what was sent to a webhook endpoint, newest first", reads)),
  HttpApiEndpoint.post("redeliverFailed", "/admin/webhook-endpoints/:id/redeliver", {
    params: byId,
    payload: RedeliverFailed,
    success: Redelivered.pipe(HttpApiSchema.status(202)),
    error: problems(WebhookEndpointNotFound, WebhookEndpointDisabled)
  }).middleware(Idempotent).annotateMerge(
    operation("Send again what has failed since a moment", { ...writes, idempotent: true })
  ),
  HttpApiEndpoint.post("redeliver", "/admin/webhook-deliveries/:id/redeliver", {
    params: byId,
    success: WebhookDelivery.pipe(HttpApiSchema.status(202)),
    error: problems(WebhookDeliveryNotFound, WebhookEndpointDisabled)
  }).middleware(Idempotent).annotateMerge(operation("Send a message again", { ...writes, idempotent: true }))
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({
    title: "Webhook endpoints",
    description: "Programs of others that are told of the shop's events, signed as Standard Webhooks say"
  })
) {}
