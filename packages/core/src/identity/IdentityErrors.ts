import * as Schema from "effect/Schema"
import { StoaError } from "../kernel/StoaError.ts"

/** Wrong address or wrong password: it is not said which. */
export class InvalidCredentials extends StoaError<InvalidCredentials>()("InvalidCredentials", {
  code: "invalid_credentials",
  kind: "unauthenticated"
}, {}) {
  override get message(): string {
    return "The e-mail address or the password is wrong"
  }
}

/** A token that is malformed, expired, revoked or not ours. */
export class InvalidToken extends StoaError<InvalidToken>()("InvalidToken", {
  code: "invalid_token",
  kind: "unauthenticated"
}, {}) {
  override get message(): string {
    return "The token is not valid"
  }
}

/** A code or a link that is wrong, has expired, was used, or never was: it is not said which. */
export class InvalidCode extends StoaError<InvalidCode>()("InvalidCode", { code: "invalid_code", kind: "invalid" }, {}) {
  override get message(): string {
    return "The code or link is wrong or no longer good; ask for a new one"
  }
}

/** The address has an account already. */
export class EmailTaken extends StoaError<EmailTaken>()("EmailTaken", { code: "email_taken", kind: "conflict" }, {}) {
  override get message(): string {
    return "This e-mail address cannot be registered"
  }
}

/** Too many failed attempts. Wait for `retryAfterSeconds`. */
export class TooManyAttempts extends StoaError<TooManyAttempts>()("TooManyAttempts", {
  code: "too_many_attempts",
  kind: "throttled"
}, { retryAfterSeconds: Schema.Int }) {
  override get message(): string {
    return `Too many attempts; try again in ${this.retryAfterSeconds === 1 ? "a second" : `${this.retryAfterSeconds} seconds`}`
  }
}

/** A password that everybody tries first. */
export class WeakPassword extends StoaError<WeakPassword>()("WeakPassword", {
  code: "weak_password",
  kind: "invalid"
}, {}) {
  override get message(): string {
    return "This password is too common, or known from a breach"
  }
}

/**
 * What a second factor is proved with. `email_code`: there is none, and the sign-in looks unlike its owner, so a code is
 * on its way to their mailbox.
 */
export const SecondFactorMethod = Schema.Literals(["totp", "passkey", "recovery_code", "email_code"])
export type SecondFactorMethod = typeof SecondFactorMethod.Type

/**
 * The first proof was right, and a second one is asked for. `challengeId` names the sign-in that waits; it is worth
 * nothing without the second factor.
 */
export class SecondFactorRequired extends StoaError<SecondFactorRequired>()("SecondFactorRequired", {
  code: "second_factor_required",
  kind: "unauthenticated"
}, { challengeId: Schema.String, methods: Schema.Array(SecondFactorMethod), expiresAt: Schema.String }) {
  override get message(): string {
    return "Prove your second factor to sign in"
  }
}

/** What the browser sent proves no passkey: it is wrong, old, of somebody else, or was used. It is not said which. */
export class InvalidPasskey extends StoaError<InvalidPasskey>()("InvalidPasskey", {
  code: "invalid_passkey",
  kind: "invalid"
}, {}) {
  override get message(): string {
    return "The passkey was not accepted; ask for a new challenge"
  }
}

/** There is an authenticator app already. Remove it first. */
export class TotpEnrolled extends StoaError<TotpEnrolled>()("TotpEnrolled", {
  code: "totp_enrolled",
  kind: "conflict"
}, {}) {
  override get message(): string {
    return "The account has an authenticator app already; remove it first"
  }
}

/** The account has no such second factor. */
export class FactorNotFound extends StoaError<FactorNotFound>()("FactorNotFound", {
  code: "factor_not_found",
  kind: "not_found"
}, {}) {
  override get message(): string {
    return "The account has no such second factor"
  }
}

/** The account has no telephone number. */
export class PhoneNotFound extends StoaError<PhoneNotFound>()("PhoneNotFound", {
  code: "phone_not_found",
  kind: "not_found"
}, {}) {
  override get message(): string {
    return "The account has no telephone number"
  }
}

/** There is no such user. */
export class UserNotFound extends StoaError<UserNotFound>()("UserNotFound", {
  code: "user_not_found",
  kind: "not_found"
}, { userId: Schema.String }) {
  override get message(): string {
    return `There is no user ${this.userId}`
  }
}

/** This user has no such session, or it has ended. */
export class SessionNotFound extends StoaError<SessionNotFound>()("SessionNotFound", {
  code: "session_not_found",
  kind: "not_found"
}, { sessionId: Schema.String }) {
  override get message(): string {
    return `There is no session ${this.sessionId}`
  }
}

/** There is no such API key. */
export class ApiKeyNotFound extends StoaError<ApiKeyNotFound>()("ApiKeyNotFound", {
  code: "api_key_not_found",
  kind: "not_found"
}, { apiKeyId: Schema.String }) {
  override get message(): string {
    return `There is no API key ${this.apiKeyId}`
  }
}

/** Nobody grants a permission that they do not hold themselves. */
export class CannotGrantBeyondOwn extends StoaError<CannotGrantBeyondOwn>()("CannotGrantBeyondOwn", {
  code: "cannot_grant_beyond_own",
  kind: "forbidden"
}, { permissions: Schema.Array(Schema.String) }) {
  override get message(): string {
    return `You do not hold ${this.permissions.join(", ")} yourself`
  }
}
