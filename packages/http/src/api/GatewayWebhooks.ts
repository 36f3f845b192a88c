import {
  GatewayWebhook,
  GatewayWebhookNotFound,
  GatewayWebhookNotRedrivable,
  ListGatewayWebhooks,
  RedriveGatewayWebhook
} from "@stoa/core/payments/GatewayWebhook"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import { Guarded, Idempotent } from "./Edge.ts"
import { page } from "./List.ts"
import { operation } from "./Operation.ts"
import { problems } from "./Problem.ts"

export const GatewayWebhookPage = page("GatewayWebhookPage", GatewayWebhook)

/** The webhooks that gateways sent. */
export class GatewayWebhooksGroup extends HttpApiGroup.make("gatewayWebhooks").add(
  HttpApiEndpoint.get("list", "/admin/payments/webhooks", {
    query: ListGatewayWebhooks,
    success: GatewayWebhookPage
  }).annotateMerge(
    operation("List the webhooks that gateways sent, newest first", { access: "staff", permission: "payments:read" })
  ),
  HttpApiEndpoint.post("redrive", "/admin/payments/webhooks/redrive", {
    payload: RedriveGatewayWebhook,
    success: GatewayWebhook.pipe(HttpApiSchema.status(202)),
    error: problems(GatewayWebhookNotFound, GatewayWebhookNotRedrivable)
  }).middleware(Idempotent).annotateMerge(
    operation("Work a webhook off again that is dead or orphaned", {
      access: "staff",
      permission: "payments:write",
      idempotent: true
    })
  )
).middleware(Guarded).annotateMerge(
  OpenApi.annotations({ title: "Webhooks of gateways (staff)", description: "What gateways told the shop, and what came of it" })
) {}
