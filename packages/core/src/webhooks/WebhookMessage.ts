/**
 * What is sent, and the job that sends it.
 */
import type * as Schema from "effect/Schema"
import type { DomainEvent } from "../events/DomainEvent.ts"
import type { Timestamp } from "../kernel/Timestamp.ts"
import type { WebhookDelivery, WebhookDeliveryId, WebhookEndpointId } from "./WebhookEndpoint.ts"

export const jobName = "webhooks.deliver"

/** What the secret of an endpoint is encrypted for. */
export const purposeOf = (endpointId: WebhookEndpointId): string => `webhook_endpoints:${endpointId}`

/** The job of the attempt after `tried` others. The same attempt is queued once. */
export const jobOf = (
  deliveryId: WebhookDeliveryId,
  tried: number
): { readonly name: string; readonly id: string; readonly payload: Schema.Json } => ({
  name: jobName,
  id: `${deliveryId}:${tried}`,
  payload: { deliveryId, tried }
})

/** A delivery that waits for its first attempt. */
export const deliveryOf = (
  id: WebhookDeliveryId,
  endpointId: WebhookEndpointId,
  event: Omit<DomainEvent, "actor" | "requestId">,
  now: Timestamp
): WebhookDelivery => ({
  id,
  endpointId,
  eventId: event.id,
  type: event.type,
  // written down once: what is signed again after days is the same text
  body: JSON.stringify({
    type: event.type,
    timestamp: event.at,
    id: event.id,
    storeId: event.storeId,
    subject: event.subject,
    data: event.data
  }),
  status: "pending",
  attempts: [],
  nextAttemptAt: now,
  createdAt: now,
  deliveredAt: null
})
