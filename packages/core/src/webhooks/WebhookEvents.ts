import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"
import { WebhookEndpointId } from "./WebhookEndpoint.ts"

const endpoint = Schema.Struct({ endpointId: WebhookEndpointId })

export const WebhookEndpointCreated = DomainEvent.define("webhook_endpoint.created", endpoint)
export const WebhookEndpointUpdated = DomainEvent.define("webhook_endpoint.updated", endpoint)
export const WebhookEndpointRemoved = DomainEvent.define("webhook_endpoint.removed", endpoint)
/** It was switched off, by whom or why. */
export const WebhookEndpointDisabled = DomainEvent.define(
  "webhook_endpoint.disabled",
  Schema.Struct({ endpointId: WebhookEndpointId, reason: Schema.Literals(["staff", "gone", "failing"]) })
)
