import * as Schema from "effect/Schema"
import * as DomainEvent from "../events/DomainEvent.ts"

const customer = { customerId: Schema.String } as const

export const CustomerRegistered = DomainEvent.define("customer.registered", Schema.Struct(customer))
export const CustomerUpdated = DomainEvent.define("customer.updated", Schema.Struct(customer))
export const CustomerSuspended = DomainEvent.define("customer.suspended", Schema.Struct(customer))
export const CustomerReinstated = DomainEvent.define("customer.reinstated", Schema.Struct(customer))
/** An address was confirmed by a message, or replaced by one that was. */
export const CustomerEmailChanged = DomainEvent.define("customer.email_changed", Schema.Struct(customer))
export const CustomerPasswordChanged = DomainEvent.define("customer.password_changed", Schema.Struct(customer))

/** A second factor was added, removed or replaced; `action` says which. */
export const SecondFactorChanged = DomainEvent.define(
  "customer.second_factor_changed",
  Schema.Struct({ ...customer, action: Schema.String })
)

/** How somebody proved who they are. */
export const SignInMethod = Schema.Literals([
  "password",
  "email_code",
  "sms_code",
  "totp",
  "recovery_code",
  "passkey",
  "oauth"
])
export type SignInMethod = typeof SignInMethod.Type

/** Somebody signed in. The subject is the session. */
export const SessionStarted = DomainEvent.define(
  "session.started",
  Schema.Struct({ ...customer, sessionId: Schema.String, method: SignInMethod })
)

const assessed = Schema.Struct({
  ...customer,
  method: SignInMethod,
  score: Schema.Int,
  reasons: Schema.Array(Schema.String)
})

/** The first proof of a sign-in was right, and more is asked for because it looks unlike its owner. */
export const SignInChallenged = DomainEvent.define("sign_in.challenged", assessed)

/** The first proof of a sign-in was right, and it was refused because it looks unlike its owner. */
export const SignInRefused = DomainEvent.define("sign_in.refused", assessed)

/**
 * Why a session ended before its time. `refresh_token_reused` says that two parties hold its tokens: one of them has
 * stolen them.
 */
export const RevocationReason = Schema.Literals([
  "logout",
  "logout_all",
  "ended_by_owner",
  "ended_by_staff",
  "suspended",
  "password_changed",
  "email_changed",
  "second_factor_changed",
  "renewed",
  "refresh_token_reused"
])
export type RevocationReason = typeof RevocationReason.Type

/** A session ended before its time. The subject is the session. */
export const SessionRevoked = DomainEvent.define(
  "session.revoked",
  Schema.Struct({ ...customer, sessionId: Schema.String, reason: RevocationReason })
)

/** Somebody wants marketing on a channel from now on, or none any more. The events are the proof of it. */
export const CustomerConsentChanged = DomainEvent.define(
  "customer.consent_changed",
  Schema.Struct({
    ...customer,
    channel: Schema.Literals(["email", "sms", "push"]),
    granted: Schema.Boolean,
    source: Schema.String
  })
)

const linked = Schema.Struct({ ...customer, provider: Schema.String })

/** An account at a provider opens the account of a customer from now on, or does no more. */
export const OAuthLinked = DomainEvent.define("customer.oauth_linked", linked)
export const OAuthUnlinked = DomainEvent.define("customer.oauth_unlinked", linked)

/** A person was forgotten. Whoever keeps something of them elsewhere forgets it, too. */
export const CustomerErased = DomainEvent.define("customer.erased", Schema.Struct(customer))

/** A user has other roles than before. */
export const UserRolesChanged = DomainEvent.define(
  "user.roles_changed",
  Schema.Struct({ ...customer, before: Schema.Array(Schema.String), after: Schema.Array(Schema.String) })
)

/** Staff began to act as a user. */
export const UserImpersonated = DomainEvent.define(
  "user.impersonated",
  Schema.Struct({ ...customer, staffId: Schema.String, sessionId: Schema.String })
)

/** A role of the store's own allows something else than before; nothing, if it was deleted. The subject is its name. */
export const RoleChanged = DomainEvent.define(
  "role.changed",
  Schema.Struct({ role: Schema.String, permissions: Schema.Array(Schema.String) })
)

const apiKey = { apiKeyId: Schema.String } as const

export const ApiKeyCreated = DomainEvent.define(
  "api_key.created",
  Schema.Struct({ ...apiKey, permissions: Schema.Array(Schema.String) })
)
export const ApiKeyRevoked = DomainEvent.define("api_key.revoked", Schema.Struct(apiKey))
