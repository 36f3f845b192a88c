/**
 * Webhooks out: addresses of other programs that are told of the shop's events, in the scheme of Standard Webhooks.
 *
 * @see https://www.standardwebhooks.com
 */
import * as Schema from "effect/Schema"
import { EventId } from "../events/DomainEvent.ts"
import { Email } from "../kernel/Email.ts"
import * as Id from "../kernel/Id.ts"
import * as Page from "../kernel/Page.ts"
import * as Text from "../kernel/Text.ts"
import { Timestamp } from "../kernel/Timestamp.ts"
import { Version } from "../kernel/Version.ts"

export const WebhookEndpointId = Id.define("hook", "WebhookEndpointId")
export type WebhookEndpointId = typeof WebhookEndpointId.Type

export const WebhookDeliveryId = Id.define("dlv", "WebhookDeliveryId")
export type WebhookDeliveryId = typeof WebhookDeliveryId.Type

/** How many endpoints a store may have. */
export const maximumEndpoints = 50

/** Which events are sent: a type (`order.paid`), all of one thing (`order.*`), or all (`*`). */
export const EventFilter = Schema.String.check(
  Schema.isMaxLength(100),
  Schema.isPattern(/^(\*|[a-z][a-z0-9_-]*\.(\*|[a-z][a-z0-9_.-]*))$/, {
    identifier: "EventFilter",
    expected: "a type of event such as order.paid, order.* or *"
  })
)

export const WebhookEndpoint = Schema.Struct({
  id: WebhookEndpointId,
  url: Schema.String,
  description: Schema.NullOr(Schema.String),
  events: Schema.Array(EventFilter),
  /** Who is written to when it is switched off because nothing reaches it. */
  contact: Schema.NullOr(Schema.String),
  status: Schema.Literals(["enabled", "disabled"]),
  /** `staff`: by hand. `gone`: it answered 410. `failing`: nothing has reached it for days. */
  disabledReason: Schema.NullOr(Schema.Literals(["staff", "gone", "failing"])),
  /** Since when messages are given up and none has reached it. */
  failingSince: Schema.NullOr(Timestamp),
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp
}).annotate({ identifier: "WebhookEndpoint" })
export interface WebhookEndpoint extends Schema.Schema.Type<typeof WebhookEndpoint> {}

const events = Schema.Array(EventFilter).check(Schema.isMinLength(1), Schema.isMaxLength(100))
const url = Text.text(2_000)
const description = Schema.NullOr(Text.text(500))

export const CreateWebhookEndpoint = Schema.Struct({
  url,
  events,
  description: Schema.optionalKey(description),
  contact: Schema.optionalKey(Schema.NullOr(Email))
}).annotate({ identifier: "CreateWebhookEndpoint" })

export const UpdateWebhookEndpoint = Schema.Struct({
  url: Schema.optionalKey(url),
  events: Schema.optionalKey(events),
  description: Schema.optionalKey(description),
  contact: Schema.optionalKey(Schema.NullOr(Email)),
  status: Schema.optionalKey(WebhookEndpoint.fields.status),
  version: Schema.optionalKey(Version)
}).annotate({ identifier: "UpdateWebhookEndpoint" })

/** A new endpoint, or one with a new secret; the secret (`whsec_...`) is shown once. */
export const NewWebhookEndpoint = Schema.Struct({ endpoint: WebhookEndpoint, secret: Schema.String }).annotate({
  identifier: "NewWebhookEndpoint"
})
export interface NewWebhookEndpoint extends Schema.Schema.Type<typeof NewWebhookEndpoint> {}

/** For how long the old secret signs beside the new one, in hours; 24 if it is left out. */
export const RollWebhookSecret = Schema.Struct({
  keepHours: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 168 })))
}).annotate({ identifier: "RollWebhookSecret" })

export const ListWebhookEndpoints = Schema.Struct(Page.PageRequest)
export interface ListWebhookEndpoints extends Schema.Schema.Type<typeof ListWebhookEndpoints> {}

/** That a message was sent, or was tried to be. */
export const WebhookAttempt = Schema.Struct({
  at: Timestamp,
  /** The HTTP status of the answer; `null` where there was none. */
  status: Schema.NullOr(Schema.Int),
  milliseconds: Schema.Int,
  /** Why it counts as failed. */
  error: Schema.NullOr(Schema.String),
  /** The beginning of the answer. */
  response: Schema.NullOr(Schema.String)
}).annotate({ identifier: "WebhookAttempt" })
export interface WebhookAttempt extends Schema.Schema.Type<typeof WebhookAttempt> {}

export const DeliveryStatus = Schema.Literals(["pending", "delivered", "failed", "cancelled"])

export const WebhookDelivery = Schema.Struct({
  id: WebhookDeliveryId,
  endpointId: WebhookEndpointId,
  eventId: EventId,
  type: Schema.String,
  /** What is sent, byte by byte. */
  body: Schema.String,
  /** `cancelled`: the endpoint was switched off before it arrived. */
  status: DeliveryStatus,
  /** The last attempts, at most 20, oldest first. */
  attempts: Schema.Array(WebhookAttempt),
  nextAttemptAt: Schema.NullOr(Timestamp),
  createdAt: Timestamp,
  deliveredAt: Schema.NullOr(Timestamp)
}).annotate({ identifier: "WebhookDelivery" })
export interface WebhookDelivery extends Schema.Schema.Type<typeof WebhookDelivery> {}

export const ListWebhookDeliveries = Schema.Struct({
  ...Page.PageRequest,
  status: Schema.optionalKey(DeliveryStatus),
  type: Schema.optionalKey(Text.text(100))
})
export interface ListWebhookDeliveries extends Schema.Schema.Type<typeof ListWebhookDeliveries> {}

/** Sends again what was given up since a moment. */
export const RedeliverFailed = Schema.Struct({ since: Timestamp }).annotate({ identifier: "RedeliverFailed" })

export const Redelivered = Schema.Struct({
  /** How many are on their way again; 100 at most, so call again until it is none. */
  redelivered: Schema.Int
}).annotate({ identifier: "Redelivered" })

/** Whether an endpoint wants events of a type. */
export const wants = (filters: ReadonlyArray<string>, type: string): boolean =>
  filters.some((filter) => filter === "*" || filter === type || (filter.endsWith(".*") && type.startsWith(filter.slice(0, -1))))
