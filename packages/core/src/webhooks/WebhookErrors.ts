import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

export class WebhookEndpointNotFound extends StoaError<WebhookEndpointNotFound>()("WebhookEndpointNotFound", {
  code: "webhook_endpoint_not_found",
  kind: "not_found"
}, { endpointId: Schema.String }) {
  override get message(): string {
    return `There is no webhook endpoint ${this.endpointId}`
  }
}

export class WebhookDeliveryNotFound extends StoaError<WebhookDeliveryNotFound>()("WebhookDeliveryNotFound", {
  code: "webhook_delivery_not_found",
  kind: "not_found"
}, { deliveryId: Schema.String }) {
  override get message(): string {
    return `There is no webhook delivery ${this.deliveryId}`
  }
}

/** The store has as many endpoints as it may have. */
export class TooManyWebhookEndpoints extends StoaError<TooManyWebhookEndpoints>()("TooManyWebhookEndpoints", {
  code: "too_many_webhook_endpoints",
  kind: "conflict"
}, { maximum: Schema.Int }) {
  override get message(): string {
    return `A store has at most ${this.maximum} webhook endpoints; remove one first`
  }
}

/** Nothing is sent to an endpoint that is switched off. */
export class WebhookEndpointDisabled extends StoaError<WebhookEndpointDisabled>()("WebhookEndpointDisabled", {
  code: "webhook_endpoint_disabled",
  kind: "conflict"
}, { endpointId: Schema.String }) {
  override get message(): string {
    return `The webhook endpoint ${this.endpointId} is disabled; enable it first`
  }
}

/** A message did not arrive. `reason` is short and quotes nothing that is secret. */
export class WebhookNotTaken extends StoaError<WebhookNotTaken>()("WebhookNotTaken", {
  code: "webhook_not_taken",
  kind: "unavailable"
}, { reason: Schema.String }) {
  override get message(): string {
    return `The webhook could not be sent: ${this.reason}`
  }
}
