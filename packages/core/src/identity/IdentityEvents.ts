import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"

const customer = { customerId: Schema.String } as const

export const CustomerRegistered = DomainEvent.define("customer.registered", Schema.Struct(customer))
export const CustomerUpdated = DomainEvent.define("customer.updated", Schema.Struct(customer))
export const CustomerSuspended = DomainEvent.define("customer.suspended", Schema.Struct(customer))
export const CustomerReinstated = DomainEvent.define("customer.reinstated", Schema.Struct(customer))

/** Somebody signed in. The subject is the session. */
export const SessionStarted = DomainEvent.define(
  "session.started",
  Schema.Struct({ ...customer, sessionId: Schema.String, method: Schema.Literals(["password"]) })
)

/**
 * Why a session ended before its time. `refresh_token_reused` says that two parties hold its tokens: one of them has
 * stolen them.
 */
export const RevocationReason = Schema.Literals([
  "logout",
  "logout_all",
  "ended_by_owner",
  "suspended",
  "refresh_token_reused"
])
export type RevocationReason = typeof RevocationReason.Type

/** A session ended before its time. The subject is the session. */
export const SessionRevoked = DomainEvent.define(
  "session.revoked",
  Schema.Struct({ ...customer, sessionId: Schema.String, reason: RevocationReason })
)

const apiKey = { apiKeyId: Schema.String } as const

export const ApiKeyCreated = DomainEvent.define(
  "api_key.created",
  Schema.Struct({ ...apiKey, permissions: Schema.Array(Schema.String) })
)
export const ApiKeyRevoked = DomainEvent.define("api_key.revoked", Schema.Struct(apiKey))
