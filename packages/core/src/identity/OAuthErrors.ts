import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** The shop offers no sign-in with this provider. */
export class ProviderNotFound extends StoaError<ProviderNotFound>()("ProviderNotFound", {
  code: "provider_not_found",
  kind: "not_found"
}, { provider: Schema.String }) {
  override get message(): string {
    return `There is no sign-in with ${this.provider}`
  }
}

/** The answer of a provider belongs to no sign-in that this browser began with it, or to one that is over. */
export class InvalidOAuthState extends StoaError<InvalidOAuthState>()("InvalidOAuthState", {
  code: "invalid_oauth_state",
  kind: "invalid"
}, {}) {
  override get message(): string {
    return "This sign-in was not begun here, or it is over: begin again"
  }
}

/** The person or the provider said no, or the provider's answer does not hold. */
export class OAuthFailed extends StoaError<OAuthFailed>()("OAuthFailed", { code: "oauth_failed", kind: "unauthenticated" }, {
  provider: Schema.String,
  reason: Schema.Literals(["denied", "rejected"])
}) {
  override get message(): string {
    return this.reason === "denied" ? `${this.provider} was told not to sign in` : `${this.provider} gave no valid answer`
  }
}

/** The provider does not answer. */
export class OAuthUnavailable extends StoaError<OAuthUnavailable>()("OAuthUnavailable", {
  code: "oauth_unavailable",
  kind: "unavailable"
}, { provider: Schema.String }) {
  override get message(): string {
    return `${this.provider} does not answer`
  }
}

/** The provider vouches for no address. */
export class OAuthEmailUnverified extends StoaError<OAuthEmailUnverified>()("OAuthEmailUnverified", {
  code: "oauth_email_unverified",
  kind: "forbidden"
}, { provider: Schema.String }) {
  override get message(): string {
    return `${this.provider} has not confirmed an e-mail address of this account`
  }
}

/** The address has an account: sign in to it as usual, then link the provider. */
export class OAuthLinkRequired extends StoaError<OAuthLinkRequired>()("OAuthLinkRequired", {
  code: "oauth_link_required",
  kind: "conflict"
}, { provider: Schema.String }) {
  override get message(): string {
    return `Sign in as usual first, then link ${this.provider}`
  }
}

/** The account at the provider belongs to another account of the shop. */
export class OAuthIdentityTaken extends StoaError<OAuthIdentityTaken>()("OAuthIdentityTaken", {
  code: "oauth_identity_taken",
  kind: "conflict"
}, { provider: Schema.String }) {
  override get message(): string {
    return `This account at ${this.provider} is linked to another account`
  }
}

/** Nobody locks themselves out: without this link there would be no way to sign in. */
export class LastWayIn extends StoaError<LastWayIn>()("LastWayIn", { code: "last_way_in", kind: "conflict" }, {}) {
  override get message(): string {
    return "Confirm your e-mail address or set a password first: there would be no way to sign in"
  }
}
