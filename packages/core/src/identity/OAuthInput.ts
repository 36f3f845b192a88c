/**
 * What is said and answered of signing in with others.
 */
import * as Schema from "effect/Schema"
import { Timestamp } from "../kernel/Timestamp.ts"
import type { OAuthAnswer } from "./OAuthSettings.ts"

export const StartOAuth = Schema.Struct({
  /** The page of the shop that the browser is sent to afterwards. */
  redirect: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(500)))
}).annotate({ identifier: "StartOAuth" })

/** A sign-in that was begun: where the browser goes to, and the secret that it keeps meanwhile. */
export interface OAuthStarted {
  readonly url: string
  readonly browser: string
  /** How the browser comes back, which decides what its cookie may be. */
  readonly answersBy: OAuthAnswer
  readonly expiresAt: Timestamp
}

/** Where to go to link an account at a provider. */
export const OAuthLink = Schema.Struct({ url: Schema.String, expiresAt: Timestamp }).annotate({ identifier: "OAuthLink" })

/**
 * What came of it: `admitted` signs in with the code, within a minute; `linked` has signed in already; `refused` says
 * why by the code of an error.
 */
export const OAuthOutcome = Schema.Struct({
  state: Schema.Literals(["admitted", "linked", "refused"]),
  code: Schema.optionalKey(Schema.String),
  error: Schema.optionalKey(Schema.String),
  redirect: Schema.NullOr(Schema.String)
}).annotate({ identifier: "OAuthOutcome" })
export interface OAuthOutcome extends Schema.Schema.Type<typeof OAuthOutcome> {}

export const ExchangeOAuth = Schema.Struct({ code: Schema.String.check(Schema.isMaxLength(200)) })
  .annotate({ identifier: "ExchangeOAuth" })

/** An account at a provider that opens one's own. */
export const OAuthIdentity = Schema.Struct({
  provider: Schema.String,
  email: Schema.NullOr(Schema.String),
  linkedAt: Timestamp,
  lastUsedAt: Timestamp
}).annotate({ identifier: "OAuthIdentity" })
export interface OAuthIdentity extends Schema.Schema.Type<typeof OAuthIdentity> {}
